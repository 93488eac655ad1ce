#include "policies/consensus/justification.hpp"

#include <algorithm>
#include <functional>

namespace mnrt::policies {
namespace {

using enum ProposalVerdict;

/// Strictly ascending is distinct and sorted at once.
template <class Body>
bool ascending(const std::vector<Signed<Body>>& messages) {
  return std::ranges::adjacent_find(messages, std::greater_equal{}, &Signed<Body>::signer) == messages.end();
}

template <class Body>
bool all_seated(const std::vector<Signed<Body>>& messages, const ValidatorSet& set) {
  return std::ranges::all_of(messages, [&](auto& m) { return index_of(set, m.signer).has_value(); });
}

std::optional<ProposalVerdict> fault_of_block(const Proposal& proposal, const ProposalContext& context) {
  if (!proposal.block) return without_block;
  auto& header = proposal.block->header;
  if (proposal.height != context.height || header.height != context.height) return wrong_height;
  if (header.chain_id != context.chain_id) return wrong_chain;
  if (header.parent != context.parent) return wrong_parent;
  if (header.time <= context.parent_time) return time_not_after_parent;
  return std::nullopt;
}

std::optional<ProposalVerdict> fault_of_quorum(const Proposal& proposal, const ProposalContext& context) {
  auto& changes = proposal.justification;
  for (auto& change : changes) {
    if (change.body.height != proposal.height || change.body.round != proposal.round) return of_another_round;
    if (change.body.prepared && change.body.prepared->round >= proposal.round) return claim_not_below;
  }
  if (!all_seated(changes, context.set)) return unknown_signer;
  if (!ascending(changes)) return signers_not_sorted;
  if (changes.size() < quorum(context.set.size())) return below_quorum;
  return std::nullopt;
}

}  // namespace

bool is_certificate(const PreparedCertificate& certificate, Height height, const ValidatorSet& set) {
  auto& prepares = certificate.prepares;
  const Prepare expected{height, certificate.round, certificate.digest};
  return prepares.size() >= quorum(set.size()) && ascending(prepares) && all_seated(prepares, set) &&
         std::ranges::all_of(prepares, [&](auto& prepare) { return prepare.body == expected; });
}

bool is_supported(const RoundChange& change, const ValidatorSet& set) {
  if (change.round == Round{0}) return false;
  if (!change.prepared) return true;
  return change.prepared->round < change.round && is_certificate(*change.prepared, change.height, set);
}

std::optional<PreparedCertificate> highest_prepared(std::span<const Signed<RoundChange>> changes) {
  const PreparedCertificate* highest = nullptr;
  for (auto& change : changes)
    if (auto& claim = change.body.prepared; claim && (!highest || claim->round > highest->round))
      highest = &*claim;
  return highest ? std::optional(*highest) : std::nullopt;
}

ProposalVerdict judge(const Signed<Proposal>& proposal, const ProposalContext& context) {
  auto& body = proposal.body;
  if (auto fault = fault_of_block(body, context)) return *fault;
  if (proposal.signer != context.leader) return not_the_leader;
  auto& block = *body.block;
  auto as_fresh = block.header.proposer == proposal.signer ? fresh : wrong_proposer;
  if (body.round == Round{0}) return body.justification.empty() ? as_fresh : justified_in_round_0;
  if (auto fault = fault_of_quorum(body, context)) return *fault;

  auto highest = highest_prepared(body.justification);
  if (!highest) return as_fresh;
  bool proved = false;
  for (auto& change : body.justification) {
    auto& claim = change.body.prepared;
    if (!claim || claim->round != highest->round) continue;
    if (claim->digest != highest->digest) return claims_differ;
    proved = proved || is_certificate(*claim, body.height, context.set);
  }
  if (!proved) return prepares_missing;
  return block.digest == highest->digest ? reproposed : not_the_prepared_block;
}

std::string_view name_of(ProposalVerdict verdict) {
  switch (verdict) {
    case fresh:
      return "fresh";
    case reproposed:
      return "reproposed";
    case without_block:
      return "without_block";
    case wrong_height:
      return "wrong_height";
    case wrong_chain:
      return "wrong_chain";
    case wrong_parent:
      return "wrong_parent";
    case time_not_after_parent:
      return "time_not_after_parent";
    case not_the_leader:
      return "not_the_leader";
    case wrong_proposer:
      return "wrong_proposer";
    case justified_in_round_0:
      return "justified_in_round_0";
    case of_another_round:
      return "of_another_round";
    case unknown_signer:
      return "unknown_signer";
    case signers_not_sorted:
      return "signers_not_sorted";
    case below_quorum:
      return "below_quorum";
    case claim_not_below:
      return "claim_not_below";
    case claims_differ:
      return "claims_differ";
    case prepares_missing:
      return "prepares_missing";
    case not_the_prepared_block:
      return "not_the_prepared_block";
  }
  return "unknown";
}

}  // namespace mnrt::policies
