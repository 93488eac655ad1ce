#pragma once

#include <caf/allowed_unsafe_message_type.hpp>

#include "actors/supervisor.hpp"

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(mnrt::actors::RestartsAsked)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(mnrt::actors::RestartsFound)
