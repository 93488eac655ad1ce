#pragma once

#include <cstdint>

#include "policies/ledger/state.hpp"
#include "policies/time.hpp"

namespace mnrt::policies {

/// What a day of block time brought so far: the same on every node, so that a restart forgets nothing.
struct DayTotals {
  std::uint64_t day{};           ///< days since 1970-01-01 UTC, by block time
  std::uint64_t transactions{};  ///< in blocks of that day, refused ones too
  Balances collected{};          ///< what the treasury gained, a token; what it spent isn't taken off
  friend bool operator==(const DayTotals&, const DayTotals&) = default;
};

/// What one block adds to the totals.
struct DayShare {
  BlockTime time;
  std::uint64_t transactions{};
  Balances treasury_before{};
  Balances treasury_after{};
};

/// The totals after a block; a block of a later day starts them anew.
DayTotals with_block(const DayTotals& totals, const DayShare& share);

}  // namespace mnrt::policies
