#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <vector>

#include "actors/ledger_view.hpp"
#include "policies/time.hpp"
#include "sims/chance.hpp"
#include "sims/checkers.hpp"
#include "sims/client.hpp"
#include "sims/network.hpp"
#include "sims/scenario.hpp"
#include "sims/trace.hpp"
#include "sims/work.hpp"
#include "sims/world.hpp"

namespace mnrt::sims {

/// Who seals the ledger's next block.
policies::ValidatorSet set_in(const actors::LedgerView& ledger);

/// What the node that is on and has come furthest has written.
actors::LedgerView newest_ledger(const std::vector<std::unique_ptr<SimulatedNode>>& nodes,
                                 const Checkers& checkers);

/// The people who run the nodes and change the set of validators as the scenario says, one change after the
/// other and by transactions alone: those who join bond a seat, those who have seats vote, those whose seat
/// is gone unbond it. What each node owes besides, its `ready`, it sends by itself.
class Operators {
 public:
  struct Deps {
    const Scenario& scenario;
    SeededChance& chance;
    Trace& trace;
    Checkers& checkers;
    Work& work;
    FaultCounts& faults;
    std::vector<std::unique_ptr<SimulatedNode>>& nodes;
    std::function<Client::Door()> door;  ///< a node that is on
    policies::Instant start;
  };
  explicit Operators(Deps deps);

  /// By node: it is still to be started for the first time. Half of those without a seat are, drawn.
  const std::vector<bool>& late() const { return late_; }
  /// What is due; called once a millisecond.
  void act(policies::Instant now);

  /// How many seats there are, and with a change under way as it makes them where they get fewer.
  std::size_t seats() const {
    return change_ ? std::min(seated_.size(), change_->validators) : seated_.size();
  }
  /// It has a seat, and nobody asks it to leave.
  bool keeps_seat(std::size_t node) const {
    return seated_.contains(node) && !(change_ && std::ranges::count(change_->leaves, node) != 0);
  }
  bool had_seat(std::size_t node) const { return ever_seated_.contains(node); }
  /// All changes were made, and the last set has had time to work.
  bool is_done(policies::Instant now) const;

  /// They have been, as far as `act` was called.
  bool is_complete() const { return is_done(next_act_); }

  /// At the end: the chain's sets had the sizes that were asked for, in order, as far as time was, and those
  /// who left are unbonding.
  void check(const actors::LedgerView& ledger);

 private:
  struct Change {
    std::vector<std::size_t> joins;
    std::vector<std::size_t> leaves;
    std::size_t validators{};
  };
  void begin(const SetChange& wanted, const policies::ValidatorSet& set);
  void push(const actors::LedgerView& ledger);
  void finish();
  void send(std::size_t node, policies::Operation operation);

  Deps deps_;
  std::vector<Client> clients_;  ///< by node
  std::vector<bool> late_;
  std::set<std::size_t> seated_;
  std::set<std::size_t> ever_seated_;
  std::set<std::size_t> left_;
  std::size_t done_{};  ///< changes
  std::optional<Change> change_;
  policies::Instant next_act_;
  policies::Instant last_change_;
};

}  // namespace mnrt::sims
