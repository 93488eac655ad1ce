#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "policies/address.hpp"
#include "policies/ledger/state.hpp"
#include "policies/time.hpp"
#include "policies/validator_set.hpp"

namespace mnrt::policies {

/// How the owner looks from one node. A hint for people: the lease on the chain decides.
enum class OwnerHealth : std::uint8_t { healthy, degraded, failed, unknown };

/// `Healthy`, `Degraded`, `Failed`, `Unknown`, as the API writes them.
std::string_view name_of(OwnerHealth health);

/// Healthy within half of the lease after the last renewal, degraded until it is over, then failed; unknown
/// for a renewal that lies in this node's future.
OwnerHealth owner_health(const OwnerRow& owner, std::uint64_t lease_ms, BlockTime now);

/// Whether the holder of the lease key should renew now: every third of the lease.
bool renewal_due(const OwnerRow& owner, std::uint64_t lease_ms, BlockTime now);

enum class ImmortalityState : std::uint8_t { unarmed, crash_only, armed };

/// `unarmed`, `crash-only`, `armed`.
std::string_view name_of(ImmortalityState state);

struct Immortality {
  ImmortalityState state{};
  std::size_t failures_tolerated{};  ///< validators that may fail now before blocks stop
};

/// With a = seats that the owner doesn't operate: armed when a ≥ quorum(n) and a ≥ 3, crash-only when a ≥
/// quorum(n), else unarmed. protocol: immortality.
Immortality immortality_of(const ValidatorSet& validators, const Address& owner);

}  // namespace mnrt::policies
