#pragma once

#include <cstddef>
#include <functional>
#include <string>

#include "sims/scenario.hpp"
#include "sims/simulation.hpp"

namespace mnrt::sims {

/// The smallest variation of a scenario that was found to fail as it does.
struct Shrunk {
  Scenario scenario;  ///< no swarm: what its seed drew is written out
  Report report;      ///< of that variation, from the same seed
  std::size_t tried{};
};

/// What shrinking asks.
struct ShrinkOptions {
  std::function<bool()> may_go_on;                                 ///< asked before each run
  std::function<Report(const Scenario&, std::uint64_t seed)> run;  ///< empty: simulate()
};

/// Takes one kind of fault away at a time, halves rates, durations, nodes and work, and keeps what still
/// violates the same rule, until nothing more can go or time is up. `failed` is what came of `scenario`.
Shrunk shrink(const Scenario& scenario, const Report& failed, const ShrinkOptions& options);

/// Whether two violations are of one rule: they differ in numbers, digests and names alone.
bool is_same_rule(const std::string& a, const std::string& b);

}  // namespace mnrt::sims
