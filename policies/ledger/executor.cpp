#include "policies/ledger/executor.hpp"

#include <algorithm>
#include <utility>
#include <variant>

#include "policies/ledger/accounts.hpp"
#include "policies/ledger/admission.hpp"
#include "policies/ledger/fees.hpp"
#include "policies/ledger/set_change.hpp"
#include "policies/ledger/upgrade.hpp"
#include "policies/notary/leaf.hpp"

namespace mnrt::policies {

Executor::Executor(const BlockContext& context, const StateReader& parent)
    : context_(context), state_(parent), log_origin_(origin_of(context.chain_id)) {
  const auto mark = state_.mark();
  start_ = start_block(context_, state_);
  breached_ = state_.breached_since(mark);
  state_.settle();
}

Refusal Executor::run(const SignedTransaction& transaction) {
  if (const auto refusal = fits(transaction); refusal != Refusal::none) return refusal;
  Lane lane{.sender = state_.account(transaction.body.sender)};
  if (const auto refusal = admit(transaction, lane); refusal != Refusal::none) return refusal;

  const auto mark = state_.mark();
  const auto leaves = leaves_.size();
  begin(transaction, lane);
  auto outcome = perform(transaction, lane.sender);
  if (const auto token = state_.breached_since(mark)) {
    state_.roll_back(mark);
    leaves_.resize(leaves);
    breached_by_last_ = token;
    return Refusal::not_conserving;
  }
  state_.settle();
  for (auto i = leaves; i < leaves_.size(); ++i) outcome.leaves.push_back(leaves_[i].index);
  outcomes_.push_back(std::move(outcome));
  auto& room = is_fee_free(transaction.body) ? reserved_ : ordinary_;
  room.transactions += 1;
  room.bytes += transaction.bytes();
  return Refusal::none;
}

Refusal Executor::fits(const SignedTransaction& transaction) const {
  const auto count_max = value_of(start_.parameters, Parameter::block_transactions_max);
  const auto bytes_max = value_of(start_.parameters, Parameter::block_bytes_max);
  if (is_fee_free(transaction.body)) {
    if (ordinary_.transactions > 0) return Refusal::out_of_order;
    const bool has_room =
        reserved_.transactions < count_max && reserved_.bytes + transaction.bytes() <= bytes_max;
    return has_room ? Refusal::none : Refusal::too_large;
  }
  // The reserved tenth stays free, used or not; what the reserved lane takes beyond its tenth comes off the
  // rest.
  const auto count_reserved = std::max<std::uint64_t>(reserved_.transactions, count_max / reserved_divisor);
  const auto bytes_reserved = std::max<std::uint64_t>(reserved_.bytes, bytes_max / reserved_divisor);
  const bool has_room = ordinary_.transactions + 1 + count_reserved <= count_max &&
                        ordinary_.bytes + transaction.bytes() + bytes_reserved <= bytes_max;
  return has_room ? Refusal::none : Refusal::too_large;
}

Refusal Executor::admit(const SignedTransaction& transaction, Lane& lane) {
  const auto& body = transaction.body;
  if (body.lane != 0) lane.row = state_.find<LaneRow>(lane_key(body.sender, body.lane));
  lane.nonce = body.lane == 0 ? lane.sender.row().nonce : lane.row ? lane.row->nonce : 0;
  const OverlayRows rows{state_};
  return check_admission(transaction, {.block = context_,
                                       .parameters = start_.parameters,
                                       .owner = *state_.find<OwnerRow>(owner_key()),
                                       .sender = lane.sender.exists() ? &lane.sender.row() : nullptr,
                                       .nonce = lane.nonce,
                                       .opens_lane = body.lane != 0 && lane.row == nullptr,
                                       .epoch_just_changed = start_.epoch_changed,
                                       .rows = rows});
}

void Executor::begin(const SignedTransaction& transaction, Lane& lane) {
  const auto& body = transaction.body;
  if (!lane.sender.row().keys) state_.change_keys(lane.sender) = opened_policy(transaction);
  auto& row = state_.change(lane.sender);
  debit(row.balances[index_of(Token::flx)], body.fee_limit);
  if (body.lane == 0) {
    row.nonce += 1;
    return;
  }
  const auto deposit = Amount{value_of(start_.parameters, Parameter::row_deposit_units)};
  const bool is_new = lane.row == nullptr;
  auto& counted = state_.change<LaneRow>(lane_key(body.sender, body.lane));
  counted.nonce += 1;
  if (!is_new) return;
  counted.deposit = deposit;
  MNRT_CHECK(hold_deposit(state_, lane.sender, deposit) == Refusal::none);
}

Outcome Executor::perform(const SignedTransaction& transaction, Account& sender) {
  Outcome outcome;
  outcome.transaction = transaction.id;
  if (is_fee_free(transaction.body)) return run_operations(transaction, sender);
  const auto needed = fee_needed(transaction, start_.parameters);
  if (!needed || *needed > transaction.body.fee_limit)
    outcome.refusal = Refusal::fee_limit_too_low;
  else
    outcome = run_operations(transaction, sender);
  settle_fee(transaction, sender, outcome);
  return outcome;
}

Outcome Executor::run_operations(const SignedTransaction& transaction, Account& sender) {
  Outcome outcome;
  outcome.transaction = transaction.id;
  const auto mark = state_.mark();
  const auto leaves = leaves_.size();
  OperationContext context{.block = context_,
                           .transaction = transaction,
                           .parameters = start_.parameters,
                           .log_origin = log_origin_,
                           .sender = sender,
                           .state = state_,
                           .leaves = leaves_};
  for (const auto& operation : transaction.body.operations) {
    outcome.refusal = std::visit([&](const auto& one) { return apply(one, context); }, operation);
    if (outcome.refusal != Refusal::none) break;
    outcome.operation += 1;
  }
  if (outcome.refusal == Refusal::none) {
    outcome.operation = 0;
  } else {
    state_.roll_back(mark);
    leaves_.resize(leaves);
  }
  return outcome;
}

// The limit was taken before; what isn't used goes back. Where the limit doesn't cover both, the base fee
// comes first.
void Executor::settle_fee(const SignedTransaction& transaction, Account& sender, Outcome& outcome) {
  constexpr auto flx = index_of(Token::flx);
  const auto limit = transaction.body.fee_limit;
  const auto base = std::min(base_fee(transaction, start_.parameters), limit);
  const auto priority = std::min(transaction.body.priority, Amount{limit.units - base.units});
  outcome.fee = {base.units + priority.units};
  const auto refund = Amount{limit.units - outcome.fee.units};
  if (refund.units != 0) credit(state_.change(sender).balances[flx], refund);
  credit(state_.change_pools().treasury[flx], base);
  if (priority.units != 0) pay_proposer(priority);
}

void Executor::pay_proposer(Amount priority) {
  constexpr auto flx = index_of(Token::flx);
  const auto& validators = state_.find<ValidatorsRow>(validators_key())->validators;
  const auto seat = index_of(validators, context_.proposer);
  auto& balance = seat ? state_.change(state_.account(validators[*seat].operated_by)).balances[flx]
                       : state_.change_pools().treasury[flx];
  credit(balance, priority);
}

Execution Executor::finish() {
  Execution done;
  change_set(context_.height, start_.parameters, state_);
  change_version(context_.height, state_);
  if (!breached_) breached_ = state_.breached();
  if (breached_) {
    done.breached = breached_;
    done.invalid = {.index = outcomes_.size(), .refusal = Refusal::not_conserving};
    return done;
  }
  done.changes = state_.changes();
  done.outcomes = std::move(outcomes_);
  done.leaves = std::move(leaves_);
  done.log = *state_.find<LogRow>(log_key());
  done.epoch = state_.find<OwnerRow>(owner_key())->epoch;
  done.owner = start_.owner;
  done.next_validators = state_.find<ValidatorsRow>(validators_key())->validators;
  return done;
}

}  // namespace mnrt::policies
