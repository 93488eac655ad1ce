#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "policies/bytes.hpp"

namespace mnrt::policies {

/// A 32-byte hash. Which function made it is said where it is used: BLAKE3 for what the chain commits to,
/// SHA-256 for documents, the log and receipts.
struct Digest {
  std::array<std::uint8_t, 32> bytes{};
  friend bool operator==(const Digest&, const Digest&) = default;
  friend std::strong_ordering operator<=>(const Digest& a, const Digest& b) {
    return order_of(a.bytes, b.bytes);
  }
};

/// Lower-case hexadecimal, two characters a byte.
std::string to_hex(ByteView bytes);

/// The bytes of lower- or upper-case hexadecimal; nothing if a character or the length is wrong.
std::optional<Bytes> from_hex(std::string_view text);

/// 64 hexadecimal characters to a digest; nothing for anything else.
std::optional<Digest> digest_from_hex(std::string_view text);

}  // namespace mnrt::policies
