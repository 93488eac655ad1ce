#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <vector>

#include "policies/ledger/genesis.hpp"
#include "sims/byzantine.hpp"
#include "sims/chance.hpp"
#include "sims/network.hpp"
#include "sims/scenario.hpp"
#include "sims/strategy.hpp"

namespace mnrt::sims {

/// Who is who in a run: whose keys each node has, and which of them lie and how. Drawn from the seed.
class Cast {
 public:
  Cast(const Scenario& scenario, SeededChance& chance);

  /// Nodes, twins included; those after the scenario's are second copies.
  std::size_t nodes() const { return identities_.size(); }
  std::size_t identity(std::size_t node) const { return identities_[node]; }
  /// By node.
  const std::vector<bool>& dishonest() const { return dishonest_; }
  std::size_t liars() const { return liars_.size(); }
  /// More than the f that the protocol stands.
  bool is_beyond_f() const { return beyond_f_; }
  bool has_address(const std::string& text) const;

  /// Puts the strategies between the nodes that lie and the network, which has all nodes by now.
  void enter(SeededChance& chance, Network& network, FaultCounts& faults, const policies::Genesis& genesis,
             const std::function<policies::BlockTime()>& now);
  /// The count of each strategy that must have fired.
  std::vector<std::string> expected() const;

 private:
  struct Liar {
    std::size_t identity{};
    Strategy strategy{};
  };
  std::vector<Liar> liars_;
  std::vector<std::size_t> identities_;
  std::vector<bool> dishonest_;
  bool beyond_f_{};
  std::unique_ptr<Conspiracy> conspiracy_;
  std::vector<std::unique_ptr<Byzantine>> strategies_;
};

}  // namespace mnrt::sims
