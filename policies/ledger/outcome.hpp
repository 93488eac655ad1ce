#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "policies/amount.hpp"
#include "policies/digest.hpp"

namespace mnrt::policies {

/// Why a transaction was refused: at admission, in a proposed block, or by an operation. `none` is success.
enum class Refusal : std::uint8_t {
  none,
  // the frame
  malformed,
  unsupported_version,
  wrong_chain,
  too_large,
  bad_signature,
  // the account and its order
  keys_not_authorised,
  nonce_already_used,
  nonce_too_far_ahead,
  expired,
  expiry_too_far,
  fee_balance_too_low,
  fee_limit_too_low,
  sender_queue_full,
  replacement_underpriced,
  pool_full,
  already_known,
  // operations
  balance_too_low,
  amount_is_zero,
  receiver_is_sender,
  overflow,
  document_is_empty,
  service_exists,
  service_unknown,
  service_not_yours,
  service_malformed,
  registry_full,
  not_the_owner,
  not_the_lease_key,
  lease_ended,
  wrong_epoch,
  renewed_already,
  withdrawal_disabled,
  withdrawal_over_limit,
  parameter_out_of_range,
  parameter_step_too_large,
  keys_malformed,
  // the node
  busy,
  disk_budget,
  not_conserving,
  // operations that one account can't do alone
  needs_quorum,
  // a block's order
  out_of_order,
  // evidence
  commitment_is_empty,
  evidence_unproved,
  offender_unknown,
  evidence_known,
  evidence_moot,
  evidence_window_full,
  evidence_too_soon,
  // seats and the set
  not_the_operator,
  seat_malformed,
  seat_unknown,
  seat_in_use,
  seat_unbonding,
  unbonding_not_over,
  bond_too_low,
  ready_too_old,
  ready_already,
  not_a_validator,
  set_change_malformed,
  too_many_seats,
  voted_already,
  set_proposals_full,
  // the protocol's version
  upgrade_malformed,
  upgrade_decided,
  // a `ready` that nobody waits for
  ready_unasked,
};

/// New refusals go behind this one: a refusal's number is part of an outcome's bytes.
inline constexpr Refusal refusal_last = Refusal::ready_unasked;

/// snake_case, as the API's `code` and `reason` write it.
std::string_view name_of(Refusal refusal);

/// One sentence for people: what it means and what to do next.
std::string_view advice_on(Refusal refusal);

/// What became of one transaction in its block.
struct Outcome {
  Digest transaction;
  Refusal refusal{Refusal::none};
  std::uint8_t operation{};  ///< index of the operation that refused
  Amount fee;                ///< FLX base units charged for inclusion and work: base fee and priority
  std::vector<std::uint64_t> leaves;  ///< log indices that its notarisations got
  friend bool operator==(const Outcome&, const Outcome&) = default;
};

}  // namespace mnrt::policies
