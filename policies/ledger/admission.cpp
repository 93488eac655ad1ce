#include "policies/ledger/admission.hpp"

#include <algorithm>

#include "policies/ledger/accounts.hpp"
#include "policies/ledger/evidence.hpp"
#include "policies/ledger/fees.hpp"
#include "policies/ledger/set_change.hpp"
#include "policies/limits.hpp"

namespace mnrt::policies {
namespace {

Refusal check_frame(const SignedTransaction& transaction, const BlockContext& block) {
  const auto& body = transaction.body;
  if (body.protocol_version != block.protocol_version) return Refusal::unsupported_version;
  if (body.chain_id != block.chain_id) return Refusal::wrong_chain;
  if (body.operations.empty() || body.operations.size() > limits::operations_max) return Refusal::malformed;
  const auto& signatures = transaction.signatures;
  if (signatures.empty() || signatures.size() > limits::signatures_max) return Refusal::malformed;
  if (std::ranges::adjacent_find(signatures, std::ranges::greater_equal{}, &KeySignature::key) !=
      signatures.end())
    return Refusal::malformed;
  if (transaction.bytes() > limits::transaction_bytes_max) return Refusal::too_large;
  if (body.expiry < block.height) return Refusal::expired;
  if (body.expiry.value - block.height.value >= limits::expiry_blocks_max) return Refusal::expiry_too_far;
  return Refusal::none;
}

bool signed_by(const SignedTransaction& transaction, const PublicKey& key) {
  return std::ranges::any_of(transaction.signatures, [&](const auto& one) { return one.key == key; });
}

bool only_renews(const Transaction& body) {
  return std::ranges::all_of(body.operations,
                             [](const auto& one) { return std::holds_alternative<RenewLease>(one); });
}

/// The reserved lane costs nothing, so whatever would be refused there makes the block invalid instead.
Refusal check_renewal(const SignedTransaction& transaction, const AdmissionView& view) {
  if (transaction.signatures.size() != 1 || transaction.signatures.front().key != view.owner.lease_key)
    return Refusal::not_the_lease_key;
  if (view.epoch_just_changed) return Refusal::none;
  if (view.owner.deposed) return Refusal::lease_ended;
  if (std::get<RenewLease>(transaction.body.operations.front()).epoch != view.owner.epoch)
    return Refusal::wrong_epoch;
  const auto window_ms = value_of(view.parameters, Parameter::lease_ms) / renewal_window_divisor;
  if (view.block.time.ms < view.owner.renewed_time.ms + static_cast<std::int64_t>(window_ms))
    return Refusal::renewed_already;
  return Refusal::none;
}

/// As a renewal: in the reserved lane only a report that will be taken.
Refusal check_report(const ReportEvidence& report, const Address& sender, const AdmissionView& view) {
  const auto refusal = evidence_fault(report, view.block.height, view.rows);
  if (refusal != Refusal::none) return refusal;
  return reported_lately(sender, view.block.height, view.rows) ? Refusal::evidence_too_soon : Refusal::none;
}

Refusal check_ready(const Ready& ready, const Address& seat, const AdmissionView& view) {
  const auto refusal = ready_fault(ready, seat, view.block.height, view.rows);
  if (refusal != Refusal::none) return refusal;
  return is_asked_to_join(seat, view.rows) ? Refusal::none : Refusal::ready_unasked;
}

Refusal check_free(const SignedTransaction& transaction, const AdmissionView& view) {
  const auto& body = transaction.body;
  const auto& only = body.operations.front();
  if (const auto* report = std::get_if<ReportEvidence>(&only))
    return check_report(*report, body.sender, view);
  if (const auto* ready = std::get_if<Ready>(&only)) return check_ready(*ready, body.sender, view);
  return check_renewal(transaction, view);
}

Refusal check_funds(const Transaction& body, const AdmissionView& view) {
  if (view.sender == nullptr) return Refusal::fee_balance_too_low;
  const auto deposit = view.opens_lane ? value_of(view.parameters, Parameter::row_deposit_units) : 0;
  const auto needed = checked_add(body.fee_limit, Amount{deposit});
  return needed && *needed <= view.sender->balances[index_of(Token::flx)] ? Refusal::none
                                                                          : Refusal::fee_balance_too_low;
}

}  // namespace

bool keys_suffice(const SignedTransaction& transaction, const AccountRow* sender) {
  const auto& signatures = transaction.signatures;
  const auto suffice = [&](const KeyPolicy& policy) {
    return signatures.size() >= policy.threshold && std::ranges::all_of(signatures, [&](const auto& one) {
             return std::ranges::binary_search(policy.keys, one.key);
           });
  };
  if (sender != nullptr && sender->keys) return suffice(*sender->keys);
  if (!transaction.body.opening_policy && signatures.size() != 1) return false;
  const auto policy = opened_policy(transaction);
  return is_well_formed(policy) && suffice(policy) && address_of(policy) == transaction.body.sender;
}

KeyPolicy opened_policy(const SignedTransaction& transaction) {
  const auto& opening = transaction.body.opening_policy;
  return opening ? *opening : single_key(transaction.signatures.front().key);
}

Refusal check_admission(const SignedTransaction& transaction, const AdmissionView& view) {
  const auto& body = transaction.body;
  if (const auto refusal = check_frame(transaction, view.block); refusal != Refusal::none) return refusal;
  if (body.nonce < view.nonce) return Refusal::nonce_already_used;
  if (body.nonce - view.nonce > view.nonces_ahead) return Refusal::nonce_too_far_ahead;
  if (!keys_suffice(transaction, view.sender)) return Refusal::keys_not_authorised;
  // The lease key lies on a server. Whoever steals it must not get further than keeping the lease alive.
  if (signed_by(transaction, view.owner.lease_key) && !only_renews(body)) return Refusal::not_the_lease_key;
  if (is_fee_free(body))
    if (const auto refusal = check_free(transaction, view); refusal != Refusal::none) return refusal;
  // Also of what is free: an account that it opened would take a row without a deposit.
  return check_funds(body, view);
}

std::uint64_t nonce_of(const StateReader& state, const Address& sender, std::uint32_t lane) {
  if (lane == 0) {
    const auto row = state.read(account_key(sender));
    return row ? std::get<AccountRow>(*row).nonce : 0;
  }
  const auto row = state.read(lane_key(sender, lane));
  return row ? std::get<LaneRow>(*row).nonce : 0;
}

Refusal admissible(const SignedTransaction& transaction, const StateReader& state,
                   const BlockContext& context, std::uint64_t nonces_ahead) {
  const auto parameters = state.read(parameters_key());
  const auto owner = state.read(owner_key());
  const auto& body = transaction.body;
  const auto account = state.read(account_key(body.sender));
  const auto* row = account ? &std::get<AccountRow>(*account) : nullptr;
  const auto lane = body.lane == 0 ? std::nullopt : state.read(lane_key(body.sender, body.lane));
  const auto nonce = lane ? std::get<LaneRow>(*lane).nonce : body.lane == 0 && row ? row->nonce : 0;
  return check_admission(transaction, {.block = context,
                                       .parameters = std::get<ParametersRow>(*parameters).values,
                                       .owner = std::get<OwnerRow>(*owner),
                                       .sender = row,
                                       .nonce = nonce,
                                       .opens_lane = body.lane != 0 && !lane,
                                       .nonces_ahead = nonces_ahead,
                                       .epoch_just_changed = false,
                                       .rows = state});
}

}  // namespace mnrt::policies
