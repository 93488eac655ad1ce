#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>

#include "policies/notes.hpp"

namespace mnrt::sims {

/// Holds what honest validators prepare in later rounds against the RoundChanges that were signed for them
/// (protocol section 1, Fresh and re-proposed): a block may be new where a quorum claims nothing prepared,
/// and else it is the one of a quorum's highest claim, which a quorum prepared. An own reading of the rule,
/// of what nodes note alone; a liar may have said whatever fits.
class PrepareChecker {
 public:
  /// How many validators lie.
  explicit PrepareChecker(std::size_t liars) : liars_(liars) {}

  /// What an honest node signed, at a height with so many seats. What is wrong with it, if anything.
  std::optional<std::string> signed_by(std::size_t node, const policies::Note& note, std::size_t seats);

 private:
  struct Claim {
    std::uint64_t round{};
    std::string digest;
  };
  struct AtRound {
    std::map<std::size_t, std::optional<Claim>> changes;
    std::map<std::string, std::set<std::size_t>> prepares;
  };
  using Rounds = std::map<std::uint64_t, AtRound>;

  bool may_prepare(const Rounds& rounds, std::uint64_t round, const std::string& digest,
                   std::size_t quorum) const;

  std::size_t liars_;
  std::map<std::uint64_t, Rounds> heights_;  ///< the newest
};

}  // namespace mnrt::sims
