#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace mnrt::policies {

struct TomlFault {
  std::uint32_t line{};    ///< from 1
  std::uint32_t column{};  ///< in bytes, from 1
  std::string what;        ///< and what to do about it
};

/// What the parser must not see: it recurses, its time grows with the square of a line, and toml11 3.7.1
/// reads outside of its buffers where a quoted text isn't UTF-8. So lines, depth and bytes are bounded before
/// it is asked; what isn't TOML in a text that passes is the parser's to say.
std::optional<TomlFault> fault_of_toml(std::string_view text);

}  // namespace mnrt::policies
