#pragma once

#include <caf/actor.hpp>
#include <caf/actor_system.hpp>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "actors/gateway.hpp"
#include "actors/interfaces.hpp"
#include "actors/ports.hpp"
#include "actors/stored_tree.hpp"
#include "actors/supervisor.hpp"
#include "policies/config.hpp"
#include "policies/digest.hpp"

namespace mnrt::actors {

/// What a node is: the same for a real and a simulated one.
struct NodeSpec {
  policies::Config config;
  policies::Digest chain_id;
  std::optional<policies::Address> seat;  ///< of this node's validator; nothing: it follows
  bool holds_lease_key{};
  bool only_copy{};  ///< the operator vouches that no other copy of the consensus key signs
  std::optional<policies::Digest> settled_on{};  ///< the block whose chain goes on after a split
  RestartLimit restart_limit;
  TreeWriting tree{};
};

/// Where a node lives. Whoever makes it keeps all of it alive until the node's actors are gone.
struct World {
  Store* store{};
  Signer* signer{};
  WallClock* wall{};
  Notes* notes{};
  Gauges* gauges{};
  api::FrontEnd* front_end{};                                   ///< null: no API
  std::function<prober_actor(caf::actor_system&)> make_prober;  ///< empty: services are not probed
  /// Makes the links to other nodes; they tell `peers` what arrives. Empty: a lone node.
  std::function<transport_actor(caf::actor_system&, peers_actor peers)> make_transport;
  std::function<void(Halt)> halt;  ///< the node must end at once; called from any thread, more than once
  std::function<void(std::string role)> gave_up;  ///< a role crashed beyond its limit: the node must end
};

/// A running node. Its supervisors, by role, and their keeper.
struct Node {
  caf::actor root;  ///< ends with exit_reason::user_shutdown when sent one, and takes all roles along
  std::vector<NamedRole> roles;
  core_actor core;
  validator_actor validator;
};

/// Spawns the whole tree; nothing else does.
Node spawn_node(caf::actor_system& system, const NodeSpec& spec, const World& world);

}  // namespace mnrt::actors
