#pragma once

#include <caf/allowed_unsafe_message_type.hpp>
#include <memory>

#include "actors/api_calls.hpp"

namespace mnrt::actors {

/// A call from the front end. Shared, because mail is copied and `done` must be called once.
struct FrontEndCall {
  std::shared_ptr<api::Call> call;
};

}  // namespace mnrt::actors

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(mnrt::actors::FrontEndCall)
