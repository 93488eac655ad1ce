#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sims/disk.hpp"

namespace mnrt::sims {

/// What happens in a simulated world. Rates are mean times between two events; 0: never.
struct Scenario {
  std::string name;
  std::string about;                 ///< one sentence
  std::uint64_t virtual_ms{60'000};  ///< how long faults and work go on
  std::uint64_t transfer_every_ms{400};
  std::uint64_t notarise_every_ms{1'500};
  std::uint64_t crash_role_every_ms{};  ///< an exception in a role drawn by the seed
  std::uint64_t lose_power_every_ms{};  ///< all of a node at once, with what its disk hasn't synced
  SyncTimes sync;
};

/// The scenarios that the binary knows by name.
const std::vector<Scenario>& scenarios();
std::optional<Scenario> find_scenario(std::string_view name);

}  // namespace mnrt::sims
