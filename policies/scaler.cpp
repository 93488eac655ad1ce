#include "policies/scaler.hpp"

#include <algorithm>
#include <array>

#include "policies/amount.hpp"

namespace mnrt::policies {
namespace {

struct Pressure {
  std::uint64_t reading{};
  std::uint64_t threshold{};
  ScalingReason reason{};
};

std::array<Pressure, 4> pressures(const ScalerReading& reading, const ScalingConfig& config) {
  return {{{reading.cpu_ppb, config.cpu_scale_up_threshold.ppb, ScalingReason::cpu},
           {reading.memory_ppb, config.memory_scale_up_threshold.ppb, ScalingReason::memory},
           {reading.connections, config.connection_scale_up_threshold, ScalingReason::connections},
           {reading.transactions, config.transaction_scale_up_threshold, ScalingReason::transactions}}};
}

bool is_reached(const Pressure& pressure) {
  return pressure.reading >= pressure.threshold;
}

bool is_calm(const Pressure& pressure) {
  return uint128{pressure.reading} * 100 < uint128{pressure.threshold} * calm_percent;
}

bool have_passed(std::int64_t ms, const std::optional<Instant>& since, Instant now) {
  return !since || after_ms(*since, ms) <= now;
}

ScalerDecision changed(ScalerState state, std::uint64_t workers, Instant now, ScalingReason reason) {
  if (workers == state.workers) return {.state = state, .reason = ScalingReason::none};
  state.workers = workers;
  state.last_change = now;
  return {.state = state, .reason = reason};
}

}  // namespace

std::string_view name_of(ScalingReason reason) {
  switch (reason) {
    case ScalingReason::none:
      return "none";
    case ScalingReason::cpu:
      return "cpu";
    case ScalingReason::memory:
      return "memory";
    case ScalingReason::connections:
      return "connections";
    case ScalingReason::transactions:
      return "transactions";
    case ScalingReason::calm:
      return "calm";
    case ScalingReason::memory_pressure:
      return "memory_pressure";
    case ScalingReason::bounds:
      return "bounds";
  }
  return "none";
}

ScalerDecision step(const ScalerState& state, const ScalerReading& reading, Instant now,
                    const WorkerLimits& limits, const ScalingConfig& config) {
  const auto all = pressures(reading, config);
  auto next = state;
  if (!std::ranges::all_of(all, is_calm))
    next.calm_since.reset();
  else if (!next.calm_since)
    next.calm_since = now;

  const auto bounded = std::clamp(state.workers, limits.min, limits.max);
  if (bounded != state.workers) return changed(next, bounded, now, ScalingReason::bounds);
  const auto fewer = std::max(limits.min, state.workers - std::min(state.workers, config.scale_up_increment));
  const auto more = state.workers + std::min(limits.max - state.workers, config.scale_up_increment);
  if (reading.memory_ppb >= config.memory_pressure_threshold.ppb) {
    if (!config.emergency_scaling_enabled) return {.state = next, .reason = ScalingReason::none};
    return changed(next, fewer, now, ScalingReason::memory_pressure);
  }
  if (const auto reached = std::ranges::find_if(all, is_reached); reached != all.end()) {
    if (!have_passed(scale_up_pause_ms, state.last_change, now))
      return {.state = next, .reason = ScalingReason::none};
    return changed(next, more, now, reached->reason);
  }
  const auto cooldown_ms = static_cast<std::int64_t>(config.scale_down_cooldown_ms);
  if (next.calm_since && have_passed(cooldown_ms, next.calm_since, now) &&
      have_passed(cooldown_ms, state.last_change, now))
    return changed(next, fewer, now, ScalingReason::calm);
  return {.state = next, .reason = ScalingReason::none};
}

}  // namespace mnrt::policies
