#include "policies/immortality.hpp"

#include <algorithm>
#include <array>

namespace mnrt::policies {
namespace {

/// Fewer independent seats can't make a council.
constexpr std::size_t council_min = 3;

}  // namespace

std::string_view name_of(OwnerHealth health) {
  constexpr std::array<std::string_view, 4> names{"Healthy", "Degraded", "Failed", "Unknown"};
  return names[static_cast<std::size_t>(health)];
}

OwnerHealth owner_health(const OwnerRow& owner, std::uint64_t lease_ms, BlockTime now) {
  const auto age_ms = now.ms - owner.renewed_time.ms;
  const auto lease = static_cast<std::int64_t>(lease_ms);
  // A block's time may lead an honest clock by half a second.
  if (age_ms < -500) return OwnerHealth::unknown;
  if (age_ms <= lease / 2) return OwnerHealth::healthy;
  return age_ms < lease ? OwnerHealth::degraded : OwnerHealth::failed;
}

bool renewal_due(const OwnerRow& owner, std::uint64_t lease_ms, BlockTime now) {
  return now.ms - owner.renewed_time.ms >= static_cast<std::int64_t>(lease_ms / 3);
}

std::string_view name_of(ImmortalityState state) {
  constexpr std::array<std::string_view, 3> names{"unarmed", "crash-only", "armed"};
  return names[static_cast<std::size_t>(state)];
}

Immortality immortality_of(const ValidatorSet& validators, const Address& owner) {
  const auto n = validators.size();
  const auto others = static_cast<std::size_t>(std::ranges::count_if(
      validators, [&](const Validator& validator) { return validator.operated_by != owner; }));
  const auto needed = quorum(n);
  const auto state = others < needed        ? ImmortalityState::unarmed
                     : others < council_min ? ImmortalityState::crash_only
                                            : ImmortalityState::armed;
  return {state, n - needed};
}

}  // namespace mnrt::policies
