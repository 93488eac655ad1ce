#pragma once

#include <caf/allowed_unsafe_message_type.hpp>
#include <memory>

#include "policies/consensus/effects.hpp"

namespace mnrt::actors {

/// Consensus found a validator out. From core, at most once an offender and height until it restarts.
struct EvidenceFound {
  std::shared_ptr<const policies::Evidence> evidence;
};

}  // namespace mnrt::actors

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(mnrt::actors::EvidenceFound)
