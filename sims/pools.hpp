#pragma once

#include <memory>
#include <vector>

#include "sims/checkers.hpp"
#include "sims/network.hpp"
#include "sims/scenario.hpp"
#include "sims/world.hpp"

namespace mnrt::sims {

/// Whose pools are looked at. All of it outlives the run: nodes answer later.
struct Pools {
  const Scenario& scenario;
  std::vector<std::unique_ptr<SimulatedNode>>& nodes;
  Checkers& checkers;
  FaultCounts& faults;
};

/// More comes than pools take: asks every node, and it is a violation where one holds more than
/// `pool_transactions`.
void look_at_pools(const Pools& pools);

}  // namespace mnrt::sims
