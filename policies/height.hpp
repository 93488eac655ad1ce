#pragma once

#include <compare>
#include <cstdint>

namespace mnrt::policies {

/// A block's place in the chain; genesis is 0.
struct Height {
  std::uint64_t value{};
  friend auto operator<=>(const Height&, const Height&) = default;
};

/// An attempt at one height; the first is 0.
struct Round {
  std::uint32_t value{};
  friend auto operator<=>(const Round&, const Round&) = default;
};

/// Counts who owned the network: grows when the owner's lease ends and when it is handed back.
struct Epoch {
  std::uint64_t value{};
  friend auto operator<=>(const Epoch&, const Epoch&) = default;
};

constexpr Height next(Height h) {
  return {h.value + 1};
}
constexpr Height operator+(Height h, std::uint64_t n) {
  return {h.value + n};
}
constexpr Round next(Round r) {
  return {r.value + 1};
}

}  // namespace mnrt::policies
