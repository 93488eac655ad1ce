#pragma once

#include <caf/actor_system.hpp>
#include <chrono>
#include <cstddef>

#include "actors/interfaces.hpp"
#include "policies/config.hpp"

namespace mnrt::actors {

class Gauges;
class Notes;

struct ScalerDeps {
  policies::ScalingConfig scaling;
  policies::AlertThresholds alerts{};
  std::size_t workers{1};  ///< verification workers at the start
  std::chrono::milliseconds check_interval{5'000};
  Gauges* gauges{};
  Notes* notes{};
  validator_actor validator;
};

/// Reads the gauges and the last block, and asks the validator for more or fewer local workers. Records each
/// decision. Notes `alert` when the processor, the memory or the disk reaches its alert threshold, and
/// `alert_over` when it is below again, whether or not it may scale.
scaler_actor spawn_scaler(caf::actor_system& system, ScalerDeps deps);

}  // namespace mnrt::actors
