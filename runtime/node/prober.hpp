#pragma once

#include <caf/actor_system.hpp>
#include <functional>

#include "actors/interfaces.hpp"
#include "policies/config.hpp"

namespace mnrt::runtime {

/// Makes the actor that tries endpoints for real: a TCP connect (that alone for HTTPS), or an HTTP GET that
/// must answer below 400. Connects only to addresses that the policy allows, and to the very address it
/// judged.
///
/// A probe has `health_check_timeout_ms` for everything it does: resolving, connecting, asking, reading. Up
/// to 8 are tried at once and 64 wait. An error in place of an answer says nothing about the service: too
/// many waited, or the prober ended. Its end waits for no service and no name server.
std::function<actors::prober_actor(caf::actor_system&)> prober_factory(
    const policies::RegistryConfig& config);

}  // namespace mnrt::runtime
