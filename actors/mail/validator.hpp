#pragma once

#include <caf/allowed_unsafe_message_type.hpp>
#include <cstdint>
#include <memory>
#include <vector>

#include "policies/bytes.hpp"
#include "policies/crypto/verified.hpp"
#include "policies/digest.hpp"
#include "policies/ledger/outcome.hpp"
#include "policies/ledger/transaction.hpp"

namespace mnrt::actors {

/// Transaction frames as they came from a client. The answer comes when each is in the pool or refused.
struct CheckFrames {
  std::vector<std::shared_ptr<const policies::Bytes>> frames;
};
struct CheckedFrames {
  struct Item {
    policies::Digest id;  ///< zeros where the frame could not be decoded
    policies::Refusal refusal{policies::Refusal::none};
  };
  std::vector<Item> items;  ///< in the order of the frames
};

/// Router to worker: at most limits::verify_batch_max frames.
struct VerifyFrames {
  std::vector<std::shared_ptr<const policies::Bytes>> frames;
};
struct VerifiedFrames {
  std::vector<policies::Verified<std::shared_ptr<const policies::SignedTransaction>>> transactions;
  std::vector<CheckedFrames::Item> items;  ///< in the order of the frames; those refused here are not above
};

/// How many workers the router shall have.
struct ScaleWorkers {
  std::uint64_t workers{};
};

struct ValidatorAsked {};
struct ValidatorFacts {
  std::uint64_t workers{};
  std::uint64_t waiting{};   ///< frames that wait for a worker
  std::uint64_t verified{};  ///< since the role started
};

}  // namespace mnrt::actors

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(mnrt::actors::CheckFrames)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(mnrt::actors::CheckedFrames)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(mnrt::actors::VerifyFrames)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(mnrt::actors::VerifiedFrames)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(mnrt::actors::ScaleWorkers)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(mnrt::actors::ValidatorAsked)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(mnrt::actors::ValidatorFacts)
