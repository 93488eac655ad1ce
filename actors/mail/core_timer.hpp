#pragma once

#include <caf/allowed_unsafe_message_type.hpp>
#include <cstdint>

#include "policies/consensus/effects.hpp"

namespace mnrt::actors {

/// Core's own consensus timer. Timers are never cancelled: one of an older generation of its kind is dropped.
struct ConsensusTimer {
  policies::Timer timer;
  std::uint64_t generation{};
};

}  // namespace mnrt::actors

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(mnrt::actors::ConsensusTimer)
