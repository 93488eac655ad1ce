#include "policies/consensus/evidence.hpp"

#include <type_traits>

namespace mnrt::policies {
namespace {

bool differ(const Proposal& a, const Proposal& b) {
  return !same_block(a.block, b.block);
}
bool differ(const Prepare& a, const Prepare& b) {
  return a.digest != b.digest;
}
bool differ(const Commit& a, const Commit& b) {
  return a.digest != b.digest;
}

// The Prepares aren't signed with the claim: another selection of them is the same claim.
bool differ(const RoundChange& a, const RoundChange& b) {
  if (a.prepared.has_value() != b.prepared.has_value()) return true;
  return a.prepared && (a.prepared->round != b.prepared->round || a.prepared->digest != b.prepared->digest);
}

bool hides(const RoundChange& change, const Commit& commit) {
  if (change.height != commit.height || change.round <= commit.round) return false;
  if (!change.prepared || change.prepared->round < commit.round) return true;
  return change.prepared->round == commit.round && change.prepared->digest != commit.digest;
}

}  // namespace

bool contradict(const ConsensusMessage& a, const ConsensusMessage& b) {
  if (signer_of(a) != signer_of(b)) return false;
  return std::visit(
      [](const auto& x, const auto& y) {
        using X = std::decay_t<decltype(x.body)>;
        using Y = std::decay_t<decltype(y.body)>;
        if constexpr (std::is_same_v<X, Y>)
          return x.body.height == y.body.height && x.body.round == y.body.round && differ(x.body, y.body);
        else if constexpr (std::is_same_v<X, RoundChange> && std::is_same_v<Y, Commit>)
          return hides(x.body, y.body);
        else if constexpr (std::is_same_v<X, Commit> && std::is_same_v<Y, RoundChange>)
          return hides(y.body, x.body);
        else
          return false;
      },
      a, b);
}

Signed<Proposal> outline(const Signed<Proposal>& proposal) {
  auto outlined = proposal;
  outlined.body.justification.clear();
  if (auto& block = proposal.body.block)
    outlined.body.block = std::make_shared<const Block>(Block{block->header, block->digest, {}});
  return outlined;
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
