#pragma once

#include <cstdint>
#include <memory>
#include <optional>

#include "policies/consensus/effects.hpp"
#include "policies/consensus/events.hpp"
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
};

/// One validator's part in QBFT (protocol section 1), pure: time, mail and answers come in as events, what is
/// to be done goes out as Effects. The same events in the same order give the same effects.
///
/// After each call perform the effects as `Effects` says. Messages that I send come back through `Received`
/// once they are synced and signed.
class Consensus {
 public:
  /// `disk` is the stored sign state. Missing on a chain past genesis, or older than the tip: the node
  /// follows the chain but signs nothing, and a note says how to mend it.
  Consensus(ConsensusConfig config, ChainTip tip, std::optional<SignState> disk);

  /// Call once, first. Resumes in the stored round and repeats what was signed in it, byte for byte.
  Effects start(const Env& env);
  Effects step(const Event& event, const Env& env);

  /// Goes into the same batch as a block stored at `height`, sync's too: else a restart would find a sign
  /// state older than the chain and refuse to sign. Nothing where the stored sign state is new enough.
  std::optional<SignState> sign_state_beside(Height height) const;

  /// A block of the open height by digest, for a peer that fetches it; null if it isn't here.
  std::shared_ptr<const Block> block(const Digest& digest) const;

  Height height() const;  ///< the height being decided: the tip's plus one
  Round round() const;
  bool signing() const;  ///< in the set, with a usable sign state
};

}  // namespace mnrt::policies
