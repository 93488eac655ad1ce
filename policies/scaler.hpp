#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "policies/config.hpp"
#include "policies/time.hpp"

namespace mnrt::policies {

/// How many workers of one role a node runs, and how fast that number moves.
struct WorkerLimits {
  std::uint64_t min{1};
  std::uint64_t max{1};
};

/// What the node feels, and how full its blocks are.
struct ScalerReading {
  std::uint64_t cpu_ppb{};
  std::uint64_t memory_ppb{};  ///< of total_ram_mb
  std::uint64_t connections{};
  std::uint64_t transactions{};  ///< in the fullest block since the last reading
};

struct ScalerState {
  std::uint64_t workers{1};
  std::optional<Instant> last_change;
  std::optional<Instant> calm_since;  ///< all readings well below their thresholds since then
  friend bool operator==(const ScalerState&, const ScalerState&) = default;
};

enum class ScalingReason : std::uint8_t {
  none,  ///< nothing to change
  cpu,
  memory,
  connections,
  transactions,
  calm,             ///< fewer workers: calm for the whole cooldown
  memory_pressure,  ///< fewer workers at once: the node is about to shed load
  bounds,           ///< the count was outside its limits
};

/// snake_case, as decisions are recorded.
std::string_view name_of(ScalingReason reason);

struct ScalerDecision {
  ScalerState state;  ///< its `workers` is how many there shall be
  ScalingReason reason{};
};

/// A reading counts as calm below this part of its threshold, so that one worker more and one less don't
/// alternate.
inline constexpr std::uint64_t calm_percent = 70;

/// Between two steps up, so that the effect of the first shows in the readings.
inline constexpr std::int64_t scale_up_pause_ms = 5'000;

/// What to do about a reading at `now`. Up by `scale_up_increment` when any reading has reached its threshold
/// and 5 s have passed since the last change; down by as many when all were calm for `scale_down_cooldown_ms`
/// since the last change; down at once, and never up, at `memory_pressure_threshold` (when
/// `emergency_scaling_enabled`).
ScalerDecision step(const ScalerState& state, const ScalerReading& reading, Instant now,
                    const WorkerLimits& limits, const ScalingConfig& config);

}  // namespace mnrt::policies
