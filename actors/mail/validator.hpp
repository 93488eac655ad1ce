#pragma once

#include <caf/allowed_unsafe_message_type.hpp>
#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "messages/consensus_check.hpp"
#include "policies/bytes.hpp"
#include "policies/crypto/verified.hpp"
#include "policies/digest.hpp"
#include "policies/height.hpp"
#include "policies/ledger/outcome.hpp"
#include "policies/ledger/transaction.hpp"

namespace mnrt::actors {

/// Transaction frames as they came from a client, or from a peer: then they aren't passed on. The answer
/// comes when each is in the pool or refused.
struct CheckFrames {
  std::vector<std::shared_ptr<const policies::Bytes>> frames;
  bool from_peer{};
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

/// Whose keys the messages of a height are held against.
struct SignerSets {
  policies::Height open;                                 ///< the height that is being decided
  std::shared_ptr<const policies::ValidatorSet> now;     ///< who decides it
  std::shared_ptr<const policies::ValidatorSet> before;  ///< who decided the one before; null: nobody did
  policies::Digest tip;                                  ///< the block that is final there

  const policies::ValidatorSet& of(policies::Height height) const {
    return height < open && before ? *before : *now;
  }
};

/// A consensus message's frame. The answer holds it when it decodes and every signature in it holds, or says
/// why not.
struct CheckConsensus {
  std::shared_ptr<const policies::Bytes> frame;
  SignerSets sets;
};
struct CheckedConsensus {
  std::vector<messages::VerifiedConsensus> messages;  ///< one or none
  std::string_view refusal;
  std::size_t signatures{};                                 ///< that were checked, at most
  std::optional<policies::Verified<policies::Heard>> said;  ///< by a message that carries forged signatures
};

/// Decisions' frames. Those of the open height and after it come back for as long as they follow each other,
/// their seals hold, and the set doesn't change; before them one that is sealed at the tip's height beside
/// the tip. `refusal` says what is wrong with the one after.
struct CheckFinals {
  std::vector<std::shared_ptr<const policies::Bytes>> frames;
  SignerSets sets;
};
struct CheckedFinals {
  std::vector<std::shared_ptr<const policies::Decision>> decisions;
  std::string_view refusal;
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
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(mnrt::actors::CheckConsensus)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(mnrt::actors::CheckedConsensus)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(mnrt::actors::CheckFinals)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(mnrt::actors::CheckedFinals)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(mnrt::actors::ScaleWorkers)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(mnrt::actors::ValidatorAsked)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(mnrt::actors::ValidatorFacts)
