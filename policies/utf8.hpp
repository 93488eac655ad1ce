#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

// UTF-8 as RFC 3629 has it: no surrogates, no overlong forms, nothing above U+10FFFF.
namespace mnrt::policies {

struct CodePoint {
  char32_t value{};
  std::size_t bytes{};
};

/// The code point that a text begins with, or nothing: its first bytes aren't UTF-8. The text isn't empty.
std::optional<CodePoint> first_code_point(std::string_view text);

bool is_utf8(std::string_view text);

}  // namespace mnrt::policies
