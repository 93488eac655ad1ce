#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string_view>
#include <vector>

#include "policies/bytes.hpp"
#include "policies/digest.hpp"
#include "policies/state_tree/state_tree.hpp"

namespace mnrt::policies {

/// Shows that a path has a value, or that it has none, under a state root.
struct StateProof {
  std::vector<Digest> siblings;  ///< from the root down, at most 256
  std::optional<TreeLeaf>
      other;  ///< of exclusion: the leaf that stands where the path's would; nothing: an empty place
  friend bool operator==(const StateProof&, const StateProof&) = default;
};

struct ProvenPath {
  std::optional<Digest> value_hash;  ///< nothing: the proof is of exclusion
  StateProof proof;
};

/// The proof for a path in one version of the tree.
std::expected<ProvenPath, TreeError> prove_path(const NodeReader& store, const StateTreeRoot& root,
                                                const Digest& path);

enum class ProofVerdict : std::uint8_t {
  holds,
  too_long,         ///< more than 256 siblings
  other_misplaced,  ///< the other leaf is for this very path, belongs elsewhere, or comes with an inclusion
  root_differs,     ///< computes to another root: a changed value, sibling or depth, or another version
};

/// snake_case.
std::string_view name_of(ProofVerdict verdict);

/// What a proof claims: under `root`, `path` has the value of that hash, or none.
struct StateClaim {
  Digest root;
  Digest path;
  std::optional<Digest> value_hash;
};

ProofVerdict verify_proof(const StateClaim& claim, const StateProof& proof);

/// other (1: 0 or 1) ‖ other's path (32) ‖ its value hash (32), if there is one ‖ number of siblings (2,
/// big-endian) ‖ one bit a sibling that isn't empty, highest bit first ‖ those siblings (32 each).
Bytes encode_proof(const StateProof& proof);
/// Nothing for bytes that `encode_proof` didn't make.
std::optional<StateProof> decode_proof(ByteView bytes);

}  // namespace mnrt::policies
