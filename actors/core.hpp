#pragma once

#include <caf/actor_system.hpp>
#include <chrono>
#include <functional>
#include <optional>
#include <vector>

#include "actors/chain.hpp"
#include "actors/interfaces.hpp"
#include "policies/consensus/consensus.hpp"
#include "policies/ledger/pool.hpp"

namespace mnrt::actors {

struct CoreDeps {
  std::optional<policies::Address> seat;  ///< nothing: follow the chain without signing
  policies::ConsensusConfig consensus;    ///< `self` and `chain_id` are filled in
  policies::PoolLimits pool;
  std::chrono::milliseconds sweep_interval{30'000};
  ChainOptions chain;
  Store* store{};
  Signer* signer{};
  WallClock* wall{};
  Notes* notes{};
  journal_actor journal;
  peers_actor peers;                      ///< null: a lone node
  duties_actor duties;                    ///< hears of evidence; null: nobody does
  std::vector<observer_actor> observers;  ///< hear of each final block
  std::function<void(Halt)> halt;         ///< what is stored can't be relied on; empty: nobody is told
};

/// Consensus, pool and chain in one actor: the only one that signs for the validator and counts its votes.
core_actor spawn_core(caf::actor_system& system, CoreDeps deps);

}  // namespace mnrt::actors
