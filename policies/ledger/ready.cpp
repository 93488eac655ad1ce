#include <algorithm>

#include "policies/ledger/operations.hpp"
#include "policies/ledger/set_change.hpp"

namespace mnrt::policies {

Refusal ready_fault(const Ready& ready, const Address& seat, Height block, const StateReader& rows) {
  const auto found = rows.read(bond_key(seat));
  if (!found) return Refusal::seat_unknown;
  const auto& bond = std::get<BondRow>(*found);
  if (bond.unbonding) return Refusal::seat_unbonding;
  const auto set = rows.read(validators_key());
  if (index_of(std::get<ValidatorsRow>(*set).validators, seat)) return Refusal::seat_in_use;
  if (ready.final >= block || ready.final + ready_lag_blocks + 1 < block) return Refusal::ready_too_old;
  return bond.ready == block ? Refusal::ready_already : Refusal::none;
}

bool is_asked_to_join(const Address& seat, const StateReader& rows) {
  const auto row = rows.read(set_change_key());
  if (!row) return false;
  return std::ranges::any_of(std::get<SetChangeRow>(*row).proposals, [&](const auto& proposal) {
    return std::ranges::binary_search(proposal.joins, seat);
  });
}

Refusal apply(const Ready& operation, OperationContext& context) {
  const auto& seat = context.transaction.body.sender;
  const auto height = context.block.height;
  if (const auto refusal = ready_fault(operation, seat, height, OverlayRows{context.state});
      refusal != Refusal::none)
    return refusal;
  auto& bond = context.state.change<BondRow>(bond_key(seat));
  const bool goes_on = bond.ready_blocks != 0 && height <= bond.ready + ready_lag_blocks + 1;
  bond.ready_blocks = goes_on ? bond.ready_blocks + (height.value - bond.ready.value) : 1;
  bond.ready = height;
  return Refusal::none;
}

}  // namespace mnrt::policies
