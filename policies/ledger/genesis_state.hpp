#pragma once

#include <string_view>

#include "policies/ledger/genesis.hpp"
#include "policies/ledger/state.hpp"

namespace mnrt::policies {

/// What is wrong with a genesis, as one sentence; empty when it is sound: name, time, key policies, order of
/// validators and accounts, parameters inside their ranges, a lease key apart from the owner's keys, and a
/// supply of each token that fits an Amount.
std::string_view fault_of(const Genesis& genesis);

/// What a genesis gives out of each token, to accounts and treasury. Nothing where a sum is over the largest
/// amount.
std::optional<Balances> supply_of(const Genesis& genesis);

/// The rows that a chain starts from. `genesis` must be sound. Accounts are made for the owner, the lease key
/// and each validator's operator, also where genesis gives them nothing; no deposit is held for the rows of
/// genesis.
StateChanges genesis_state(const Genesis& genesis);

}  // namespace mnrt::policies
