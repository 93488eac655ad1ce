#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "policies/consensus/messages.hpp"
#include "policies/time.hpp"
#include "policies/validator_set.hpp"

namespace mnrt::policies {

/// What a Proposal is: a block that may be new, one that must be repeated, or why it is neither.
enum class ProposalVerdict : std::uint8_t {
  fresh,
  reproposed,
  // the block
  without_block,
  wrong_height,
  wrong_chain,
  wrong_parent,
  time_not_after_parent,
  // who says it
  not_the_leader,
  wrong_proposer,
  // the justification
  justified_in_round_0,
  of_another_round,
  unknown_signer,
  signers_not_sorted,
  below_quorum,
  claim_not_below,
  claims_differ,
  prepares_missing,
  not_the_prepared_block,
};

std::string_view name_of(ProposalVerdict verdict);

/// What a proposal is judged against. The references outlive the call.
struct ProposalContext {
  Height height;
  const Digest& chain_id;
  const Digest& parent;
  BlockTime parent_time;
  const ValidatorSet& set;
  const Address& leader;  ///< of the proposal's round
};

/// Judges by content alone, signatures hold already (EEA QBFT specification, proposal justification; protocol
/// section 1, Fresh and re-proposed). In rounds above 0 a quorum of RoundChanges decides: if none claims a
/// prepared block, any block is fresh; else the one of the **highest** claim, with a quorum of its Prepares.
/// A bad highest claim makes the proposal invalid and never hands over to a lower one, or a leader could
/// leave the real certificate out. Never looks at a clock: the window for fresh blocks is `in_time_window`.
ProposalVerdict judge(const Signed<Proposal>& proposal, const ProposalContext& context);

/// Whether distinct signers of the set, a quorum of them, prepared exactly what the certificate says.
bool is_certificate(const PreparedCertificate& certificate, Height height, const ValidatorSet& set);

/// Whether a RoundChange is worth keeping: to a round above 0, and what it claims lies below that round and
/// is proved.
bool is_supported(const RoundChange& change, const ValidatorSet& set);

/// What a leader must repeat: the certificate with the highest round; nothing if the block may be fresh.
std::optional<PreparedCertificate> highest_prepared(std::span<const Signed<RoundChange>> changes);

}  // namespace mnrt::policies
