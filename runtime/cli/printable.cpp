#include "runtime/cli/printable.hpp"

#include <fmt/format.h>

#include <array>
#include <cstdint>

namespace mnrt::runtime {
namespace {

struct Character {
  std::uint32_t code{};
  std::size_t bytes{};  ///< 0: what stands there isn't UTF-8
};

/// The first character of a text that isn't empty.
Character first_of(std::string_view text) {
  const auto byte = [&](std::size_t at) { return static_cast<std::uint8_t>(text[at]); };
  const auto head = byte(0);
  if (head < 0x80) return {head, 1};
  const std::size_t bytes = head >= 0xf0 ? 4 : head >= 0xe0 ? 3 : 2;
  // Heads of two bytes below 0xc2 and of four above 0xf4 encode nothing.
  if (head < 0xc2 || head > 0xf4 || text.size() < bytes) return {};
  std::uint32_t code = head & (0x7fU >> bytes);
  for (std::size_t at = 1; at < bytes; ++at) {
    if ((byte(at) & 0xc0) != 0x80) return {};
    code = code << 6 | (byte(at) & 0x3fU);
  }
  constexpr std::array<std::uint32_t, 5> smallest{0, 0, 0x80, 0x800, 0x10000};
  const bool is_surrogate = code >= 0xd800 && code <= 0xdfff;
  if (code < smallest[bytes] || is_surrogate || code > 0x10ffff) return {};
  return {code, bytes};
}

/// What a terminal obeys or a reader can't see: controls, marks of direction, line and paragraph separators.
bool is_hidden(std::uint32_t code) {
  const auto between = [code](std::uint32_t first, std::uint32_t last) {
    return code >= first && code <= last;
  };
  return code < 0x20 || between(0x7f, 0x9f) || code == 0x61c || between(0x200b, 0x200f) ||
         between(0x2028, 0x202e) || between(0x2060, 0x206f) || code == 0xfeff;
}

std::string escaped(std::uint32_t code) {
  switch (code) {
    case '\n':
      return "\\n";
    case '\r':
      return "\\r";
    case '\t':
      return "\\t";
    default:
      return code < 0x80 ? fmt::format("\\x{:02x}", code) : fmt::format("\\u{{{:x}}}", code);
  }
}

std::string shown(std::string_view text, bool keeps_line_ends) {
  std::string out;
  while (!text.empty()) {
    const auto [code, bytes] = first_of(text);
    if (bytes == 0)
      out += fmt::format("\\x{:02x}", static_cast<std::uint8_t>(text.front()));
    else if (is_hidden(code) && !(keeps_line_ends && code == '\n'))
      out += escaped(code);
    else
      out += text.substr(0, bytes);
    text.remove_prefix(bytes == 0 ? 1 : bytes);
  }
  return out;
}

}  // namespace

std::string printable(std::string_view text) {
  return shown(text, false);
}

std::string printable_lines(std::string_view text) {
  return shown(text, true);
}

std::string shell_word(std::string_view text) {
  constexpr std::string_view plain =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./:@%+=,";
  if (!text.empty() && text.find_first_not_of(plain) == std::string_view::npos) return std::string{text};
  const bool is_hidden = printable(text) != text;
  std::string out = is_hidden ? "$'" : "'";
  for (const char c : text) {
    const auto byte = static_cast<std::uint8_t>(c);
    if (!is_hidden)
      out += c == '\'' ? std::string{"'\\''"} : std::string(1, c);
    else if (c == '\'' || c == '\\')
      out += std::string{'\\', c};
    else
      out += byte < 0x20 || byte >= 0x7f ? fmt::format("\\x{:02x}", byte) : std::string(1, c);
  }
  return out + "'";
}

std::string printable_json(std::string_view json) {
  std::string out;
  while (!json.empty()) {
    const auto [code, bytes] = first_of(json);
    // Below 0x7f JSON escapes by itself, and all hidden characters fit four digits.
    if (bytes != 0 && code >= 0x7f && is_hidden(code))
      out += fmt::format("\\u{:04x}", code);
    else
      out += json.substr(0, bytes == 0 ? 1 : bytes);
    json.remove_prefix(bytes == 0 ? 1 : bytes);
  }
  return out;
}

}  // namespace mnrt::runtime
