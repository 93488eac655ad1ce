#pragma once

#include <caf/actor_system.hpp>
#include <cstdint>
#include <functional>

#include "actors/interfaces.hpp"
#include "actors/ports.hpp"

namespace mnrt::actors {

/// The role through which everything durable goes. `incarnation` counts the journals of this node: sessions
/// of an earlier one are not sessions of this one, so a writer from before a restart can't write on. After a
/// failed append nothing later succeeds: the journal calls `halt` with the store's words and leaves what
/// waits unanswered, for the node ends. An empty `halt`: it refuses with `store_failed`.
journal_actor spawn_journal(caf::actor_system& system, Store& store, Notes& notes, std::uint32_t incarnation,
                            std::function<void(Halt)> halt);

}  // namespace mnrt::actors
