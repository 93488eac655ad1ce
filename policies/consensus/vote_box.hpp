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

  /// Keeps a vote. If its signer voted otherwise in that round, keeps the first and returns it.
  std::optional<Signed<Vote>> add(const Signed<Vote>& vote) {
    auto& of_signer = votes_[vote.signer];
    auto [kept, is_new] = of_signer.try_emplace(vote.body.round, vote);
    if (!is_new) return kept->second.body == vote.body ? std::nullopt : std::optional(kept->second);
    if (of_signer.size() > vote_rounds_kept) of_signer.erase(of_signer.begin());
    return std::nullopt;
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

  /// A signer's votes, by round.
  std::vector<Signed<Vote>> by(const Address& signer) const {
    std::vector<Signed<Vote>> found;
    if (auto rounds = votes_.find(signer); rounds != votes_.end())
      for (auto& [round, vote] : rounds->second) found.push_back(vote);
    return found;
  }

 private:
  std::map<Address, std::map<Round, Signed<Vote>>> votes_;
};

/// The RoundChanges of one height: each signer's highest.
class RoundChangeBox {
 public:
  /// Keeps a round change above the signer's last. If the signer claimed otherwise for that same round,
  /// returns what it said first.
  std::optional<Signed<RoundChange>> add(const Signed<RoundChange>& change);

  /// Those for exactly this round, sorted by signer.
  std::vector<Signed<RoundChange>> of(Round round) const;

  /// How far f + 1 signers above `mine` want to go: the (f + 1)-th highest of their rounds, which at least
  /// one honest validator asked for or went beyond. Nothing where fewer are above.
  std::optional<Round> jump(Round mine, std::size_t f) const;

  /// How many signers want this round or a later one.
  std::size_t at_least(Round round) const;

  /// All, sorted by signer.
  std::vector<Signed<RoundChange>> all() const;

  std::optional<Signed<RoundChange>> by(const Address& signer) const;

 private:
  std::map<Address, Signed<RoundChange>> highest_;
};

}  // namespace mnrt::policies
