#include "policies/toml_text.hpp"

#include <cstddef>
#include <utility>

#include "policies/utf8.hpp"

namespace mnrt::policies {
namespace {

constexpr std::size_t line_bytes_max = 1'024;
constexpr std::size_t depth_max = 8;

}  // namespace

std::optional<TomlFault> fault_of_toml(std::string_view text) {
  std::uint32_t line = 1;
  std::uint32_t column = 1;
  const auto fault = [&](std::string what) { return TomlFault{line, column, std::move(what)}; };
  std::size_t depth = 0;
  char quote = 0;
  bool comment = false;
  for (std::size_t i = 0; i < text.size(); ++i, ++column) {
    const char c = text[i];
    const auto byte = static_cast<unsigned char>(c);
    if (c == '\n') {
      ++line;
      column = 0;
      comment = false;
      quote = 0;  // strings over several lines have no place in these files; the parser refuses or ends them
      continue;
    }
    if (column > line_bytes_max)
      return fault("the line is longer than " + std::to_string(line_bytes_max) + " bytes");
    if (byte < 0x20 && c != '\t' && c != '\r')
      return fault("the file holds a control character; it must be text");
    if (byte >= 0x80) {
      const auto point = first_code_point(text.substr(i));
      if (!point) return fault("the file holds bytes that aren't UTF-8; save it as UTF-8");
      i += point->bytes - 1;
      column += static_cast<std::uint32_t>(point->bytes - 1);
      continue;
    }
    if (comment) continue;
    if (quote != 0) {
      if (c == '\\' && quote == '"' && i + 1 < text.size() && text[i + 1] != '\n') ++i, ++column;
      if (c == quote) quote = 0;
    } else if (c == '"' || c == '\'') {
      if (text.substr(i, 3) == std::string(3, c))
        return fault("strings over several lines aren't used in this file; write it in one line");
      quote = c;
    } else if (c == '#') {
      comment = true;
    } else if (c == '[' || c == '{') {
      if (++depth > depth_max)
        return fault("brackets are nested more than " + std::to_string(depth_max) + " deep");
    } else if ((c == ']' || c == '}') && depth > 0) {
      --depth;
    }
  }
  return std::nullopt;
}

}  // namespace mnrt::policies
