#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <variant>
#include <vector>

#include "policies/address.hpp"
#include "policies/consensus/heard_book.hpp"
#include "policies/consensus/messages.hpp"
#include "policies/consensus/sign_state.hpp"
#include "policies/height.hpp"
#include "policies/notes.hpp"
#include "policies/time.hpp"

namespace mnrt::policies {

/// To be signed, sent, and given back as `Received` like any other message: a vote counts only once it is
/// durable.
struct Outgoing {
  std::optional<Address> to;  ///< nothing: every validator of the height
  ConsensusBody body;
  friend bool operator==(const Outgoing&, const Outgoing&) = default;
};

/// One of my messages that was signed before, for links that lose mail.
struct Resend {
  std::optional<Address> to;  ///< nothing: every validator of the height
  ConsensusMessage message;
  friend bool operator==(const Resend&, const Resend&) = default;
};

// Work for others. The chain may have moved on by the time it is performed: an ask about a height that is no
// longer open needs no answer.

/// Answer with `BlockBuilt`: a block on the tip, executed, with exactly these header fields. It may be empty.
struct BuildBlock {
  Height height;
  Round round;
  BlockTime time;
  SealSet parent_seals;
  friend bool operator==(const BuildBlock&, const BuildBlock&) = default;
};

/// Answer with `BlockChecked`: transactions, their signatures, roots, parent seals and conservation. Height,
/// chain, parent, proposer and time were checked.
struct CheckBlock {
  Height height;
  Round round;
  std::shared_ptr<const Block> block;
  friend bool operator==(const CheckBlock& a, const CheckBlock& b) {
    return a.height == b.height && a.round == b.round && same_block(a.block, b.block);
  }
};

/// Answer with `BlockFetched`, if ever. Asked again at every re-send until the block is here.
struct FetchBlock {
  Height height;
  Digest digest;
  std::vector<Address> from;  ///< they signed it; most promising first, never myself
  friend bool operator==(const FetchBlock&, const FetchBlock&) = default;
};

/// A peer is ahead: fetch final blocks from `from` on. Answered by `NewTip`, if ever.
struct Sync {
  Height from;
  Address peer;
  friend bool operator==(const Sync&, const Sync&) = default;
};

/// A peer still works on a final height: send it that block with its seals.
struct SendFinal {
  Height height;
  Address to;
  friend bool operator==(const SendFinal&, const SendFinal&) = default;
};

/// What validators said that not everybody may have heard: each peer holds it against what it heard itself.
struct TellHeard {
  std::optional<Address> to;  ///< nothing: every validator of the open height
  std::vector<Heard> heard;   ///< 1 to limits::hearsay_max
  friend bool operator==(const TellHeard&, const TellHeard&) = default;
};

using Ask = std::variant<BuildBlock, CheckBlock, FetchBlock, Sync, SendFinal, TellHeard>;

/// Setting a timer replaces the one of its kind. Timers are never cancelled: `step` ignores those of another
/// height or round.
struct Timer {
  enum class Kind : std::uint8_t {
    propose,   ///< the leader's block is due
    proposal,  ///< a leader's proposal is overdue
    round,     ///< the round has failed
    resend,    ///< mail may have been lost
  };
  Kind kind{};
  Instant deadline;  ///< fire at once if it has passed
  Height height;
  Round round;
  friend bool operator==(const Timer&, const Timer&) = default;
};

/// Two signed messages of one validator that no honest one sends both (protocol section 6).
struct Evidence {
  Address offender;
  ConsensusMessage first;
  ConsensusMessage second;
  friend bool operator==(const Evidence&, const Evidence&) = default;
};

/// What a step wants done, a value: copy it, compare it, replay it.
///
/// The order is part of it. Effects of successive steps are performed first in, first out; in one, `persist`
/// is synced, then everything in `send` is signed and sent, then `commit` is handed over. Whatever stands in
/// `send` may leave only after `persist` of the same effects, and of all effects before, is on disk: new
/// signatures always come with the sign state that covers them, save for those that start() repeats, which
/// the stored state covers already. `resend`, `ask`, `timers`, `notes` and `evidence` sign nothing and need
/// no sync of their own, but don't overtake.
struct Effects {
  std::optional<SignState> persist;
  std::vector<Outgoing> send;
  std::vector<Resend> resend;
  std::optional<Decision> commit;  ///< execute if it never was, store, then answer with `NewTip`
  std::vector<Ask> ask;
  std::vector<Timer> timers;
  std::vector<Evidence> evidence;
  std::vector<Note> notes;
  bool empty() const { return *this == Effects{}; }
  friend bool operator==(const Effects&, const Effects&) = default;
};

}  // namespace mnrt::policies
