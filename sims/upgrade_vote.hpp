#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "policies/height.hpp"
#include "policies/time.hpp"
#include "sims/client.hpp"
#include "sims/operators.hpp"

namespace mnrt::sims {

/// From a vote for a version to the block that begins it: the notice that the chain demands, and 30 for votes
/// that are on their way.
constexpr std::uint64_t blocks_of_vote(std::uint64_t epoch_blocks) {
  return epoch_blocks + 30;
}

/// The people who run the nodes vote for a protocol version that no program knows yet: first one seat fewer
/// than a quorum, which must come to nothing, then all. The chain must stop right before the height they
/// chose, at every node, and say what it needs.
class UpgradeVote {
 public:
  explicit UpgradeVote(Operators::Deps deps);

  /// What is due; called once a millisecond.
  void act(policies::Instant now);
  /// The chain has come to its end, and has had time to go on where it mustn't.
  bool is_done(policies::Instant now) const;

  /// At the end, with the store of a node: why the chain isn't as it must be.
  std::optional<std::string> fault_of(const actors::LedgerView& ledger) const;
  /// The same of what that node says of itself.
  static std::optional<std::string> fault_of(const std::optional<actors::api::NodeReport>& report);

 private:
  enum class Stage { none, few, all, decided };
  void choose(Stage stage, policies::Height tip);
  void vote(const actors::LedgerView& ledger);
  std::size_t voters() const;

  Operators::Deps deps_;
  std::vector<Client> clients_;  ///< by node
  Stage stage_{Stage::none};
  policies::Height first_;  ///< of the new version, as voted for
  policies::Instant next_act_;
  std::optional<policies::Instant> stopped_;
};

}  // namespace mnrt::sims
