#include "sims/scenario.hpp"

#include <algorithm>

namespace mnrt::sims {

const std::vector<Scenario>& scenarios() {
  static const std::vector<Scenario> all{
      {.name = "calm", .about = "One validator, steady work, nothing fails."},
      {.name = "crash-roles",
       .about = "One validator whose roles throw exceptions, one every few seconds.",
       .crash_role_every_ms = 4'000},
      {.name = "power-loss",
       .about = "One validator that loses power again and again, with all that its disk had not synced.",
       .transfer_every_ms = 120,
       .crash_role_every_ms = 15'000,
       .lose_power_every_ms = 3'000,
       .sync = {.shortest_us = 200, .longest_us = 40'000}},
  };
  return all;
}

std::optional<Scenario> find_scenario(std::string_view name) {
  const auto found = std::ranges::find(scenarios(), name, &Scenario::name);
  if (found == scenarios().end()) return std::nullopt;
  return *found;
}

}  // namespace mnrt::sims
