#pragma once

#include <caf/actor.hpp>
#include <caf/actor_system.hpp>
#include <string>
#include <vector>

#include "actors/api_calls.hpp"
#include "actors/interfaces.hpp"

namespace mnrt::actors {

/// A role as the gateway reports on it and crashes it: its supervisor passes mail on.
struct NamedRole {
  std::string name;
  caf::actor supervisor;
};

struct GatewayDeps {
  api::FrontEnd* front_end{};  ///< null: a node without an API
  Store* store{};
  WallClock* wall{};
  Notes* notes{};
  journal_actor journal;
  validator_actor validator;
  core_actor core;
  notary_actor notary;
  registry_actor registry;
  treasury_actor treasury;
  failover_actor failover;
  scaler_actor scaler;
  std::vector<NamedRole> roles;
  std::int64_t block_time_ms{5'000};  ///< the longest time between two blocks
  policies::BlockTime started;        ///< of the node: no block is overdue from before
};

/// The bridge: each call of the front end becomes mail to a role, each answer a reply. Keeps the clients that
/// wait for a final status.
gateway_actor spawn_gateway(caf::actor_system& system, GatewayDeps deps);

}  // namespace mnrt::actors
