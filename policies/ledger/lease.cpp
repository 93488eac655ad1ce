#include "policies/ledger/operations.hpp"

namespace mnrt::policies {

Refusal apply(const RenewLease& operation, OperationContext& context) {
  const auto& signatures = context.transaction.signatures;
  const auto* owner = context.state.find<OwnerRow>(owner_key());
  if (signatures.size() != 1 || signatures.front().key != owner->lease_key) return Refusal::not_the_lease_key;
  if (owner->deposed) return Refusal::lease_ended;
  if (operation.epoch != owner->epoch) return Refusal::wrong_epoch;
  auto& row = context.state.change<OwnerRow>(owner_key());
  row.renewed_time = context.block.time;
  row.renewed_height = context.block.height;
  return Refusal::none;
}

}  // namespace mnrt::policies
