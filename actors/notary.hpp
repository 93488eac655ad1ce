#pragma once

#include <caf/actor_system.hpp>
#include <cstddef>
#include <functional>
#include <optional>

#include "actors/interfaces.hpp"
#include "actors/ports.hpp"
#include "policies/digest.hpp"
#include "policies/validator_set.hpp"

namespace mnrt::actors {

struct NotaryDeps {
  policies::Digest chain_id;
  std::optional<policies::Address>
      seat;                        ///< whose log and cosigner keys sign; nothing: no receipts from here
  std::size_t in_flight_max{100};  ///< over it `busy`
  Store* store{};
  Signer* signer{};
  WallClock* wall{};
  Notes* notes{};
  journal_actor journal;
  core_actor core;
  validator_actor validator;
  std::function<void(Halt)> halt;  ///< what is stored can't be relied on; empty: nobody is told
};

/// Sends the node's own transactions, one after another so that nonces never race, and makes receipts from
/// the final log. A head is signed only after the row that keeps the keys from signing two is synced.
notary_actor spawn_notary(caf::actor_system& system, NotaryDeps deps);

}  // namespace mnrt::actors
