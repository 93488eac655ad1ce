#pragma once

#include <memory>
#include <optional>
#include <variant>
#include <vector>

#include "policies/address.hpp"
#include "policies/digest.hpp"
#include "policies/height.hpp"
#include "policies/keys.hpp"
#include "policies/ledger/block.hpp"

namespace mnrt::policies {

// The four messages of QBFT. The digest has no round in it; the round is in what is signed.

struct Prepare {
  Height height;
  Round round;
  Digest digest;
  friend bool operator==(const Prepare&, const Prepare&) = default;
};

/// The same block, whichever copy of it.
inline bool same_block(const std::shared_ptr<const Block>& a, const std::shared_ptr<const Block>& b) {
  return a == b || (a && b && a->digest == b->digest);
}

/// Its signature is the seal.
struct Commit {
  Height height;
  Round round;
  Digest digest;
  friend bool operator==(const Commit&, const Commit&) = default;
};

/// A body with who signed it. `signer` is the address of the seat.
template <class Body>
struct Signed {
  Body body;
  Address signer;
  Signature signature;
  friend bool operator==(const Signed&, const Signed&) = default;
};

/// "I saw a quorum of Prepares": the round they were in, what they prepared, and they themselves.
struct PreparedCertificate {
  Round round;
  Digest digest;
  std::vector<Signed<Prepare>> prepares;  ///< distinct signers, sorted by signer
  friend bool operator==(const PreparedCertificate&, const PreparedCertificate&) = default;
};

/// Asks to go to `round`. Claims the highest prepared certificate, or that there is none. The signature
/// covers the claim (round and digest), not the Prepares, which carry their own.
struct RoundChange {
  Height height;
  Round round;
  std::optional<PreparedCertificate> prepared;
  friend bool operator==(const RoundChange&, const RoundChange&) = default;
};

/// A leader's block for a round. Round 0 needs no justification; a later round needs a quorum of
/// RoundChanges. The signature covers height, round and digest; header.proposer may be another (a
/// re-proposal).
struct Proposal {
  Height height;
  Round round;
  std::shared_ptr<const Block> block;
  std::vector<Signed<RoundChange>> justification;  ///< distinct signers, sorted by signer
  friend bool operator==(const Proposal& a, const Proposal& b) {
    return a.height == b.height && a.round == b.round && same_block(a.block, b.block) &&
           a.justification == b.justification;
  }
};

using ConsensusBody = std::variant<Proposal, Prepare, Commit, RoundChange>;
using ConsensusMessage = std::variant<Signed<Proposal>, Signed<Prepare>, Signed<Commit>, Signed<RoundChange>>;

/// A block with the seals that make it final.
struct Decision {
  std::shared_ptr<const Block> block;
  SealSet seals;
  friend bool operator==(const Decision& a, const Decision& b) {
    return same_block(a.block, b.block) && a.seals == b.seals;
  }
};

}  // namespace mnrt::policies
