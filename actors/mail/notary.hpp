#pragma once

#include <caf/allowed_unsafe_message_type.hpp>
#include <cstdint>
#include <string>
#include <vector>

#include "policies/digest.hpp"
#include "policies/ledger/operation.hpp"
#include "policies/ledger/outcome.hpp"

namespace mnrt::actors {

/// Operations that the node's own account sends and pays, in one transaction.
struct SendOwn {
  std::vector<policies::Operation> operations;  ///< 1 to limits::operations_max
};
struct SentOwn {
  policies::Digest id;
  policies::Refusal refusal{policies::Refusal::none};
};

/// A receipt for a leaf of the final log.
struct MakeReceipt {
  std::uint64_t leaf{};
};
struct Receipt {
  bool found{};
  std::string proof;  ///< C2SP tlog-proof
  std::string trust;
};

struct NotaryAsked {};
struct NotaryFacts {
  std::uint64_t workers{};
  std::uint64_t in_flight{};
  std::uint64_t log_size{};
  std::string assurance;
};

}  // namespace mnrt::actors

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(mnrt::actors::SendOwn)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(mnrt::actors::SentOwn)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(mnrt::actors::MakeReceipt)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(mnrt::actors::Receipt)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(mnrt::actors::NotaryAsked)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(mnrt::actors::NotaryFacts)
