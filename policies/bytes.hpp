#pragma once

#include <array>
#include <bit>
#include <compare>
#include <cstdint>
#include <cstring>
#include <span>
#include <vector>

namespace mnrt::policies {

using Bytes = std::vector<std::uint8_t>;
using ByteView = std::span<const std::uint8_t>;

/// The order of the bytes, lexicographic. Hashes nearly always differ in their first eight, which one
/// comparison of numbers settles: maps under hashes are what a node looks into most.
inline std::strong_ordering order_of(const std::array<std::uint8_t, 32>& a,
                                     const std::array<std::uint8_t, 32>& b) {
  const auto word = [](const std::array<std::uint8_t, 32>& bytes) {
    std::uint64_t number{};
    std::memcpy(&number, bytes.data(), sizeof number);
    return std::endian::native == std::endian::big ? number : std::byteswap(number);
  };
  const auto first = word(a) <=> word(b);
  return first != std::strong_ordering::equal ? first : a <=> b;
}

}  // namespace mnrt::policies
