#include "policies/ledger/accounts.hpp"
#include "policies/ledger/operations.hpp"

namespace mnrt::policies {

Refusal apply(const CommitEvidence& operation, OperationContext& context) {
  if (operation.commitment == Digest{}) return Refusal::commitment_is_empty;
  const auto key = reporter_key(context.transaction.body.sender);
  auto& state = context.state;
  if (state.find<ReporterRow>(key) == nullptr) {
    const auto deposit = Amount{value_of(context.parameters, Parameter::row_deposit_units)};
    if (const auto refusal = hold_deposit(state, context.sender, deposit); refusal != Refusal::none)
      return refusal;
    state.change<ReporterRow>(key).deposit = deposit;
  }
  auto& row = state.change<ReporterRow>(key);
  row.commitment = operation.commitment;
  row.committed = context.block.height;
  return Refusal::none;
}

}  // namespace mnrt::policies
