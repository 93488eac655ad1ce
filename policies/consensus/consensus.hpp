#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "policies/consensus/effects.hpp"
#include "policies/consensus/events.hpp"
#include "policies/consensus/heard_book.hpp"
#include "policies/consensus/justification.hpp"
#include "policies/consensus/next_height_box.hpp"
#include "policies/consensus/open_height.hpp"
#include "policies/consensus/sign_guard.hpp"
#include "policies/consensus/sign_state.hpp"

namespace mnrt::policies {

/// Monotonic time for time-outs, wall time for the block header alone.
struct Env {
  Instant now;
  BlockTime wall;
};

struct ConsensusConfig {
  std::optional<Address> self;  ///< my seat's address, whether or not it is in the set; nothing: observe only
  Digest chain_id;
  std::int64_t block_time_ms{5'000};        ///< at most this between blocks
  std::int64_t min_block_time_ms{250};      ///< at least this between blocks, at most block_time_ms
  std::int64_t timeout_ms{2'000};           ///< of round 0; doubles with each round up to 30 s
  std::int64_t proposal_timeout_ms{1'000};  ///< without a proposal; doubles likewise
  /// The operator vouches that no other copy of the key signs: accepts a missing or outdated sign state.
  bool only_copy{false};
  /// The block that is final here, where two were and the operators agreed that this one's chain goes on:
  /// ends a stop for that split, and no other.
  std::optional<Digest> settled_on{};
};

/// One validator's part in QBFT (protocol section 1), pure: time, mail and answers come in as events, what is
/// to be done goes out as Effects. The same events in the same order give the same effects.
///
/// After each call perform the effects as `Effects` says. Messages that I send come back through `Received`
/// once they are synced and signed.
class Consensus {
 public:
  /// `disk` is the stored sign state. Missing on a chain past genesis, older than the tip, or stopped: the
  /// node follows the chain but signs nothing, and a note says how to mend it.
  Consensus(ConsensusConfig config, ChainTip tip, const std::optional<SignState>& disk);

  /// Call once, first. Resumes in the stored round and repeats what was signed in it, byte for byte.
  Effects start(const Env& env);
  Effects step(const Event& event, const Env& env);

  /// Goes into the same batch as a block stored at `height`, sync's too: else a restart would find a sign
  /// state older than the chain and refuse to sign. Nothing where the stored sign state is new enough.
  std::optional<SignState> sign_state_beside(Height height) const;

  /// A block of the open height by digest, for a peer that fetches it; null if it isn't here.
  std::shared_ptr<const Block> block(const Digest& digest) const;

  /// The key that a peer's hearsay must be signed with, where it contradicts something that was heard here
  /// and that wasn't reported; nothing: it tells nothing new.
  std::optional<PublicKey> contradicted_by(const Heard& heard) const;

  Height height() const;  ///< the height being decided: the tip's plus one
  Round round() const;
  bool signing() const;  ///< in the set, with a usable sign state

 private:
  /// Why a node with a seat doesn't sign.
  enum class Mute { no, state_missing, state_outdated, state_ahead, key_elsewhere, two_chains };

  // consensus.cpp: heights, time and mail in general.
  void open(const Env& env, Effects& fx);
  void on(const Received& event, const Env& env, Effects& fx);
  void on(const BlockBuilt& event, const Env& env, Effects& fx);
  void on(const BlockChecked& event, const Env& env, Effects& fx);
  void on(const BlockFetched& event, const Env& env, Effects& fx);
  void on(const TransactionWaiting& event, const Env& env, Effects& fx);
  void on(const TimerFired& event, const Env& env, Effects& fx);
  void on(const NewTip& event, const Env& env, Effects& fx);
  void on(const Reconnected& event, const Env& env, Effects& fx);
  void on(const LeaseUrgent& event, const Env& env, Effects& fx);
  void on(const Overheard& event, const Env& env, Effects& fx);
  void receive(const ConsensusMessage& message, const Env& env, Effects& fx);
  void receive_late(const ConsensusMessage& message, const Env& env, Effects& fx);
  void receive_ahead(const ConsensusMessage& message, const Env& env, Effects& fx);
  void repeat_signed(const Env& env, Effects& fx);
  void finish(Effects& fx);
  void resend(std::optional<Address> to, Effects& fx) const;
  void arm(Timer::Kind kind, Instant deadline, Effects& fx);
  void arm_round(const Env& env, Effects& fx);
  void arm_resend(const Env& env, Effects& fx);
  Instant proposal_due() const;
  bool seldom(std::optional<Instant>& last, Instant now) const;
  void note(Effects& fx, Note::Level level, std::string_view code,
            std::vector<std::pair<std::string_view, std::string>> more = {}) const;
  void hear(const ConsensusMessage& message, Effects& fx);
  void hear(const Heard& heard, Effects& fx);
  void tell_heard(std::optional<Address> to, std::vector<Heard> heard, Effects& fx) const;
  void tell_newest_heard(Effects& fx) const;

  // muting.cpp: what keeps it from signing.
  static Mute mute_of(const SignStop& stop);
  Mute mute_of(const std::optional<SignState>& disk);
  void on(const RivalFinal& event, const Env& env, Effects& fx);
  void stop(SignStop why, Effects& fx);
  void report(const ConsensusMessage& first, const ConsensusMessage& second, Effects& fx);
  void note_mute(Effects& fx) const;

  // rounds.cpp: the rules of one height.
  void take(const Signed<Proposal>& message, const Env& env, Effects& fx);
  void take(const Signed<Prepare>& message, const Env& env, Effects& fx);
  void take(const Signed<Commit>& message, const Env& env, Effects& fx);
  void take(const Signed<RoundChange>& message, const Env& env, Effects& fx);
  void settle(const Env& env, Effects& fx);
  bool is_shared_round() const;
  void decide(const Env& env, Effects& fx);
  void follow(const Env& env, Effects& fx);
  void propose(const Env& env, Effects& fx);
  std::vector<Signed<RoundChange>> provable_changes() const;
  void ask_for_block(const Env& env, Effects& fx);
  void send_proposal(std::shared_ptr<const Block> block, Effects& fx);
  void prepare(Effects& fx);
  void commit(Effects& fx);
  void enter(Round round, const Env& env, Effects& fx);
  void change_round(Round round, const Env& env, Effects& fx);
  void fetch(const Digest& digest, const Env& env, Effects& fx);
  std::vector<Address> holders_of(const Digest& digest) const;
  const Address& leader(Round round) const;
  bool leading() const;

  ConsensusConfig config_;
  ChainTip tip_;
  ValidatorSet tip_set_;  ///< who sealed the tip; empty where unknown
  SignGuard guard_;
  Mute mute_{Mute::no};
  bool split_noted_{false};
  bool lease_urgent_{false};
  OpenHeight open_;
  NextHeightBox ahead_;
  HeardBook heard_;  ///< at the newest heights, to be compared with what others heard
  std::map<Address, std::optional<Instant>> answered_;  ///< when a peer that is behind last got a block
  std::optional<Instant> sync_asked_;
};

}  // namespace mnrt::policies
