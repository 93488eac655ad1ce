#include <algorithm>

#include "policies/amount.hpp"
#include "policies/ledger/operations.hpp"
#include "policies/ledger/owner.hpp"
#include "policies/validator_set.hpp"

namespace mnrt::policies {
namespace {

/// From four validators on these are not the owner's to change alone (protocol: transactions).
bool limits_the_owner(Parameter parameter) {
  switch (parameter) {
    case Parameter::lease_ms:
    case Parameter::lease_blocks:
    case Parameter::withdrawal_share_ppb:
    case Parameter::withdrawal_window_ms:
    case Parameter::withdrawal_delay_ms:
      return true;
    default:
      return false;
  }
}

bool is_one_step(std::uint64_t from, std::uint64_t to) {
  return uint128{to} <= uint128{from} * 2 && uint128{to} * 2 >= from;
}

}  // namespace

Refusal apply(const ChangeParameter& operation, OperationContext& context) {
  if (const auto refusal = privileged(operation.epoch, context); refusal != Refusal::none) return refusal;
  const auto index = static_cast<std::size_t>(operation.parameter);
  if (index >= parameter_count) return Refusal::parameter_out_of_range;
  const auto& validators = context.state.find<ValidatorsRow>(validators_key())->validators;
  if (limits_the_owner(operation.parameter) && validators.size() >= 4) return Refusal::needs_quorum;
  const auto& now = context.parameters[index];
  if (operation.value < now.lowest || operation.value > now.highest) return Refusal::parameter_out_of_range;
  if (!is_one_step(now.value, operation.value)) return Refusal::parameter_step_too_large;

  // A change that waits is replaced, and waits anew: however often it is asked for, at most one step takes
  // effect within an epoch.
  using Pending = ParametersRow::Pending;
  auto& pending = context.state.change<ParametersRow>(parameters_key()).pending;
  std::erase_if(pending, [&](const Pending& other) { return other.parameter == operation.parameter; });
  pending.push_back(
      {.parameter = operation.parameter,
       .value = operation.value,
       .effective = context.block.height + value_of(context.parameters, Parameter::epoch_blocks)});
  std::ranges::sort(pending, {}, [](const Pending& one) { return std::pair{one.effective, one.parameter}; });
  return Refusal::none;
}

}  // namespace mnrt::policies
