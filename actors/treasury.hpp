#pragma once

#include <caf/actor_system.hpp>
#include <cstdint>
#include <functional>

#include "actors/interfaces.hpp"
#include "actors/ports.hpp"
#include "policies/config.hpp"

namespace mnrt::actors {

struct TreasuryDeps {
  policies::EconomyConfig economy;
  std::uint64_t checkpoint_interval{100};  ///< blocks
  Store* store{};
  WallClock* wall{};
  Notes* notes{};
  std::function<void(Halt)> halt;  ///< empty: a breach is noted alone
};

/// Reports what the treasury holds and what the day brought, and applies the economic triggers. It moves no
/// money: only transactions do. Every `checkpoint_interval` blocks, and soon after its start, it counts the
/// whole supply again, in the background, and halts the node where that isn't what genesis gave out
/// (protocol, section 3).
treasury_actor spawn_treasury(caf::actor_system& system, TreasuryDeps deps);

}  // namespace mnrt::actors
