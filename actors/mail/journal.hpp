#pragma once

#include <caf/allowed_unsafe_message_type.hpp>
#include <cstdint>
#include <expected>
#include <string>

#include "actors/ports.hpp"
#include "messages/row.hpp"

namespace mnrt::actors {

enum class AppendRefusal : std::uint8_t { stale_writer, busy, store_failed };

/// A role that writes sends this before it reads. The answer comes after everything appended before it, also
/// through an earlier journal, is synced: what the store shows then is what the role goes on from.
struct Open {
  std::string writer;  ///< the role; a writer's new session ends its older one
};
struct Opened {
  std::expected<std::uint64_t, AppendRefusal> session;
};

/// Rows of one session. Any session but its writer's newest, and any before `Open`, is refused as
/// stale_writer.
struct Append {
  std::uint64_t session{};
  messages::Batch rows;
};
/// After the rows are synced, in the order of the appends.
struct Appended {
  std::expected<void, AppendRefusal> result;
};

}  // namespace mnrt::actors

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(mnrt::actors::Open)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(mnrt::actors::Opened)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(mnrt::actors::Append)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(mnrt::actors::Appended)
