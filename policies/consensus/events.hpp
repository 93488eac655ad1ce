#pragma once

#include <memory>
#include <optional>
#include <string>
#include <variant>

#include "policies/consensus/effects.hpp"
#include "policies/consensus/messages.hpp"
#include "policies/validator_set.hpp"

namespace mnrt::policies {

/// The last final block, and who decides the next one.
struct ChainTip {
  Height height;
  Digest digest;  ///< of the block; the chain id for genesis
  BlockTime time;
  Address proposer;         ///< header.proposer; meaningless for genesis
  SealSet seals;            ///< that made it final; empty for genesis
  ValidatorSet validators;  ///< of height + 1, sorted by address, not empty
};

/// A message whose signatures hold, those inside it too (certificates, justifications), against the consensus
/// keys that the set of its height gives the signers, and whose block's digest was computed from its header.
/// Mine come back this way as well.
struct Received {
  ConsensusMessage message;
};

struct BlockBuilt {
  Height height;
  Round round;
  std::shared_ptr<const Block> block;
};

struct BlockChecked {
  Height height;
  Round round;
  Digest digest;
  std::string refusal;  ///< why the block is invalid; empty: it is valid
};

/// A block that was asked for by digest, its digest computed from what came.
struct BlockFetched {
  std::shared_ptr<const Block> block;
};

/// The pool has held a transaction since then. Said when the pool gets its first one, and again after each
/// `NewTip` for as long as some are left.
struct TransactionWaiting {
  Instant since;
};

struct TimerFired {
  Timer::Kind kind{};
  Height height;
  Round round;
};

/// A block is executed and stored: a decision, or what sync brought. Older tips are ignored.
struct NewTip {
  ChainTip tip;
};

/// A link to a validator was made anew: what was sent before may be lost.
struct Reconnected {
  Address peer;
};

/// Whether the owner's last renewal is older than half its lease: blocks then come at least every second, so
/// that the lease's blocks can run out and a renewal finds a block.
struct LeaseUrgent {
  bool urgent{};
};

/// A quorum of those who sealed the tip sealed another block at its height, and the signatures hold: more
/// than f of them are faulty.
struct RivalFinal {
  Height height;
  Digest digest;
  SealSet seals;
  ValidatorSet sealed_by;  ///< the set of that height
};

/// A statement whose signature holds, without a message that is good for anything: a peer heard it and it
/// contradicts what was heard here (`contradicted_by`), or what came with it was forged.
struct Overheard {
  Heard heard;
};

using Event = std::variant<Received, BlockBuilt, BlockChecked, BlockFetched, TransactionWaiting, TimerFired,
                           NewTip, Reconnected, LeaseUrgent, RivalFinal, Overheard>;

}  // namespace mnrt::policies
