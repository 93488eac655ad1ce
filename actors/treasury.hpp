#pragma once

#include <caf/actor_system.hpp>

#include "actors/interfaces.hpp"
#include "policies/config.hpp"

namespace mnrt::actors {

class Notes;
class Store;
class WallClock;

struct TreasuryDeps {
  policies::EconomyConfig economy;
  Store* store{};
  WallClock* wall{};
  Notes* notes{};
};

/// Reports what the treasury holds and what the day brought, and applies the economic triggers. It moves no
/// money: only transactions do.
treasury_actor spawn_treasury(caf::actor_system& system, TreasuryDeps deps);

}  // namespace mnrt::actors
