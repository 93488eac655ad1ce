#pragma once

#include <caf/allowed_unsafe_message_type.hpp>
#include <cstdint>
#include <memory>

#include "actors/ledger_view.hpp"

namespace mnrt::actors {

/// Is a role there? Answered by the role itself, after what stands before it in its mailbox.
struct Ping {};
struct Pong {};

/// Ends the role with an exception, as a bug would.
struct Crash {};

/// A block became final. From core, once a block, in order; a role that restarts reads what it missed from
/// the store.
struct BlockFinal {
  std::shared_ptr<const FinalBlock> block;
};

/// A role's own timer; `generation` grows at each restart of the timer, so an older one that still arrives is
/// dropped.
struct Tick {
  std::uint64_t generation{};
};

}  // namespace mnrt::actors

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(mnrt::actors::Ping)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(mnrt::actors::Pong)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(mnrt::actors::Crash)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(mnrt::actors::BlockFinal)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(mnrt::actors::Tick)
