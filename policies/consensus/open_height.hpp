#pragma once

#include <array>
#include <optional>
#include <set>
#include <vector>

#include "policies/consensus/block_shelf.hpp"
#include "policies/consensus/effects.hpp"
#include "policies/consensus/vote_box.hpp"
#include "policies/validator_set.hpp"

namespace mnrt::policies {

/// All that a node holds in memory about the height that isn't final yet. Gone with the next tip.
struct OpenHeight {
  Height height;
  Round round;
  ValidatorSet set;  ///< who decides this height
  Instant parent_committed;
  std::optional<Instant> waiting_since;  ///< a transaction has waited since then

  std::optional<Signed<Proposal>>
      accepted;  ///< of this round, well justified; its block may still be in checking
  std::vector<Signed<RoundChange>> justification;  ///< of the fresh block I asked for
  bool build_asked{false};
  bool clock_noted{false};
  std::optional<Digest> wanted;  ///< a block asked for from peers
  std::set<Digest> unfound;      ///< prepared blocks that nobody sent when they were asked for

  VoteBox<Prepare> prepares;
  VoteBox<Commit> commits;
  RoundChangeBox round_changes;
  BlockShelf blocks;

  std::optional<VoteBox<Commit>::Place> decided;
  bool committed{false};  ///< the decision was handed over

  // My own messages as they came back signed, for re-sending.
  std::optional<Signed<Proposal>> my_proposal;
  std::optional<Signed<Prepare>> my_prepare;
  std::optional<Signed<Commit>> my_commit;
  std::optional<Signed<RoundChange>> my_round_change;
  bool prepare_sent{false};
  bool commit_sent{false};

  std::array<std::optional<Instant>, 4> deadlines;  ///< by Timer::Kind
};

}  // namespace mnrt::policies
