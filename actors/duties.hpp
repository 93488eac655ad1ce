#pragma once

#include <caf/actor_system.hpp>
#include <functional>
#include <optional>

#include "actors/interfaces.hpp"
#include "actors/ports.hpp"
#include "policies/address.hpp"
#include "policies/digest.hpp"

namespace mnrt::actors {

struct DutiesDeps {
  policies::Digest chain_id;
  std::optional<policies::Address> seat;  ///< nothing: this node owes nothing
  Store* store{};
  Signer* signer{};
  Notes* notes{};
  journal_actor journal;
  core_actor core;
  validator_actor validator;
  std::function<void(Halt)> halt;  ///< what is stored can't be relied on; empty: nobody is told
};

/// Sends what a validator owes the chain besides its votes (policies/ledger/duties.hpp), once a block:
/// reports of evidence from the node's own account, `ready` from the seat's. Evidence that isn't on the chain
/// yet stands in the table `local`, so that a restart doesn't let an offender off.
duties_actor spawn_duties(caf::actor_system& system, DutiesDeps deps);

}  // namespace mnrt::actors
