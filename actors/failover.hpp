#pragma once

#include <caf/actor_system.hpp>
#include <chrono>
#include <functional>
#include <optional>

#include "actors/interfaces.hpp"
#include "actors/ports.hpp"
#include "policies/address.hpp"
#include "policies/digest.hpp"

namespace mnrt::actors {

struct FailoverDeps {
  policies::Digest chain_id;
  bool holds_lease_key{};  ///< this node renews the owner's lease
  std::chrono::milliseconds check_interval{1'000};
  Store* store{};
  Signer* signer{};
  WallClock* wall{};
  Notes* notes{};
  core_actor core;
  validator_actor validator;
  std::function<void(Halt)> halt;  ///< what is stored can't be relied on; empty: nobody is told
};

/// Renews the owner's lease every third of it, and tells how the owner and the network stand. What it sees
/// decides nothing: the lease is on the chain.
failover_actor spawn_failover(caf::actor_system& system, FailoverDeps deps);

}  // namespace mnrt::actors
