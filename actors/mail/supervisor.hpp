#pragma once

#include <caf/allowed_unsafe_message_type.hpp>
#include <caf/replies_to.hpp>
#include <caf/typed_actor.hpp>

#include "actors/supervisor.hpp"

namespace mnrt::actors {

/// How a typed actor asks a supervisor itself.
using restarts_actor = caf::typed_actor<caf::replies_to<RestartsAsked>::with<RestartsFound>>;

}  // namespace mnrt::actors

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(mnrt::actors::RestartsAsked)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(mnrt::actors::RestartsFound)
