#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "policies/digest.hpp"

// Binary Merkle trees over BLAKE3, shaped as RFC 6962, section 2.1: leaf hash BLAKE3(0x00 ‖ leaf), inner hash
// BLAKE3(0x01 ‖ left ‖ right), split at the largest power of two below the size. Leaves are digests.
namespace mnrt::policies {

/// The root; of no leaves, BLAKE3 of nothing.
Digest merkle_root(std::span<const Digest> leaves);

/// The siblings from the leaf up (RFC 6962, 2.1.1). `index` must be below the number of leaves.
std::vector<Digest> merkle_inclusion(std::span<const Digest> leaves, std::size_t index);

struct MerklePlace {
  std::uint64_t index{};
  std::uint64_t size{};  ///< leaves in the tree
};

/// Whether the leaf stands at its place in the tree with that root. At most 64 siblings.
bool verify_merkle_inclusion(const Digest& leaf, MerklePlace place, std::span<const Digest> siblings,
                             const Digest& root);

}  // namespace mnrt::policies
