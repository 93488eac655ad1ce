#pragma once

#include <optional>
#include <string>

#include "sims/scenario.hpp"

namespace mnrt::sims {

/// Why not every seed could hold what a scenario asks, although each of its values is within its range: sizes
/// that don't go together (the smallest that a seed draws counts), what comes after the end, what excludes
/// each other. It names the key and says what would do. Nothing: the scenario can be run.
std::optional<std::string> fault_of(const Scenario& scenario);

}  // namespace mnrt::sims
