#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "actors/api_calls.hpp"
#include "actors/ledger_view.hpp"
#include "policies/digest.hpp"
#include "policies/notes.hpp"
#include "sims/trace.hpp"

namespace mnrt::sims {

/// What must hold whatever happens. Keeps books of its own, outside the nodes; the first violation stays.
class Checkers {
 public:
  /// What dishonest nodes claim counts for nothing.
  explicit Checkers(std::vector<bool> dishonest)
      : dishonest_(std::move(dishonest)),
        final_height_(dishonest_.size()),
        signed_(dishonest_.size()),
        acknowledged_(dishonest_.size()) {}

  /// Everything that a node notes.
  void noted(std::size_t node, const policies::Note& note);
  /// A role of a node whose disk is sound ended by an exception: only what it was asked to throw may.
  void crashed(std::size_t node, std::string_view role, const policies::Note& note);
  /// A client was told by this node that a transaction is final or refused in a block.
  void acknowledged(std::size_t node, const actors::api::StatusReport& report);
  /// The node begins anew on an empty disk. What it signed and what it acknowledged stand.
  void wiped(std::size_t node);
  /// What this node's store must show at any time: all that it acknowledged, and the blocks that were final.
  void check_stored(std::size_t node, const actors::LedgerView& ledger);
  /// At the end, with a chain that reaches the highest height: whatever any node acknowledged stands in it.
  void check_acknowledged(const actors::LedgerView& ledger);
  /// Executes the whole chain again, from its genesis, on an empty store: seals, headers, state and log must
  /// come out the same.
  void check_reexecution(const actors::Store& store);

  const std::optional<std::string>& violation() const { return violation_; }
  void violated(std::string what);

  /// More than f lie: agreement may break. Then honest nodes must hold evidence against at least so many.
  void expect_breaks(std::size_t offenders_min) { offenders_min_ = offenders_min; }
  /// The first height with two final blocks.
  const std::optional<std::uint64_t>& broke_at() const { return broke_at_; }
  /// At the end: whoever broke agreement was found out by an honest node.
  void check_evidence();
  /// Whose misbehaviour honest nodes hold evidence of, as they note it.
  const std::set<std::string>& offenders() const { return offenders_; }
  bool holds_evidence(const std::string& offender, std::uint64_t height) const {
    return evidence_.contains({offender, height});
  }

  std::uint64_t highest() const { return final_.empty() ? 0 : final_.rbegin()->first; }
  std::uint64_t final_height(std::size_t node) const { return final_height_[node]; }
  std::size_t acknowledged_count() const { return everywhere_.size(); }

 private:
  void signed_once(std::size_t node, const policies::Note& note);
  void is_final(std::size_t node, const policies::Note& note);

  std::vector<bool> dishonest_;  ///< by node
  std::size_t offenders_min_{};  ///< that a break of agreement must show; 0: it may not break
  std::optional<std::uint64_t> broke_at_;
  std::set<std::string> offenders_;
  std::optional<std::string> violation_;
  std::vector<std::uint64_t> final_height_;                         ///< of each node
  std::map<std::uint64_t, std::string> final_;                      ///< height → digest, of all nodes
  using Place = std::tuple<std::string, std::string, std::string>;  ///< height, round, step
  std::vector<std::map<Place, std::string>> signed_;                ///< of each node: place → digest
  using Acknowledged = std::map<policies::Digest, policies::Height>;
  std::vector<Acknowledged> acknowledged_;  ///< of each node
  Acknowledged everywhere_;
  std::set<std::pair<std::string, std::uint64_t>> evidence_;  ///< that honest nodes hold: offender, height
};

}  // namespace mnrt::sims
