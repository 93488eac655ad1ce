#include "policies/ledger/outcome.hpp"

namespace mnrt::policies {
namespace {

struct Words {
  std::string_view name;
  std::string_view advice;
};

/// A switch without a default: the compiler names a refusal that was left out.
constexpr Words words_of(Refusal refusal) {
  switch (refusal) {
    case Refusal::none:
      return {"none", "Nothing was refused."};
    case Refusal::malformed:
      return {"malformed", "The bytes aren't a transaction as the format defines it; build it again."};
    case Refusal::unsupported_version:
      return {"unsupported_version",
              "The chain runs another protocol version; use a client for that version."};
    case Refusal::wrong_chain:
      return {"wrong_chain", "The transaction was signed for another chain; sign it with this chain's id."};
    case Refusal::too_large:
      return {"too_large", "The transaction or block is over its size limit; split it."};
    case Refusal::bad_signature:
      return {"bad_signature", "A signature doesn't fit the signed bytes; sign them again."};
    case Refusal::keys_not_authorised:
      return {"keys_not_authorised",
              "The signing keys don't satisfy the sender's key policy; sign with enough of its keys."};
    case Refusal::nonce_already_used:
      return {"nonce_already_used",
              "Another transaction has this nonce; ask for the next one and sign again."};
    case Refusal::nonce_too_far_ahead:
      return {"nonce_too_far_ahead", "Transactions before this one are missing; send them first."};
    case Refusal::expired:
      return {"expired", "The transaction's last height has passed; sign it again with a later one."};
    case Refusal::expiry_too_far:
      return {"expiry_too_far",
              "The expiry is more than 1,000 blocks ahead; sign it again with an earlier one."};
    case Refusal::fee_balance_too_low:
      return {"fee_balance_too_low",
              "The sender has no account yet, or its FLX doesn't cover its fee limits; add FLX or lower the "
              "limit."};
    case Refusal::fee_limit_too_low:
      return {"fee_limit_too_low", "The fee limit is below the base fee and priority; raise it."};
    case Refusal::sender_queue_full:
      return {"sender_queue_full",
              "Too many transactions of this sender wait; send more once some are final."};
    case Refusal::replacement_underpriced:
      return {"replacement_underpriced",
              "A waiting transaction has this nonce; pay at least a tenth more priority to replace it."};
    case Refusal::pool_full:
      return {"pool_full",
              "The pool is full of transactions that pay as much or that can be executed sooner; send those "
              "before "
              "this one first, raise the priority, or try later."};
    case Refusal::already_known:
      return {"already_known", "This transaction was sent before; ask for its status."};
    case Refusal::balance_too_low:
      return {"balance_too_low",
              "The sender's balance doesn't cover amount, fee and deposit; add funds or send less."};
    case Refusal::amount_is_zero:
      return {"amount_is_zero", "An amount of zero moves nothing; give a larger one."};
    case Refusal::receiver_is_sender:
      return {"receiver_is_sender", "Sender and receiver are one account; choose another receiver."};
    case Refusal::overflow:
      return {"overflow", "The amount with its fee is over the largest number; send less."};
    case Refusal::document_is_empty:
      return {"document_is_empty", "The document's digest is all zeros; send the SHA-256 of the document."};
    case Refusal::service_exists:
      return {"service_exists", "A live service has this id; choose another id, or renew yours."};
    case Refusal::service_unknown:
      return {"service_unknown", "No live service has this id; register it first."};
    case Refusal::service_not_yours:
      return {"service_not_yours", "Another account registered this service; send it from that account."};
    case Refusal::service_malformed:
      return {"service_malformed",
              "A field of the service is outside its rules; see the documentation of services."};
    case Refusal::registry_full:
      return {"registry_full", "The registry holds as many services as the chain allows; try later."};
    case Refusal::not_the_owner:
      return {"not_the_owner", "Only the network's owner may do this; sign with the owner's keys."};
    case Refusal::not_the_lease_key:
      return {"not_the_lease_key",
              "Only the lease key renews, and it does nothing else; sign with the right key."};
    case Refusal::lease_ended:
      return {"lease_ended", "The owner's lease ended and the epoch changed; ask for a handback."};
    case Refusal::wrong_epoch:
      return {"wrong_epoch",
              "The transaction names another epoch than the chain's; read the epoch and sign again."};
    case Refusal::renewed_already:
      return {"renewed_already", "The lease was renewed a moment ago; renew again in a third of its length."};
    case Refusal::withdrawal_disabled:
      return {"withdrawal_disabled", "This chain doesn't let its owner withdraw from the treasury."};
    case Refusal::withdrawal_over_limit:
      return {"withdrawal_over_limit",
              "The owner's withdrawals in the window would be over their share; ask for less or wait."};
    case Refusal::parameter_out_of_range:
      return {"parameter_out_of_range",
              "The value is outside the range that genesis fixed; choose one inside."};
    case Refusal::parameter_step_too_large:
      return {"parameter_step_too_large",
              "A parameter changes by at most a factor of two an epoch; take a smaller step."};
    case Refusal::keys_malformed:
      return {"keys_malformed",
              "The new keys aren't a policy: 1 to 16 sorted distinct keys, threshold within them."};
    case Refusal::busy:
      return {"busy", "The node is at a limit; try again in a moment."};
    case Refusal::disk_budget:
      return {"disk_budget", "The node's disk budget is nearly used; free or add space."};
    case Refusal::not_conserving:
      return {"not_conserving", "The transaction would make or destroy money; this is a defect, report it."};
    case Refusal::needs_quorum:
      return {"needs_quorum",
              "With four validators or more this needs a quorum of them, not the owner alone."};
    case Refusal::out_of_order:
      return {"out_of_order",
              "In a block fee-free transactions come first; put this one before those that pay."};
    case Refusal::commitment_is_empty:
      return {"commitment_is_empty",
              "The commitment is all zeros; send the hash of the report that is to follow."};
    case Refusal::evidence_unproved:
      return {"evidence_unproved",
              "An honest validator may sign both statements; report two that contradict each other."};
    case Refusal::offender_unknown:
      return {
          "offender_unknown",
          "No seat with a bond has this address and consensus key; take both from the validator's record."};
    case Refusal::evidence_known:
      return {"evidence_known",
              "This offender was reported for this height before; one report a height is all there is."};
    case Refusal::evidence_moot:
      return {"evidence_moot", "Nothing is left of the offender's bond and seat; no report takes more."};
    case Refusal::evidence_window_full:
      return {"evidence_window_full", "The window holds as many reports as it can; try in the next one."};
    case Refusal::evidence_too_soon:
      return {"evidence_too_soon",
              "This account reported without a fee a moment ago; wait ten blocks, or pay the fee."};
    case Refusal::not_the_operator:
      return {"not_the_operator",
              "Only the account that operates the seat may do this; send it from that account."};
    case Refusal::seat_malformed:
      return {"seat_malformed",
              "The seat's address isn't made from its consensus key, or its record differs from the one "
              "bonded; send the record as the node shows it."};
    case Refusal::seat_unknown:
      return {"seat_unknown", "No bond is held for this seat; bond it first."};
    case Refusal::seat_in_use:
      return {"seat_in_use", "The seat is in the set or about to join it; vote it out first."};
    case Refusal::seat_unbonding:
      return {"seat_unbonding", "The seat is unbonding; wait until its bond was paid out, then bond anew."};
    case Refusal::unbonding_not_over:
      return {"unbonding_not_over",
              "Unbonding takes 21 days from when it was asked for; ask again after that."};
    case Refusal::bond_too_low:
      return {"bond_too_low", "The bond is below the chain's minimum; stake more."};
    case Refusal::ready_too_old:
      return {"ready_too_old",
              "The seat says it holds a height that is behind the chain's or not final yet; catch up and say "
              "it anew."};
    case Refusal::ready_already:
      return {"ready_already", "The seat said in this block that it is ready; once a block is enough."};
    case Refusal::not_a_validator:
      return {"not_a_validator", "Only operators of seats in the set vote; ask one of them."};
    case Refusal::set_change_malformed:
      return {"set_change_malformed",
              "The change isn't sorted, names a seat twice, or leaves no set of 1 to 100 seats; name seats "
              "to join that are outside and seats to leave that are inside."};
    case Refusal::too_many_seats:
      return {"too_many_seats",
              "One operator may hold at most a third of the seats, less one vote, or a single one; let fewer "
              "join."};
    case Refusal::voted_already:
      return {"voted_already", "All seats of this account have voted for this change; wait for the others."};
    case Refusal::set_proposals_full:
      return {"set_proposals_full",
              "As many changes as the chain allows are being voted on; vote for one of them or wait until "
              "one lapses."};
    case Refusal::upgrade_malformed:
      return {"upgrade_malformed",
              "The version isn't above the one in force, or the height less than an epoch of blocks ahead; "
              "name a later one."};
    case Refusal::upgrade_decided:
      return {"upgrade_decided", "An upgrade is decided already; vote again once it is in force."};
    case Refusal::ready_unasked:
      return {"ready_unasked",
              "No change that is voted on lets this seat join; wait for a validator's vote, or pay the fee."};
  }
  return {"unknown", "This program doesn't know the reason; use a newer one."};
}

}  // namespace

std::string_view name_of(Refusal refusal) {
  return words_of(refusal).name;
}
std::string_view advice_on(Refusal refusal) {
  return words_of(refusal).advice;
}

}  // namespace mnrt::policies
