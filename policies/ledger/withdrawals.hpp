#pragma once

#include <cstddef>
#include <vector>

#include "policies/ledger/overlay.hpp"
#include "policies/ledger/parameters.hpp"
#include "policies/ledger/state.hpp"
#include "policies/time.hpp"

namespace mnrt::policies {

/// How many withdrawals the window holds.
inline constexpr std::size_t withdrawals_max = 64;

/// Drops those that are paid and older than the window: they no longer count against the share.
void forget_old_withdrawals(std::vector<WithdrawalsRow::Entry>& entries, BlockTime now,
                            const Parameters& parameters);

/// Pays the withdrawals whose delay has passed. One that the treasury can no longer cover is dropped.
void pay_due_withdrawals(Overlay& state, BlockTime now, const Parameters& parameters);

/// An epoch change cancels all that wait.
void cancel_withdrawals(Overlay& state);

}  // namespace mnrt::policies
