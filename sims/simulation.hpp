#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sims/scenario.hpp"
#include "sims/vote_counter.hpp"

namespace mnrt::sims {

/// What came of one seed.
struct Report {
  std::uint64_t seed{};
  bool ok{};
  std::string violation;                 ///< what did not hold; empty when ok
  std::string trace_hash;                ///< hexadecimal; the same for the same seed on every build
  std::vector<std::string> last_events;  ///< around the violation
  double virtual_seconds{};
  double wall_seconds{};
  std::uint64_t blocks{};
  std::uint64_t transactions{};  ///< acknowledged as final
  std::uint64_t messages{};      ///< frames between nodes; of a lone node, actor mail
  std::map<std::string, std::uint64_t> faults;
  std::map<std::string, std::uint64_t> states;  ///< worth reaching: how often each was, by its note
  /// Signatures of proposals and votes that a validator checked for a block; and of seals that the next
  /// header showed and that weren't among those votes. Counted where nothing fails.
  Cost votes_checked;
  Cost new_seals_checked;
  std::uint64_t punished{};  ///< liars without seat and part of their bond, at all honest nodes
};

/// Runs one scenario from one seed, to its end or to the first violation. `line`, if any, gets the trace.
Report simulate(const Scenario& scenario, std::uint64_t seed,
                const std::function<void(std::string_view)>& line = {});

}  // namespace mnrt::sims
