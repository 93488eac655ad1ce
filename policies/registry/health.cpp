#include "policies/registry/health.hpp"

#include <algorithm>

namespace mnrt::policies {

std::string_view name_of(Health health) {
  switch (health) {
    case Health::unknown:
      return "unknown";
    case Health::healthy:
      return "healthy";
    case Health::failing:
      return "failing";
    case Health::unhealthy:
      return "unhealthy";
  }
  return "unknown";
}

HealthState watch(Instant now) {
  return {.next_probe = now};
}

bool is_probe_due(const HealthState& state, Instant now) {
  return state.next_probe <= now;
}

HealthState step(const HealthState& state, ProbeResult result, Instant now, const HealthSettings& settings) {
  if (result == ProbeResult::succeeded)
    return {.health = Health::healthy, .failures = 0, .next_probe = after_ms(now, settings.interval_ms)};
  // Bounded by the threshold, so that a service that is down for years doesn't wrap the count.
  const auto failures = std::min(state.failures + 1, settings.unhealthy_threshold);
  const bool is_unhealthy = failures >= settings.unhealthy_threshold;
  return {.health = is_unhealthy ? Health::unhealthy : Health::failing,
          .failures = failures,
          .next_probe = after_ms(now, is_unhealthy ? settings.recovery_interval_ms : settings.interval_ms)};
}

}  // namespace mnrt::policies
