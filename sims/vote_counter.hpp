#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>

#include "actors/ledger_view.hpp"
#include "policies/notes.hpp"
#include "sims/scenario.hpp"

namespace mnrt::sims {

/// How many signatures a validator checks for one block: the most, and all of them.
struct Cost {
  std::uint64_t most{};
  std::uint64_t sum{};
  std::uint64_t blocks{};  ///< of all validators

  void add(std::uint64_t signatures);
  double mean() const { return blocks == 0 ? 0 : static_cast<double>(sum) / static_cast<double>(blocks); }
};

/// Counts what agreement costs each validator in signatures, where nothing fails: then a quorum is all that a
/// validator checks, which with its own votes are 2 × quorum − 1 (one proposal, Prepares, Commits). Seals
/// that the next header shows, and that weren't among those Commits, come on top; they are counted apart.
class VoteCounter {
 public:
  explicit VoteCounter(const Scenario& scenario);

  /// Counts nothing any more: nodes are about to be switched off.
  void end() { counts_ = false; }

  /// Everything that a node notes. What is wrong with it, if anything.
  std::optional<std::string> noted(std::size_t node, const policies::Note& note);
  /// The store of a node whose tip is new.
  void look(const actors::LedgerView& ledger);

  const Cost& votes() const { return votes_; }
  const Cost& new_seals() const { return new_seals_; }

 private:
  bool counts_;
  std::set<std::string> later_rounds_;  ///< heights that took more than one round somewhere
  Cost votes_;
  Cost new_seals_;
};

}  // namespace mnrt::sims
