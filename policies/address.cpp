#include "policies/address.hpp"

#include "policies/bech32m.hpp"

namespace mnrt::policies {
namespace {

constexpr std::string_view human_part = "mn";
constexpr std::size_t address_bits = 256;
constexpr std::size_t address_quintets = 52;  // 256 bits and 4 zero bits

}  // namespace

std::string to_bech32m(const Address& address) {
  Bech32m words{.human_part = std::string(human_part),
                .quintets = std::vector<std::uint8_t>(address_quintets)};
  for (std::size_t bit = 0; bit < address_bits; ++bit)
    if (address.bytes[bit / 8] >> (7 - bit % 8) & 1)
      words.quintets[bit / 5] = static_cast<std::uint8_t>(words.quintets[bit / 5] | 1U << (4 - bit % 5));
  return encode_bech32m(words);
}

std::optional<Address> address_from_bech32m(std::string_view text) {
  const auto words = decode_bech32m(text);
  if (!words || words->human_part != human_part || words->quintets.size() != address_quintets)
    return std::nullopt;

  Address address;
  for (std::size_t bit = 0; bit < address_quintets * 5; ++bit) {
    if (!(words->quintets[bit / 5] >> (4 - bit % 5) & 1)) continue;
    if (bit >= address_bits) return std::nullopt;  // padding is zero, else one address has many spellings
    address.bytes[bit / 8] = static_cast<std::uint8_t>(address.bytes[bit / 8] | 1U << (7 - bit % 8));
  }
  return address;
}

}  // namespace mnrt::policies
