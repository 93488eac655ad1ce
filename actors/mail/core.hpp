#pragma once

#include <caf/allowed_unsafe_message_type.hpp>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "messages/consensus_check.hpp"
#include "policies/address.hpp"
#include "policies/consensus/heard_book.hpp"
#include "policies/consensus/messages.hpp"
#include "policies/crypto/verified.hpp"
#include "policies/digest.hpp"
#include "policies/ledger/outcome.hpp"
#include "policies/ledger/transaction.hpp"

namespace mnrt::actors {

using VerifiedTransaction = policies::Verified<std::shared_ptr<const policies::SignedTransaction>>;

/// Verified transactions for the pool; one refusal each comes back (`none`: pending).
struct Admit {
  std::vector<VerifiedTransaction> transactions;
};
struct Admitted {
  std::vector<policies::Refusal> refusals;
};

/// Consensus messages of other validators, their signatures checked.
struct ConsensusMail {
  std::vector<messages::VerifiedConsensus> messages;
};

/// The block that consensus asked for by digest.
struct FetchedBlock {
  std::shared_ptr<const policies::Block> block;
};

/// Final blocks, consecutive, whose seals hold.
struct FinalsArrived {
  std::vector<std::shared_ptr<const policies::Decision>> decisions;
};

/// What a peer heard validators say; nothing about it is checked.
struct HeardByPeer {
  std::vector<policies::Heard> heard;
};

/// What a validator says by a message that is refused.
struct StatementHeard {
  policies::Verified<policies::Heard> heard;
};

/// The link to a peer was made anew.
struct LinkMade {
  policies::Address peer;
};

/// A block of the open height by digest; null where it isn't here.
struct BlockWanted {
  policies::Digest digest;
};
struct BlockHeld {
  std::shared_ptr<const policies::Block> block;
};

/// Which height is being decided, and by whom? Answered with `HeightOpened` (actors/mail/peers.hpp).
struct HeightAsked {};

/// The next free nonce of an account's lane, counting what is pending.
struct NonceAsked {
  policies::Address address;
  std::uint32_t lane{};
};
struct NonceFound {
  std::uint64_t next{};
};

/// Is this transaction in the pool?
struct PendingAsked {
  policies::Digest id;
};
struct PendingFound {
  bool pending{};
};

struct CoreAsked {};
struct CoreFacts {
  policies::Height height;
  policies::Round round;
  policies::BlockTime last_block;
  std::uint64_t pool_transactions{};
  std::uint64_t pool_bytes{};
  std::uint64_t last_block_transactions{};
  bool signing{};           ///< false: the sign state is missing or old, the node only follows
  std::string stop_reason;  ///< see Chain::stop_reason
};

}  // namespace mnrt::actors

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(mnrt::actors::Admit)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(mnrt::actors::Admitted)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(mnrt::actors::ConsensusMail)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(mnrt::actors::FetchedBlock)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(mnrt::actors::FinalsArrived)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(mnrt::actors::HeardByPeer)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(mnrt::actors::StatementHeard)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(mnrt::actors::LinkMade)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(mnrt::actors::BlockWanted)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(mnrt::actors::BlockHeld)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(mnrt::actors::HeightAsked)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(mnrt::actors::NonceAsked)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(mnrt::actors::NonceFound)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(mnrt::actors::PendingAsked)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(mnrt::actors::PendingFound)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(mnrt::actors::CoreAsked)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(mnrt::actors::CoreFacts)
