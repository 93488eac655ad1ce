#include <algorithm>

#include "policies/ledger/accounts.hpp"
#include "policies/ledger/evidence.hpp"
#include "policies/ledger/operations.hpp"
#include "policies/ledger/set_change.hpp"

namespace mnrt::policies {
namespace {

/// Whether the sender committed to this very report in an earlier block. If so the commitment is used up, and
/// its deposit goes back.
bool open_commitment(const ReportEvidence& report, OperationContext& context) {
  const auto& sender = context.transaction.body.sender;
  const auto* row = context.state.find<ReporterRow>(reporter_key(sender));
  if (row == nullptr || row->committed >= context.block.height ||
      row->commitment != evidence_commitment(context.block.chain_id, sender, report))
    return false;
  const auto deposit = row->deposit;
  context.state.erase(reporter_key(sender));
  debit(context.state.change_pools().deposits, deposit);
  credit(context.state.change(context.sender).balances[index_of(Token::flx)], deposit);
  return true;
}

/// The offender's bond before the first penalty of this window.
Amount bond_before(const Address& offender, Overlay& state) {
  if (const auto* window = state.find<EvidenceRow>(evidence_key())) {
    const auto first = std::ranges::find(window->entries, offender, &EvidenceRow::Entry::offender);
    if (first != window->entries.end()) return first->bond;
  }
  const auto* bond = state.find<BondRow>(bond_key(offender));
  return bond ? bond->amount : Amount{};
}

}  // namespace

Refusal apply(const ReportEvidence& operation, OperationContext& context) {
  auto& state = context.state;
  const auto height = context.block.height;
  if (const auto refusal = evidence_fault(operation, height, OverlayRows{state}); refusal != Refusal::none)
    return refusal;

  const auto bond = bond_before(operation.offender, state);
  const bool committed = open_commitment(operation, context);
  const auto taken = punish(operation.offender, share_rounded_up(bond, penalty_at_once),
                            committed ? &context.sender : nullptr, state);
  const auto& reporter = context.transaction.body.sender;
  state.change<OffenceRow>(offence_key(operation.offender, operation.first.body.height)) = {
      .reporter = reporter, .reported = height, .penalty = taken};
  auto& window = state.change<EvidenceRow>(evidence_key());
  if (window.entries.empty()) window.seats = state.find<ValidatorsRow>(validators_key())->validators.size();
  window.entries.push_back({.offender = operation.offender,
                            .reported = height,
                            .reporter = reporter,
                            .bond = bond,
                            .taken = taken});
  remove_at_next_change(operation.offender, height, state);
  return Refusal::none;
}

}  // namespace mnrt::policies
