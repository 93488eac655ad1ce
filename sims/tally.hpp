#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "sims/scenario.hpp"
#include "sims/simulation.hpp"

namespace mnrt::sims {

/// "1 block", "2 blocks".
std::string counted(std::uint64_t count, std::string_view one);

/// What came of several seeds of a scenario.
class Tally {
 public:
  void add(const Report& report);

  std::uint64_t seeds() const { return seeds_; }
  std::uint64_t failed() const { return failed_; }

  /// What the scenario names and none of these seeds met: faults that never fired, states that were never
  /// reached. Nothing of what so few seeds need not have met.
  std::vector<std::string> missing(const Scenario& scenario) const;

  /// The sums in a line.
  std::string text() const;
  /// The line, and a line for each fault and state.
  std::string all() const;

 private:
  std::uint64_t seeds_{};
  std::uint64_t failed_{};
  std::uint64_t blocks_{};
  std::uint64_t transactions_{};
  double virtual_seconds_{};
  double wall_seconds_{};
  std::map<std::string, std::uint64_t> counts_;  ///< of faults and states
};

}  // namespace mnrt::sims
