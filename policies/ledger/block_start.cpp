#include "policies/ledger/block_start.hpp"

#include <algorithm>

#include "policies/ledger/evidence.hpp"
#include "policies/ledger/expiry.hpp"
#include "policies/ledger/owner.hpp"
#include "policies/ledger/withdrawals.hpp"

namespace mnrt::policies {
namespace {

void apply_due_parameters(Height height, Overlay& state) {
  const auto* row = state.find<ParametersRow>(parameters_key());
  if (row->pending.empty() || row->pending.front().effective > height) return;
  auto& parameters = state.change<ParametersRow>(parameters_key());
  auto& pending = parameters.pending;
  for (; !pending.empty() && pending.front().effective <= height; pending.erase(pending.begin())) {
    auto& value = parameters.values[static_cast<std::size_t>(pending.front().parameter)].value;
    state.change<ParameterHistoryRow>(parameter_history_key(pending.front().parameter, height)).value = value;
    value = pending.front().value;
  }
}

OwnerStatus owner_at(const BlockContext& context, const Parameters& parameters, Overlay& state) {
  const auto& owner = *state.find<OwnerRow>(owner_key());
  if (owner.deposed) return OwnerStatus::deposed;
  const auto& validators = state.find<ValidatorsRow>(validators_key())->validators;
  if (!lease_ran_out(owner, parameters, validators.size(), context)) return OwnerStatus::healthy;
  const auto eligible = std::min(context.eligible_validators, other_operators(validators, owner.owner));
  return eligible < council_min ? OwnerStatus::failed : OwnerStatus::deposed;
}

void change_epoch(Overlay& state) {
  auto& owner = state.change<OwnerRow>(owner_key());
  owner.epoch.value += 1;
  owner.deposed = true;
  cancel_withdrawals(state);
}

}  // namespace

BlockStart start_block(const BlockContext& context, Overlay& state) {
  apply_due_parameters(context.height, state);
  BlockStart start{.parameters = state.find<ParametersRow>(parameters_key())->values};
  start.owner = owner_at(context, start.parameters, state);
  start.epoch_changed = start.owner == OwnerStatus::deposed && !state.find<OwnerRow>(owner_key())->deposed;
  if (start.epoch_changed) change_epoch(state);
  pay_due_withdrawals(state, context.time, start.parameters);
  sweep_services(state, context.time);
  close_evidence_window(context.height, state);
  return start;
}

}  // namespace mnrt::policies
