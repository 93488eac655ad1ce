#include <algorithm>

#include "policies/ledger/accounts.hpp"
#include "policies/ledger/operations.hpp"
#include "policies/ledger/set_change.hpp"

namespace mnrt::policies {
namespace {

constexpr auto gen = index_of(Token::gen);
constexpr auto flx = index_of(Token::flx);

/// In the set, or in a change that a quorum has voted for.
bool in_use(const Address& seat, Overlay& state) {
  if (index_of(state.find<ValidatorsRow>(validators_key())->validators, seat)) return true;
  const auto* changes = state.find<SetChangeRow>(set_change_key());
  return changes && std::ranges::any_of(changes->proposals, [&](const auto& proposal) {
           return proposal.decided && std::ranges::binary_search(proposal.joins, seat);
         });
}

void pay_out(const Address& seat, OperationContext& context) {
  auto& state = context.state;
  const auto bond = *state.find<BondRow>(bond_key(seat));
  state.erase(bond_key(seat));
  auto& pools = state.change_pools();
  debit(pools.bonds, bond.amount);
  debit(pools.deposits, bond.deposit);
  auto& balances = state.change(context.sender).balances;
  credit(balances[gen], bond.amount);
  credit(balances[flx], bond.deposit);
}

}  // namespace

Refusal apply(const Bond& operation, OperationContext& context) {
  const auto& seat = operation.seat;
  if (context.transaction.body.sender != seat.operated_by) return Refusal::not_the_operator;
  if (seat.address != address_of(single_key(seat.consensus_key))) return Refusal::seat_malformed;
  if (operation.amount.units == 0) return Refusal::amount_is_zero;
  auto& state = context.state;
  const auto* before = state.find<BondRow>(bond_key(seat.address));
  if (before != nullptr && before->seat != seat) return Refusal::seat_malformed;
  const auto& set = state.find<ValidatorsRow>(validators_key())->validators;
  if (const auto place = index_of(set, seat.address); place && set[*place] != seat)
    return Refusal::seat_malformed;
  if (before != nullptr && before->unbonding) return Refusal::seat_unbonding;
  const auto sum = checked_add(before ? before->amount : Amount{}, operation.amount);
  if (!sum) return Refusal::overflow;
  if (sum->units < value_of(context.parameters, Parameter::bond_units_min)) return Refusal::bond_too_low;
  if (context.sender.row().balances[gen] < operation.amount) return Refusal::balance_too_low;

  const auto deposit = Amount{value_of(context.parameters, Parameter::row_deposit_units)};
  if (before == nullptr) {
    // The seat's own account signs `ready`, for which nobody pays: its row is paid here.
    if (const auto refusal = open_account(state, state.account(seat.address), context.sender, deposit);
        refusal != Refusal::none)
      return refusal;
    if (const auto refusal = hold_deposit(state, context.sender, deposit); refusal != Refusal::none)
      return refusal;
    auto& row = state.change<BondRow>(bond_key(seat.address));
    row.seat = seat;
    row.deposit = deposit;
    row.bonded = context.block.height;
  }
  debit(state.change(context.sender).balances[gen], operation.amount);
  credit(state.change_pools().bonds, operation.amount);
  state.change<BondRow>(bond_key(seat.address)).amount = *sum;
  return Refusal::none;
}

Refusal apply(const Unbond& operation, OperationContext& context) {
  auto& state = context.state;
  const auto* bond = state.find<BondRow>(bond_key(operation.seat));
  if (bond == nullptr) return Refusal::seat_unknown;
  if (context.transaction.body.sender != bond->seat.operated_by) return Refusal::not_the_operator;
  if (in_use(operation.seat, state)) return Refusal::seat_in_use;
  if (!bond->unbonding) {
    state.change<BondRow>(bond_key(operation.seat)).unbonding = context.block.time;
    return Refusal::none;
  }
  if (context.block.time.ms < bond->unbonding->ms + unbonding_ms) return Refusal::unbonding_not_over;
  pay_out(operation.seat, context);
  return Refusal::none;
}

}  // namespace mnrt::policies
