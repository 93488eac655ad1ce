#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

// Reading of strict texts: what the formats of this folder share.
namespace mnrt::policies {

/// Digits alone, no leading zero but "0" itself, up to 2^64 − 1.
std::optional<std::uint64_t> decimal_from_text(std::string_view text);

/// True for UTF-8 (RFC 3629: no surrogates, no overlong forms) without control characters other than newline.
bool is_plain_utf8(std::string_view text);

/// True for plain UTF-8 that is neither empty nor holds a Unicode space, a newline or a plus (signed-note,
/// key names).
bool is_key_name(std::string_view text);

/// Takes lines off the front of a text. Every line must end with a newline.
class LineReader {
 public:
  explicit LineReader(std::string_view text) : rest_(text) {}
  /// The next line without its newline; nothing at the end, or where the last newline is missing.
  std::optional<std::string_view> next();
  std::size_t line() const { return line_; }  ///< 1-based number of the line that `next` gave last
  std::string_view rest() const { return rest_; }
  bool at_end() const { return rest_.empty(); }

 private:
  std::string_view rest_;
  std::size_t line_{};
};

}  // namespace mnrt::policies
