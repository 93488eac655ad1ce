#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "sims/cast.hpp"
#include "sims/checkers.hpp"
#include "sims/operators.hpp"
#include "sims/world.hpp"

namespace mnrt::sims {

struct Bonded {
  const Cast& cast;
  const Operators& operators;
  const std::vector<std::unique_ptr<SimulatedNode>>& nodes;
  Checkers& checkers;
};

/// At the end: who lied may have lost bond and seat by what honest nodes reported; who didn't never does. How
/// many liars have lost both at every honest node.
std::uint64_t check_bonds(const Bonded& world);

}  // namespace mnrt::sims
