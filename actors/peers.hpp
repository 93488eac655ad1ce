#pragma once

#include <caf/actor_system.hpp>
#include <optional>

#include "actors/interfaces.hpp"
#include "policies/address.hpp"
#include "policies/digest.hpp"

namespace mnrt::actors {

class Notes;
class Store;

struct PeersDeps {
  policies::Digest chain_id;
  std::optional<policies::Address> self;  ///< of this node's seat
  Store* store{};
  Notes* notes{};
  core_actor core;
  validator_actor validator;
  transport_actor transport;
};

/// The node's side of its links: encodes what core sends and asks for, has the validator's workers check what
/// arrives before core hears of it, answers other nodes from the store, and fetches blocks when the node is
/// behind. Decides nothing: whom to ask is policies/sync's, what counts is policies/consensus'.
peers_actor spawn_peers(caf::actor_system& system, PeersDeps deps);

}  // namespace mnrt::actors
