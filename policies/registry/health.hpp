#pragma once

#include <cstdint>
#include <string_view>

#include "policies/time.hpp"

namespace mnrt::policies {

enum class Health : std::uint8_t {
  unknown,    ///< not probed yet
  healthy,    ///< the last probe succeeded
  failing,    ///< probes failed, but fewer in a row than the threshold
  unhealthy,  ///< as many as the threshold; probed at the slower pace until one succeeds
};

/// snake_case, as the registry shows it.
std::string_view name_of(Health health);

struct HealthSettings {
  std::int64_t interval_ms{15'000};           ///< between probes
  std::uint32_t unhealthy_threshold{3};       ///< failures in a row, at least 1
  std::int64_t recovery_interval_ms{60'000};  ///< between probes of an unhealthy service
};

/// How a service answers this node's probes. Lives in memory alone: it never enters the chain.
struct HealthState {
  Health health{Health::unknown};
  std::uint32_t failures{};  ///< in a row
  Instant next_probe;        ///< due from then on
  friend bool operator==(const HealthState&, const HealthState&) = default;
};

/// A service that was just registered or changed its endpoints: the first probe is due at once.
HealthState watch(Instant now);

bool is_probe_due(const HealthState& state, Instant now);

enum class ProbeResult : std::uint8_t { succeeded, failed };

/// The state after a probe's answer or time-out at `now`.
HealthState step(const HealthState& state, ProbeResult result, Instant now, const HealthSettings& settings);

}  // namespace mnrt::policies
