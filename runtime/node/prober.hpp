#pragma once

#include <caf/actor_system.hpp>
#include <functional>

#include "actors/interfaces.hpp"
#include "policies/config.hpp"

namespace mnrt::runtime {

/// Makes the actor that tries endpoints for real: a TCP connect, or an HTTP(S) GET that must answer below
/// 400. Connects only to addresses that the policy allows, and to the very address it judged.
std::function<actors::prober_actor(caf::actor_system&)> prober_factory(
    const policies::RegistryConfig& config);

}  // namespace mnrt::runtime
