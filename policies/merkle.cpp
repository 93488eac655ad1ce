#include "policies/merkle.hpp"

#include <algorithm>
#include <array>
#include <bit>

#include "policies/check.hpp"
#include "policies/crypto/hash.hpp"

namespace mnrt::policies {
namespace {

Digest leaf_hash(const Digest& leaf) {
  std::array<std::uint8_t, 1 + 32> data{0x00};
  std::copy(leaf.bytes.begin(), leaf.bytes.end(), data.begin() + 1);
  return blake3(data);
}

Digest inner_hash(const Digest& left, const Digest& right) {
  std::array<std::uint8_t, 1 + 64> data{0x01};
  std::copy(left.bytes.begin(), left.bytes.end(), data.begin() + 1);
  std::copy(right.bytes.begin(), right.bytes.end(), data.begin() + 33);
  return blake3(data);
}

/// The largest power of two below `size`, which is at least 2.
std::uint64_t split(std::uint64_t size) {
  return std::bit_floor(size - 1);
}

Digest root_of(std::span<const Digest> leaves) {
  if (leaves.size() == 1) return leaf_hash(leaves.front());
  const auto left = split(leaves.size());
  return inner_hash(root_of(leaves.first(left)), root_of(leaves.subspan(left)));
}

}  // namespace

Digest merkle_root(std::span<const Digest> leaves) {
  return leaves.empty() ? blake3({}) : root_of(leaves);
}

std::vector<Digest> merkle_inclusion(std::span<const Digest> leaves, std::size_t index) {
  MNRT_CHECK(index < leaves.size());
  std::vector<Digest> siblings;
  while (leaves.size() > 1) {
    const auto left = split(leaves.size());
    const bool in_left = index < left;
    siblings.push_back(root_of(in_left ? leaves.subspan(left) : leaves.first(left)));
    leaves = in_left ? leaves.first(left) : leaves.subspan(left);
    if (!in_left) index -= left;
  }
  // Collected from the root down.
  return {siblings.rbegin(), siblings.rend()};
}

bool verify_merkle_inclusion(const Digest& leaf, MerklePlace place, std::span<const Digest> siblings,
                             const Digest& root) {
  if (place.index >= place.size || siblings.size() > 64) return false;
  // RFC 9162, section 2.1.3.2: the same proofs, with the check of their length spelled out.
  auto node = place.index;
  auto last = place.size - 1;
  auto hash = leaf_hash(leaf);
  for (const auto& sibling : siblings) {
    if (last == 0) return false;
    if (node % 2 == 1 || node == last) {
      hash = inner_hash(sibling, hash);
      while (node % 2 == 0 && node != 0) {
        node /= 2;
        last /= 2;
      }
    } else {
      hash = inner_hash(hash, sibling);
    }
    node /= 2;
    last /= 2;
  }
  return last == 0 && hash == root;
}

}  // namespace mnrt::policies
