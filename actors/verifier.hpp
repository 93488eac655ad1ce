#pragma once

#include <caf/actor_system.hpp>

#include "actors/interfaces.hpp"
#include "policies/digest.hpp"

namespace mnrt::actors {

class Notes;

/// A verification worker: frames in, transactions, consensus messages and final blocks whose signatures hold
/// out. Keeps nothing, holds no key.
verifier_actor spawn_verifier(caf::actor_system& system, const policies::Digest& chain_id, Notes& notes);

}  // namespace mnrt::actors
