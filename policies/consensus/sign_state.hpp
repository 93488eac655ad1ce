#pragma once

#include <optional>
#include <variant>

#include "policies/consensus/messages.hpp"
#include "policies/consensus/statement.hpp"

namespace mnrt::policies {

/// Two statements of this seat's key that contradict each other: another copy of the key signs.
struct KeyElsewhere {
  SignedStatement first;
  SignedStatement second;
  friend bool operator==(const KeyElsewhere&, const KeyElsewhere&) = default;
};

/// Two blocks of one height, each sealed by a quorum.
struct TwoChains {
  Height height;
  Digest final;  ///< here
  SealSet final_seals;
  Digest rival;
  SealSet rival_seals;
  friend bool operator==(const TwoChains&, const TwoChains&) = default;
};

/// Why this key signs no more, with the proof.
using SignStop = std::variant<KeyElsewhere, TwoChains>;

/// The one synced row that keeps a validator from signing twice (protocol: never sign twice). Written before
/// any signature that it covers leaves the node; a restart resumes from it.
struct SignState {
  Height height;
  Round round;                     ///< the round entered
  std::optional<Digest> proposed;  ///< signed in (height, round)
  std::optional<Digest> prepared;
  std::optional<Digest> committed;
  std::optional<RoundChange> last_round_change;    ///< of this height; re-sent byte for byte after a restart
  std::optional<PreparedCertificate> certificate;  ///< highest of this height
  std::shared_ptr<const Block> prepared_block;  ///< the certificate's block, kept until the height is final
  /// Outlasts heights and restarts: only the owner's word ends it (ConsensusConfig).
  std::optional<SignStop> stopped;

  /// Whether a Proposal was signed at that place.
  bool proposed_at(Height h, Round r) const { return height == h && round == r && proposed.has_value(); }

  friend bool operator==(const SignState& a, const SignState& b) {
    return a.height == b.height && a.round == b.round && a.proposed == b.proposed &&
           a.prepared == b.prepared && a.committed == b.committed &&
           a.last_round_change == b.last_round_change && a.certificate == b.certificate &&
           same_block(a.prepared_block, b.prepared_block) && a.stopped == b.stopped;
  }
};

}  // namespace mnrt::policies
