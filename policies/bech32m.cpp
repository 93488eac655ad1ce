#include "policies/bech32m.hpp"

#include <algorithm>
#include <array>

// text = human part ‖ "1" ‖ data, a character of `alphabet` for five bits ‖ checksum, 6 characters
namespace mnrt::policies {
namespace {

constexpr std::string_view alphabet = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";
constexpr std::size_t checksum_characters = 6;
constexpr std::size_t characters_max = 90;
constexpr std::uint32_t bech32m_constant = 0x2bc830a3;

// One step of the BCH code over GF(32); the polynomial is BIP 173's.
std::uint32_t absorb(std::uint32_t checksum, std::uint8_t quintet) {
  constexpr std::array<std::uint32_t, 5> generator{0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd,
                                                   0x2a1462b3};
  const auto top = checksum >> 25;
  checksum = (checksum & 0x1ffffff) << 5 ^ quintet;
  for (std::size_t i = 0; i < generator.size(); ++i)
    if (top >> i & 1) checksum ^= generator[i];
  return checksum;
}

std::uint32_t checksum_of(std::string_view human_part, std::span<const std::uint8_t> quintets) {
  std::uint32_t checksum = 1;
  for (const char c : human_part) checksum = absorb(checksum, static_cast<std::uint8_t>(c) >> 5);
  checksum = absorb(checksum, 0);
  for (const char c : human_part) checksum = absorb(checksum, static_cast<std::uint8_t>(c) & 31);
  for (const auto quintet : quintets) checksum = absorb(checksum, quintet);
  return checksum;
}

bool is_upper(char c) {
  return c >= 'A' && c <= 'Z';
}
bool is_lower(char c) {
  return c >= 'a' && c <= 'z';
}
char lowered(char c) {
  return is_upper(c) ? static_cast<char>(c - 'A' + 'a') : c;
}

}  // namespace

std::string encode_bech32m(const Bech32m& words) {
  auto quintets = words.quintets;
  // The checksum's place holds zeros while it is computed.
  quintets.resize(quintets.size() + checksum_characters);
  const auto checksum = checksum_of(words.human_part, quintets) ^ bech32m_constant;
  for (std::size_t i = 0; i < checksum_characters; ++i)
    quintets[words.quintets.size() + i] = checksum >> (5 * (checksum_characters - 1 - i)) & 31;

  auto text = words.human_part + '1';
  for (const auto quintet : quintets) text += alphabet[quintet];
  return text;
}

std::optional<Bech32m> decode_bech32m(std::string_view text) {
  if (text.size() > characters_max) return std::nullopt;
  if (std::ranges::any_of(text, [](char c) { return c < '!' || c > '~'; })) return std::nullopt;
  if (std::ranges::any_of(text, is_upper) && std::ranges::any_of(text, is_lower)) return std::nullopt;
  std::string lower(text);
  std::ranges::transform(lower, lower.begin(), lowered);

  const auto separator = lower.rfind('1');  // the human part may hold a '1', the data can't
  if (separator == std::string::npos || separator == 0) return std::nullopt;
  if (lower.size() - separator - 1 < checksum_characters) return std::nullopt;

  Bech32m words{.human_part = lower.substr(0, separator), .quintets = {}};
  for (const char c : std::string_view(lower).substr(separator + 1)) {
    const auto place = alphabet.find(c);
    if (place == std::string_view::npos) return std::nullopt;
    words.quintets.push_back(static_cast<std::uint8_t>(place));
  }
  if (checksum_of(words.human_part, words.quintets) != bech32m_constant) return std::nullopt;
  words.quintets.resize(words.quintets.size() - checksum_characters);
  return words;
}

}  // namespace mnrt::policies
