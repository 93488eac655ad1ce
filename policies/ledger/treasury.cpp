#include "policies/ledger/accounts.hpp"
#include "policies/ledger/operations.hpp"
#include "policies/ledger/owner.hpp"
#include "policies/ledger/withdrawals.hpp"

namespace mnrt::policies {

Refusal apply(const WithdrawTreasury& operation, OperationContext& context) {
  if (const auto refusal = privileged(operation.epoch, context); refusal != Refusal::none) return refusal;
  if (operation.amount.units == 0) return Refusal::amount_is_zero;
  const auto share = Share{value_of(context.parameters, Parameter::withdrawal_share_ppb)};
  if (share.ppb == 0) return Refusal::withdrawal_disabled;

  // What waits for its delay is still in the treasury, so the share is never of more than there is.
  auto& state = context.state;
  const auto limit = share_rounded_down(state.pools().treasury[index_of(operation.token)], share);
  auto& entries = state.change<WithdrawalsRow>(withdrawals_key()).entries;
  forget_old_withdrawals(entries, context.block.time, context.parameters);
  auto sum = std::optional{operation.amount};
  for (const auto& entry : entries)
    if (entry.token == operation.token && sum) sum = checked_add(*sum, entry.amount);
  if (!sum || *sum > limit || entries.size() >= withdrawals_max) return Refusal::withdrawal_over_limit;

  const auto deposit = Amount{value_of(context.parameters, Parameter::row_deposit_units)};
  if (const auto refusal = open_account(state, state.account(operation.to), context.sender, deposit);
      refusal != Refusal::none)
    return refusal;
  entries.push_back({.to = operation.to,
                     .token = operation.token,
                     .amount = operation.amount,
                     .asked = context.block.time,
                     .paid = false});
  return Refusal::none;
}

}  // namespace mnrt::policies
