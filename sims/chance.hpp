#pragma once

#include <cstdint>

#include "actors/ports.hpp"

namespace mnrt::sims {

/// SplitMix64: all that a seed decides. Small, and the same on every machine and library.
class SeededChance final : public actors::Chance {
 public:
  explicit SeededChance(std::uint64_t seed) : state_(seed) {}

  std::uint64_t below(std::uint64_t bound) override { return bound == 0 ? 0 : next() % bound; }
  /// `low` to `high`, both included.
  std::uint64_t between(std::uint64_t low, std::uint64_t high) { return low + below(high - low + 1); }

 private:
  std::uint64_t next() {
    state_ += 0x9e3779b97f4a7c15;
    auto mixed = state_;
    mixed = (mixed ^ (mixed >> 30)) * 0xbf58476d1ce4e5b9;
    mixed = (mixed ^ (mixed >> 27)) * 0x94d049bb133111eb;
    return mixed ^ (mixed >> 31);
  }

  std::uint64_t state_;
};

}  // namespace mnrt::sims
