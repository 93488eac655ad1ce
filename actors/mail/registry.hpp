#pragma once

#include <caf/allowed_unsafe_message_type.hpp>
#include <cstdint>
#include <map>
#include <string>

#include "actors/api_calls.hpp"

namespace mnrt::actors {

struct HealthAsked {};
struct HealthFound {
  api::ServiceHealth health;
};

/// To the prober: try one endpoint. An answer says how the service does, and comes within
/// `health_check_timeout_ms` of the try's begin; probes wait for their turn before that. An error in its
/// place says nothing about the service: too many waited, or the prober ended.
struct Probe {
  std::string endpoint;  ///< tcp://host:port, http://… or https://…
};
struct Probed {
  bool healthy{};
  std::string reason;  ///< why not
};

}  // namespace mnrt::actors

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(mnrt::actors::HealthAsked)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(mnrt::actors::HealthFound)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(mnrt::actors::Probe)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(mnrt::actors::Probed)
