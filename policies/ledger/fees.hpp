#pragma once

#include <cstdint>
#include <optional>

#include "policies/amount.hpp"
#include "policies/ledger/parameters.hpp"
#include "policies/ledger/transaction.hpp"

namespace mnrt::policies {

// The fee table. A fee unit costs `base_fee_units` FLX base units; all of a transaction's units are known
// before it runs, because no operation's work depends on the state.
//
//   each transaction              1,000    order, pool, outcome, index
//   each byte of its frame           10    wire and disk on every node
//   each signature                1,000    one verification on every validator
//   each transfer                   500    two rows
//   each notarisation             2,000    a leaf, kept for good
//   each service operation        2,000    one row and its place in the expiry index
//   each other operation          1,000
//
// On top, from the sender: the infrastructure fee (`infrastructure_fee_ppb` of a transferred amount, rounded
// up, in the transferred token, to the treasury) and a deposit of `row_deposit_units` FLX for each new state
// row, returned to the service's owner when its row goes. Base fees go to the treasury, priority to the
// account of the proposer's operator.
inline constexpr std::uint64_t fee_units_transaction = 1'000;
inline constexpr std::uint64_t fee_units_byte = 10;
inline constexpr std::uint64_t fee_units_signature = 1'000;
inline constexpr std::uint64_t fee_units_transfer = 500;
inline constexpr std::uint64_t fee_units_notarise = 2'000;
inline constexpr std::uint64_t fee_units_service = 2'000;
inline constexpr std::uint64_t fee_units_other = 1'000;

/// The units of the table above for a whole transaction.
std::uint64_t fee_units(const SignedTransaction& transaction);

/// FLX base units of base fee, before the transaction's limit. At most 2^64 × 2^64: never overflows.
Amount base_fee(const SignedTransaction& transaction, const Parameters& parameters);

/// The smallest fee limit that lets a transaction run: base fee plus its priority; nothing when that
/// overflows.
std::optional<Amount> fee_needed(const SignedTransaction& transaction, const Parameters& parameters);

/// Whether a transaction travels in the reserved lane: a lone lease renewal, report of evidence or `ready`
/// in lane 0 without fee limit and priority.
bool is_fee_free(const Transaction& transaction);

/// A renewal in the reserved lane is refused within this part of lease_ms after the last one. The owner
/// renews every third of the lease, so a renewal that is late or doubled by a retry never meets the window's
/// edge.
inline constexpr std::uint64_t renewal_window_divisor = 6;

/// The part of pool and block that only the reserved lane may use: a tenth.
inline constexpr std::uint64_t reserved_divisor = 10;

}  // namespace mnrt::policies
