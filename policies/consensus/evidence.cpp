#include "policies/consensus/evidence.hpp"

#include <memory>
#include <type_traits>
#include <utility>

namespace mnrt::policies {
namespace {

using Kind = Statement::Kind;

// Zeros stand for a proposal without a block: it says nothing.
Statement said(const Proposal& body) {
  return {Kind::proposal, body.height, body.round, body.block ? body.block->digest : Digest{}, {}};
}
Statement said(const Prepare& body) {
  return {Kind::prepare, body.height, body.round, body.digest, {}};
}
Statement said(const Commit& body) {
  return {Kind::commit, body.height, body.round, body.digest, {}};
}

// The Prepares aren't signed with the claim: another selection of them is the same claim.
Statement said(const RoundChange& body) {
  Statement statement{Kind::round_change, body.height, body.round, {}, {}};
  if (body.prepared) statement.prepared = {body.prepared->round, body.prepared->digest};
  return statement;
}

template <class Body>
void list(const Signed<Body>& message, std::vector<Heard>& heard) {
  heard.push_back({message.signer, {said(message.body), message.signature}});
  if constexpr (std::is_same_v<Body, Proposal>)
    for (const auto& change : message.body.justification) list(change, heard);
  if constexpr (std::is_same_v<Body, RoundChange>)
    if (message.body.prepared)
      for (const auto& prepare : message.body.prepared->prepares) list(prepare, heard);
}

}  // namespace

std::vector<Heard> heard_in(const ConsensusMessage& message) {
  std::vector<Heard> heard;
  std::visit([&](const auto& one) { list(one, heard); }, message);
  return heard;
}

SignedStatement statement_of(const ConsensusMessage& message) {
  return std::visit([](const auto& m) { return SignedStatement{said(m.body), m.signature}; }, message);
}

ConsensusMessage message_of(const Heard& heard) {
  const auto& [kind, height, round, digest, claim] = heard.said.body;
  const auto signed_by = [&]<class Body>(Body body) -> ConsensusMessage {
    return Signed<Body>{std::move(body), heard.signer, heard.said.signature};
  };
  switch (kind) {
    case Kind::proposal:
      return signed_by(Proposal{height, round, std::make_shared<const Block>(Block{{}, digest, {}}), {}});
    case Kind::prepare:
      return signed_by(Prepare{height, round, digest});
    case Kind::commit:
      return signed_by(Commit{height, round, digest});
    case Kind::round_change:
      break;
  }
  RoundChange change{height, round, {}};
  if (claim) change.prepared = {claim->round, claim->digest, {}};
  return signed_by(std::move(change));
}

bool contradict(const ConsensusMessage& a, const ConsensusMessage& b) {
  return signer_of(a) == signer_of(b) && contradict(statement_of(a).body, statement_of(b).body);
}

const Address& signer_of(const ConsensusMessage& message) {
  return std::visit([](const auto& m) -> const Address& { return m.signer; }, message);
}

Height height_of(const ConsensusMessage& message) {
  return std::visit([](const auto& m) { return m.body.height; }, message);
}

Round round_of(const ConsensusMessage& message) {
  return std::visit([](const auto& m) { return m.body.round; }, message);
}

}  // namespace mnrt::policies
