#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "policies/bytes.hpp"
#include "policies/digest.hpp"
#include "policies/ledger/state.hpp"

// The append-only Merkle tree of RFC 6962, section 2.1 (SHA-256), as a compact range.
namespace mnrt::policies {

/// SHA-256(0x00 ‖ leaf).
Digest leaf_hash(ByteView leaf);

/// Appends one leaf. Returns the roots of the complete subtrees that this leaf completes, its own hash (level
/// 0) first: one hash on every leaf, a second on every other, so two on average. They are immutable; stored
/// as one row under `log_hashes_key(index of the leaf)` they are all that proofs ever read, and appending
/// writes rows in key order.
std::vector<Digest> append(LogRow& log, const Digest& leaf_hash);

/// The tree's root: SHA-256 of nothing for the empty tree.
Digest root(const LogRow& log);

/// Names the root of a complete subtree: the leaves [index · 2^level, (index + 1) · 2^level).
struct LogNode {
  std::uint8_t level{};
  std::uint64_t index{};
  friend auto operator<=>(const LogNode&, const LogNode&) = default;
};

/// Where `append` left a node's hash: in the row of which leaf, and as which of its hashes.
struct LogNodePlace {
  std::uint64_t leaf{};
  std::size_t position{};
  friend auto operator<=>(const LogNodePlace&, const LogNodePlace&) = default;
};
LogNodePlace place_of(LogNode node);

/// Keys in the store's log table: one kind byte, then the leaf's index, big-endian.
Bytes log_hashes_key(std::uint64_t leaf);  ///< → the hashes that `append` returned, 32 bytes each, in order
Bytes log_leaf_key(std::uint64_t leaf);    ///< → the leaf's text
/// Finds leaves by what they notarise: kind byte, document, leaf's index → empty. A scan over one document
/// gives its leaves in log order.
Bytes log_document_key(const Digest& document, std::uint64_t leaf);

/// The row under `log_hashes_key`.
Bytes encode_log_hashes(const std::vector<Digest>& hashes);
/// One hash of that row; nothing if the row has not that many or is torn.
std::optional<Digest> log_hash_at(ByteView row, std::size_t position);

/// Stored hashes of complete subtrees.
class LogNodeReader {
 public:
  virtual ~LogNodeReader() = default;
  /// Nothing if the store has lost it: a proof that needs it can't be made.
  virtual std::optional<Digest> node(LogNode node) const = 0;
};

/// At most 64 hashes, in the order of RFC 6962, from the leaf's sibling up.
using LogProof = std::vector<Digest>;

struct LeafPlace {
  std::uint64_t index{};
  std::uint64_t size{};  ///< of the tree; index < size
};

struct LogGrowth {
  std::uint64_t from{};
  std::uint64_t to{};  ///< from ≤ to
};

/// The path of RFC 6962, 2.1.1. Reads at most 2 · 64 nodes. Nothing for a leaf outside the tree or a lost
/// node.
std::optional<LogProof> prove_inclusion(LeafPlace place, const LogNodeReader& nodes);

/// The proof of RFC 6962, 2.1.2; empty from the empty tree and from a tree to itself.
std::optional<LogProof> prove_consistency(LogGrowth growth, const LogNodeReader& nodes);

/// The root that a leaf hash and its path give (RFC 9162, 2.1.3.2); nothing where the path's length doesn't
/// fit.
std::optional<Digest> root_from_inclusion(const Digest& leaf_hash, LeafPlace place, const LogProof& proof);

struct LogHead {
  std::uint64_t size{};
  Digest root;
  friend bool operator==(const LogHead&, const LogHead&) = default;
};

/// The leaf with this hash stands at `index` in the tree of this head.
bool verify_inclusion(const Digest& leaf_hash, std::uint64_t index, const LogHead& head,
                      const LogProof& proof);

struct LogHeads {
  LogHead from;
  LogHead to;
};

/// The second tree is the first one with leaves appended (RFC 9162, 2.1.4.2).
bool verify_consistency(const LogHeads& heads, const LogProof& proof);

}  // namespace mnrt::policies
