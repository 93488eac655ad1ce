#include "policies/address.hpp"

#include <algorithm>
#include <span>

#include "policies/bytes.hpp"

// BIP 350: text = "mn" ‖ "1" ‖ 52 characters of 5 bits (32 bytes and 4 zero bits) ‖ 6 characters of checksum.
namespace mnrt::policies {
namespace {

constexpr std::string_view human_part = "mn";
constexpr std::string_view alphabet = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";
constexpr std::size_t data_characters = 52;
constexpr std::size_t checksum_characters = 6;
constexpr std::size_t text_characters = human_part.size() + 1 + data_characters + checksum_characters;
constexpr std::uint32_t bech32m_constant = 0x2bc830a3;

using Quintets = std::array<std::uint8_t, data_characters + checksum_characters>;

constexpr std::uint32_t absorb(std::uint32_t checksum, std::uint8_t quintet) {
  constexpr std::array<std::uint32_t, 5> generator{0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd,
                                                   0x2a1462b3};
  const auto top = checksum >> 25;
  checksum = (checksum & 0x1ffffff) << 5 ^ quintet;
  for (std::size_t i = 0; i < generator.size(); ++i)
    if (top >> i & 1) checksum ^= generator[i];
  return checksum;
}

constexpr std::uint32_t checksum_of(std::span<const std::uint8_t> quintets) {
  std::uint32_t checksum = 1;
  for (const char c : human_part) checksum = absorb(checksum, static_cast<std::uint8_t>(c) >> 5);
  checksum = absorb(checksum, 0);
  for (const char c : human_part) checksum = absorb(checksum, static_cast<std::uint8_t>(c) & 31);
  for (const auto quintet : quintets) checksum = absorb(checksum, quintet);
  return checksum;
}

std::optional<Quintets> quintets_of(std::string_view text) {
  Quintets quintets;
  for (std::size_t i = 0; i < quintets.size(); ++i) {
    const auto place = alphabet.find(text[i]);
    if (place == std::string_view::npos) return std::nullopt;
    quintets[i] = static_cast<std::uint8_t>(place);
  }
  return quintets;
}

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

}  // namespace

std::string to_bech32m(const Address& address) {
  Quintets quintets{};
  for (std::size_t bit = 0; bit < 256; ++bit)
    if (address.bytes[bit / 8] >> (7 - bit % 8) & 1)
      quintets[bit / 5] = static_cast<std::uint8_t>(quintets[bit / 5] | 1U << (4 - bit % 5));
  // The checksum's place holds zeros while it is computed.
  const auto checksum = checksum_of(quintets) ^ bech32m_constant;
  for (std::size_t i = 0; i < checksum_characters; ++i)
    quintets[data_characters + i] =
        static_cast<std::uint8_t>(checksum >> (5 * (checksum_characters - 1 - i)) & 31);

  std::string text(human_part);
  text += '1';
  for (const auto quintet : quintets) text += alphabet[quintet];
  return text;
}

std::optional<Address> address_from_bech32m(std::string_view text) {
  if (text.size() != text_characters) return std::nullopt;
  std::string lowered(text);
  std::ranges::transform(lowered, lowered.begin(), lower);
  // BIP 173: all upper case is another way to write it, mixed case is an error.
  const bool has_lower = std::ranges::any_of(text, [](char c) { return c >= 'a' && c <= 'z'; });
  if (has_lower && lowered != text) return std::nullopt;
  if (!lowered.starts_with(human_part) || lowered[human_part.size()] != '1') return std::nullopt;

  const auto quintets = quintets_of(std::string_view(lowered).substr(human_part.size() + 1));
  if (!quintets || checksum_of(*quintets) != bech32m_constant) return std::nullopt;

  Address address;
  for (std::size_t bit = 0; bit < data_characters * 5; ++bit) {
    if (!((*quintets)[bit / 5] >> (4 - bit % 5) & 1)) continue;
    if (bit >= 256) return std::nullopt;  // padding must be zero, else one address has many spellings
    address.bytes[bit / 8] = static_cast<std::uint8_t>(address.bytes[bit / 8] | 1U << (7 - bit % 8));
  }
  return address;
}

}  // namespace mnrt::policies
