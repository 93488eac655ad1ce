#include "policies/ledger/accounts.hpp"
#include "policies/ledger/operations.hpp"

namespace mnrt::policies {

Refusal apply(const Transfer& operation, OperationContext& context) {
  if (operation.amount.units == 0) return Refusal::amount_is_zero;
  if (operation.to == context.transaction.body.sender) return Refusal::receiver_is_sender;
  const auto rate = Share{value_of(context.parameters, Parameter::infrastructure_fee_ppb)};
  const auto fee = share_rounded_up(operation.amount, rate);
  const auto total = checked_add(operation.amount, fee);
  if (!total) return Refusal::overflow;

  auto& state = context.state;
  auto& receiver = state.account(operation.to);
  const auto deposit = Amount{value_of(context.parameters, Parameter::row_deposit_units)};
  if (const auto refusal = open_account(state, receiver, context.sender, deposit); refusal != Refusal::none)
    return refusal;
  const auto token = index_of(operation.token);
  if (context.sender.row().balances[token] < *total) return Refusal::balance_too_low;
  debit(state.change(context.sender).balances[token], *total);
  credit(state.change(receiver).balances[token], operation.amount);
  credit(state.change_pools().treasury[token], fee);
  return Refusal::none;
}

}  // namespace mnrt::policies
