#include "policies/notary/text.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <system_error>

namespace mnrt::policies {
namespace {

struct CodePoint {
  char32_t value{};
  std::size_t bytes{};
};

std::optional<CodePoint> first_code_point(std::string_view text) {
  const auto byte = [&](std::size_t at) { return static_cast<std::uint8_t>(text[at]); };
  const auto lead = byte(0);
  if (lead < 0x80) return CodePoint{lead, 1};
  const std::size_t bytes = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
  if (lead < 0xc2 || lead > 0xf4 || text.size() < bytes) return std::nullopt;
  char32_t value = lead & (0x7f >> bytes);
  for (std::size_t at = 1; at < bytes; ++at) {
    if ((byte(at) & 0xc0) != 0x80) return std::nullopt;
    value = (value << 6) | (byte(at) & 0x3f);
  }
  constexpr std::array<char32_t, 5> lowest{0, 0, 0x80, 0x800, 0x10000};
  const bool surrogate = value >= 0xd800 && value <= 0xdfff;
  if (value < lowest[bytes] || value > 0x10ffff || surrogate) return std::nullopt;
  return CodePoint{value, bytes};
}

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
