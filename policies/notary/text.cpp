#include "policies/notary/text.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <system_error>

#include "policies/utf8.hpp"

namespace mnrt::policies {
namespace {

/// Unicode's White_Space property.
bool is_space(char32_t c) {
  constexpr std::array<char32_t, 12> others{' ',  '\n', '\t',   0x0b,   0x0c,   '\r',
                                            0x85, 0xa0, 0x1680, 0x202f, 0x205f, 0x3000};
  return std::ranges::find(others, c) != others.end() || (c >= 0x2000 && c <= 0x200a) || c == 0x2028 ||
         c == 0x2029;
}

template <class Accepts>
bool all_code_points(std::string_view text, Accepts accepts) {
  while (!text.empty()) {
    const auto point = first_code_point(text);
    if (!point || !accepts(point->value)) return false;
    text.remove_prefix(point->bytes);
  }
  return true;
}

}  // namespace

std::optional<std::uint64_t> decimal_from_text(std::string_view text) {
  if (text.empty() || (text.size() > 1 && text.front() == '0')) return std::nullopt;
  std::uint64_t value = 0;
  const auto end = text.data() + text.size();
  const auto [stopped, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc{} || stopped != end) return std::nullopt;
  return value;
}

bool is_plain_utf8(std::string_view text) {
  return all_code_points(text, [](char32_t c) { return c >= 0x20 || c == '\n'; });
}

bool is_key_name(std::string_view text) {
  return !text.empty() &&
         all_code_points(text, [](char32_t c) { return c >= 0x20 && c != '+' && !is_space(c); });
}

std::optional<std::string_view> LineReader::next() {
  const auto end = rest_.find('\n');
  if (end == std::string_view::npos) return std::nullopt;
  const auto line = rest_.substr(0, end);
  rest_.remove_prefix(end + 1);
  ++line_;
  return line;
}

}  // namespace mnrt::policies
