#pragma once

#include <caf/actor_system.hpp>
#include <cstdint>

#include "actors/interfaces.hpp"

namespace mnrt::actors {

class Store;
class Notes;

/// The role through which everything durable goes. `incarnation` counts the journals of this node: sessions
/// of an earlier one are not sessions of this one, so a writer from before a restart can't write on.
journal_actor spawn_journal(caf::actor_system& system, Store& store, Notes& notes, std::uint32_t incarnation);

}  // namespace mnrt::actors
