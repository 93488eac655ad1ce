#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "policies/time.hpp"
#include "sims/chance.hpp"
#include "sims/checkers.hpp"
#include "sims/network.hpp"
#include "sims/scenario.hpp"
#include "sims/world.hpp"

namespace mnrt::sims {

/// When something happens next; `mean_ms` 0: never.
class Every {
 public:
  Every(SeededChance& chance, std::uint64_t mean_ms, policies::Instant start)
      : chance_(chance), mean_ms_(mean_ms), next_(start) {
    schedule();
  }
  bool is_due(policies::Instant now) {
    if (mean_ms_ == 0 || now < next_) return false;
    schedule();
    return true;
  }

 private:
  void schedule() {
    if (mean_ms_ != 0)
      next_ = policies::after_ms(next_,
                                 static_cast<std::int64_t>(chance_.between(mean_ms_ / 2, mean_ms_ * 3 / 2)));
  }
  SeededChance& chance_;
  std::uint64_t mean_ms_;
  policies::Instant next_;
};

/// What faults act on.
struct Targets {
  const Scenario& scenario;
  Scheduler& scheduler;
  SeededChance& chance;
  Trace& trace;
  Network& network;
  Checkers& checkers;
  FaultCounts& faults;
  const std::vector<bool>& dishonest;  ///< by node
  std::size_t liars{};                 ///< identities, of which twins are one
  const std::vector<bool>& late;       ///< by node: it is started for the first time later, by its operator
};

using Nodes = std::vector<std::unique_ptr<SimulatedNode>>;

/// The faults of a scenario, drawn from the seed: begin, strike once a millisecond, end.
class FaultPlan {
 public:
  FaultPlan(const Targets& targets, Nodes& nodes);

  /// Sets the clocks and starts the nodes that aren't dead from the start.
  void begin();
  void strike(policies::Instant now);
  /// Faults stop for a quorum: links carry, clocks are right within an honest skew, and all nodes are on but
  /// for up to f of so many validators, drawn, that stay off.
  void end_for_core(std::size_t validators);
  /// Everything heals.
  void end();

 private:
  void count(std::string_view kind, std::string what);
  std::size_t off_now() const;
  void cut_power(policies::Instant now);
  void restore_power(policies::Instant now);
  void partition(policies::Instant now);
  void cut_off_next(policies::Instant now);
  void jump_clock();
  void break_disk();
  void fill_disk(policies::Instant now);
  void make_room(policies::Instant now);
  void flip_bit();
  bool may_lose_vote(std::size_t node) const;
  bool has_vote(std::size_t node) const;
  void restart_ended(policies::Instant now);
  void restart_later(std::size_t node, policies::Instant now);
  void replace_disk(std::size_t node);
  void replace_suspect_disks();
  void bury_owner();
  bool is_dead(std::size_t node) const { return node == 0 && owner_dead_; }
  void start(std::size_t node);
  void turn_on(std::size_t node);
  std::int64_t either_way(std::uint64_t most);

  Targets on_;
  Nodes& nodes_;
  Every crashes_;
  Every power_cuts_;
  Every breaks_;
  Every partitions_;
  Every jumps_;
  Every broken_disks_;
  Every full_disks_;
  Every flips_;
  std::vector<std::optional<policies::Instant>> power_back_;  ///< of each node
  std::vector<std::optional<policies::Instant>> room_back_;   ///< of each node whose disk is full
  std::vector<std::uint64_t> replaced_at_;  ///< the last final height of each node's former disk, 0: none
  std::optional<policies::Instant> partition_over_;
  std::optional<policies::Instant> partition_moves_;  ///< to the node after `cut_off_`
  std::size_t cut_off_{};
  policies::Instant began_;
  bool owner_dead_{};
};

}  // namespace mnrt::sims
