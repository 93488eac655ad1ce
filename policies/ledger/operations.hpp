#pragma once

#include <string>
#include <vector>

#include "policies/ledger/execution.hpp"
#include "policies/ledger/operation.hpp"
#include "policies/ledger/outcome.hpp"
#include "policies/ledger/overlay.hpp"

namespace mnrt::policies {

/// What an operation may read and change. Lives as long as the call.
struct OperationContext {
  const BlockContext& block;
  const SignedTransaction& transaction;
  const Parameters& parameters;  ///< in force for this block
  const std::string& log_origin;
  Account& sender;
  Overlay& state;
  std::vector<NewLeaf>& leaves;
};

// The modules, one file each. `none`, or why the operation can't be done; what it has changed by then is
// undone by the caller, with the operations before it.

/// amount_is_zero, receiver_is_sender, overflow, balance_too_low.
Refusal apply(const Transfer& operation, OperationContext& context);
/// document_is_empty.
Refusal apply(const Notarise& operation, OperationContext& context);
/// service_malformed, service_exists, registry_full, balance_too_low.
Refusal apply(const RegisterService& operation, OperationContext& context);
/// service_unknown, service_not_yours.
Refusal apply(const RenewService& operation, OperationContext& context);
/// service_unknown, service_not_yours.
Refusal apply(const RemoveService& operation, OperationContext& context);
/// not_the_lease_key, lease_ended, wrong_epoch.
Refusal apply(const RenewLease& operation, OperationContext& context);
/// not_the_owner, lease_ended, wrong_epoch, amount_is_zero, withdrawal_disabled, withdrawal_over_limit,
/// balance_too_low (the deposit for the receiver's row).
Refusal apply(const WithdrawTreasury& operation, OperationContext& context);
/// not_the_owner, lease_ended, wrong_epoch, needs_quorum, parameter_out_of_range, parameter_step_too_large.
Refusal apply(const ChangeParameter& operation, OperationContext& context);
/// keys_malformed.
Refusal apply(const ChangeKeys& operation, OperationContext& context);
/// commitment_is_empty, balance_too_low (the deposit for the reporter's row).
Refusal apply(const CommitEvidence& operation, OperationContext& context);
/// What `evidence_fault` says.
Refusal apply(const ReportEvidence& operation, OperationContext& context);
/// not_the_operator, seat_malformed, seat_unbonding, amount_is_zero, overflow, bond_too_low, balance_too_low
/// (the bond, or the deposits for its row and the seat's account).
Refusal apply(const Bond& operation, OperationContext& context);
/// seat_unknown, not_the_operator, seat_in_use, unbonding_not_over.
Refusal apply(const Unbond& operation, OperationContext& context);
/// What `ready_fault` says.
Refusal apply(const Ready& operation, OperationContext& context);
/// not_a_validator, set_change_malformed, seat_unknown, seat_unbonding, bond_too_low, too_many_seats,
/// voted_already, set_proposals_full.
Refusal apply(const VoteSetChange& operation, OperationContext& context);
/// not_a_validator, upgrade_malformed, upgrade_decided, voted_already.
Refusal apply(const Upgrade& operation, OperationContext& context);

}  // namespace mnrt::policies
