#pragma once

#include <optional>

#include "policies/consensus/messages.hpp"

namespace mnrt::policies {

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

  /// Whether a Proposal was signed at that place.
  bool proposed_at(Height h, Round r) const { return height == h && round == r && proposed.has_value(); }

  friend bool operator==(const SignState& a, const SignState& b) {
    return a.height == b.height && a.round == b.round && a.proposed == b.proposed &&
           a.prepared == b.prepared && a.committed == b.committed &&
           a.last_round_change == b.last_round_change && a.certificate == b.certificate &&
           same_block(a.prepared_block, b.prepared_block);
  }
};

}  // namespace mnrt::policies
