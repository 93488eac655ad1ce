#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "policies/bytes.hpp"
#include "policies/digest.hpp"
#include "policies/height.hpp"
#include "policies/ledger/block.hpp"
#include "policies/ledger/genesis.hpp"
#include "policies/notary/note.hpp"
#include "policies/validator_set.hpp"

// What leads from a trust root to the validators that cosigned a checkpoint: the second file of a receipt.
//
// Members marked "made by the decoder" are never in the bytes: decoding computes them from the canonical form
// of what it read, as it computes a block's digest. So a value that was decoded can't claim a digest that it
// hasn't.
namespace mnrt::policies {

struct GenesisStart {
  Genesis genesis;
  Digest digest;  ///< made by the decoder: the chain id
  friend bool operator==(const GenesisStart&, const GenesisStart&) = default;
};

/// A header whose digest someone trusts instead of the genesis.
struct PinnedStart {
  Header header;
  Digest digest;           ///< made by the decoder: of the header
  ValidatorSet next_set;   ///< what header.next_validators stands for
  Digest next_set_digest;  ///< made by the decoder: domain_hash(validator_set, chain id, canonical set)
  friend bool operator==(const PinnedStart&, const PinnedStart&) = default;
};

/// The last header before a change of the set or of a key in it, sealed by the old set.
struct Handover {
  Header header;
  Digest digest;       ///< made by the decoder: of the header
  SealSet seals;       ///< by the set in force at header.height
  Bytes sealed_bytes;  ///< made by the decoder: what a Commit for (height, seals.round, digest) signs
  ValidatorSet next_set;
  Digest next_set_digest;  ///< made by the decoder
  friend bool operator==(const Handover&, const Handover&) = default;
};

struct Trust {
  std::variant<GenesisStart, PinnedStart> start;
  std::vector<Handover> handovers;  ///< ascending heights; empty where the first set still cosigns
  friend bool operator==(const Trust&, const Trust&) = default;
};

enum class TrustVerdict : std::uint8_t {
  established,
  no_root,          ///< nothing to begin from: neither --genesis nor a data directory
  other_root,       ///< begins somewhere else: another chain's, or forged whole
  wrong_chain,      ///< a header of another chain in it
  out_of_order,     ///< heights don't ascend
  set_malformed,    ///< empty, too many seats, not sorted
  set_differs,      ///< a set that its header doesn't name
  seals_malformed,  ///< flags and signatures don't fit the set
  seal_bad,         ///< a seal that doesn't verify
  too_few_seals,    ///< no quorum of the set in force
  too_long,         ///< more hand-overs than `limits::handovers_max`
};
std::string_view name_of(TrustVerdict verdict);

struct EstablishedTrust {
  Digest chain_id;
  ValidatorSet set;  ///< whose checkpoints count
  Height since;      ///< height of the header that named the set; 0 for genesis
};

struct TrustRefusal {
  TrustVerdict verdict{};
  std::size_t step{};  ///< 0: the start; k: the k-th hand-over
};

/// The digest that the trust begins with: of its genesis or of its pinned header.
Digest start_of(const Trust& trust);

/// Follows the hand-overs from the root (a genesis digest, or the digest of a pinned header) to the last set.
/// Each needs a quorum of distinct seals, of one round, by the set in force; any seal that is there must
/// verify.
std::expected<EstablishedTrust, TrustRefusal> establish(const Trust& trust,
                                                        const std::optional<Digest>& root);

/// The text of R.trust: a first line, the canonical frame in base64 lines of 64 characters, a last line.
///
///     -----BEGIN MNRT TRUST V1-----
///     …
///     -----END MNRT TRUST V1-----
std::string trust_text(ByteView frame);

/// Exactly what `trust_text` writes, at most `limits::trust_bytes_max`; the frame goes to messages' decoder.
std::expected<Bytes, TextError> trust_frame(std::string_view text);

/// A policy for other tools (c2sp.org/tlog-policy): any seat's log key, f + 1 of the seats' cosigner keys.
std::string tlog_policy(const EstablishedTrust& trust);

}  // namespace mnrt::policies
