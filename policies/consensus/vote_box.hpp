#pragma once

#include <algorithm>
#include <cstddef>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "policies/consensus/messages.hpp"

namespace mnrt::policies {

/// Rounds whose vote is kept for each signer. A signer that floods pushes out its own votes alone.
constexpr std::size_t vote_rounds_kept = 4;

/// The Prepares or the Commits of one height, one for each signer and round: what is counted is signers.
template <class Vote>
class VoteBox {
 public:
  using Place = std::pair<Round, Digest>;

  /// Keeps a vote. False where its signer voted otherwise in that round: the first counts.
  bool add(const Signed<Vote>& vote) {
    auto& of_signer = votes_[vote.signer];
    auto [kept, is_new] = of_signer.try_emplace(vote.body.round, vote);
    if (!is_new) return kept->second.body == vote.body;
    if (of_signer.size() > vote_rounds_kept) of_signer.erase(of_signer.begin());
    return true;
  }

  /// The votes for one digest in one round, sorted by signer.
  std::vector<Signed<Vote>> of(const Place& place) const {
    std::vector<Signed<Vote>> found;
    for (auto& [signer, rounds] : votes_) {
      auto vote = rounds.find(place.first);
      if (vote != rounds.end() && vote->second.body.digest == place.second) found.push_back(vote->second);
    }
    return found;
  }

  /// A round and digest that `needed` signers voted for, in any round; votes of two rounds don't add up.
  std::optional<Place> quorum(std::size_t needed) const {
    std::map<Place, std::size_t> counts;
    for (auto& [signer, rounds] : votes_)
      for (auto& [round, vote] : rounds)
        if (++counts[{round, vote.body.digest}] >= needed) return Place{round, vote.body.digest};
    return std::nullopt;
  }

 private:
  std::map<Address, std::map<Round, Signed<Vote>>> votes_;
};

/// The RoundChanges of one height: each signer's highest.
class RoundChangeBox {
 public:
  /// Keeps a round change above the signer's last. False where the signer claimed otherwise for that same
  /// round: what it said first counts.
  bool add(const Signed<RoundChange>& change);

  /// Those for exactly this round, sorted by signer.
  std::vector<Signed<RoundChange>> of(Round round) const;

  /// How far f + 1 signers above `mine` want to go: the (f + 1)-th highest of their rounds, which at least
  /// one honest validator asked for or went beyond. Nothing where fewer are above.
  std::optional<Round> jump(Round mine, std::size_t f) const;

  /// How many signers want this round or a later one.
  std::size_t at_least(Round round) const;

 private:
  std::map<Address, Signed<RoundChange>> highest_;
};

}  // namespace mnrt::policies
