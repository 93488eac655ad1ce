#pragma once

#include <caf/actor_system.hpp>
#include <chrono>

#include "actors/interfaces.hpp"
#include "policies/registry/health.hpp"

namespace mnrt::actors {

class Notes;
class Store;

struct RegistryDeps {
  policies::HealthSettings health;
  std::chrono::milliseconds refresh_interval{
      60'000};  ///< re-reads the services even when no block changed them
  Store* store{};
  Notes* notes{};
  prober_actor prober;  ///< empty: services stay unknown; its errors leave their health as it was
};

/// Watches the registered services. What it finds is this node's view and never enters the chain.
registry_actor spawn_registry(caf::actor_system& system, RegistryDeps deps);

}  // namespace mnrt::actors
