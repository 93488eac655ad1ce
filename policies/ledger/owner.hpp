#pragma once

#include <cstddef>

#include "policies/ledger/operations.hpp"
#include "policies/ledger/state.hpp"

namespace mnrt::policies {

/// Whether a privileged operation may be done: sent by the owner's account (not_the_owner), while the owner
/// has its privileges (lease_ended), in the state's epoch (wrong_epoch).
Refusal privileged(Epoch epoch, OperationContext& context);

/// lease_blocks as it is in force with n validators: never below 2(f + 1), so that f of them can't keep a
/// renewal out.
std::uint64_t lease_blocks_of(const Parameters& parameters, std::size_t validators);

/// Whether the lease has run out at a block: both its time and its blocks have passed.
bool lease_ran_out(const OwnerRow& owner, const Parameters& parameters, std::size_t validators,
                   const BlockContext& block);

/// Operators in the set besides the owner: the most that could be eligible for a council.
std::size_t other_operators(const ValidatorSet& validators, const Address& owner);

/// The fewest eligible validators with which the epoch may change.
inline constexpr std::size_t council_min = 3;

}  // namespace mnrt::policies
