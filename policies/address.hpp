#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "policies/bytes.hpp"

namespace mnrt::policies {

/// Names an account: BLAKE3 of the domain tag `mnrt address v1` and the canonical key policy that opened it.
/// 32 bytes, because a k-of-n policy makes collisions (not only second preimages) worth finding.
struct Address {
  std::array<std::uint8_t, 32> bytes{};
  friend bool operator==(const Address&, const Address&) = default;
  friend std::strong_ordering operator<=>(const Address& a, const Address& b) {
    return order_of(a.bytes, b.bytes);
  }
};

/// bech32m (BIP 350) with the human-readable part `mn`: 61 lower-case characters.
std::string to_bech32m(const Address& address);

/// The address that `text` writes; nothing for a wrong prefix, length, character, mixed case or checksum.
std::optional<Address> address_from_bech32m(std::string_view text);

}  // namespace mnrt::policies
