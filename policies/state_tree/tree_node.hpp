#pragma once

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <variant>
#include <vector>

#include "policies/bytes.hpp"
#include "policies/digest.hpp"
#include "policies/height.hpp"

// The state tree is binary (protocol: state). Its hashes:
//   a subtree without a leaf   32 zero bytes
//   a subtree with one leaf    BLAKE3(0x00 ‖ path ‖ BLAKE3(value)), at whatever depth it stands
//   any other                  BLAKE3(0x01 ‖ left ‖ right)
// It is stored four levels at a time, as nodes with 16 slots.
namespace mnrt::policies {

struct TreeLeaf {
  Digest path;
  Digest value_hash;
  friend bool operator==(const TreeLeaf&, const TreeLeaf&) = default;
};

Digest leaf_digest(const TreeLeaf& leaf);
Digest inner_digest(const Digest& left, const Digest& right);

/// Bit `depth` of a path, from the first byte's highest on.
constexpr bool bit_at(const Digest& path, unsigned depth) {
  return path.bytes[depth / 8] >> (7 - depth % 8) & 1;
}
/// Four bits of a path.
constexpr std::uint8_t nibble_at(const Digest& path, unsigned place) {
  return place % 2 == 0 ? path.bytes[place / 2] >> 4 : path.bytes[place / 2] & 15;
}

/// Where a stored node stands: in the version that wrote it, under the first `nibbles` (0 to 64) of its
/// leaves' paths.
struct NodeKey {
  Height written;
  Digest prefix;  ///< zeros after the first `nibbles`
  std::uint8_t nibbles{};
  friend auto operator<=>(const NodeKey&, const NodeKey&) = default;
};

/// The prefix with one nibble a byte.
Bytes nibbles_of(const NodeKey& key);

/// Four binary levels with up to 16 subtrees below them. Never changed once made.
class TreeNode {
 public:
  /// A subtree: one leaf, or the node that holds more of them, by the height that wrote it.
  struct Slot {
    Digest digest;
    std::variant<Height, TreeLeaf> content;
    const TreeLeaf* leaf() const { return std::get_if<TreeLeaf>(&content); }
    friend bool operator==(const Slot&, const Slot&) = default;
  };
  using Slots = std::array<std::optional<Slot>, 16>;

  TreeNode() = default;
  explicit TreeNode(const Slots& slots);
  /// What `before` becomes when the slots of the `touched` bits are others: only hashes above those are
  /// computed.
  TreeNode(const Slots& slots, const TreeNode& before, std::uint16_t touched);

  /// inner mask (2, big-endian) ‖ leaf mask (2) ‖ for each slot, ascending: an inner one's digest (32) ‖
  /// height (8, big-endian), or a leaf's path (32) ‖ value hash (32).
  Bytes encode() const;
  /// Nothing for bytes that `encode` didn't make or whose digest isn't `expected`: damage on the disk is
  /// noticed here.
  static std::optional<TreeNode> decode(ByteView bytes, const Digest& expected);

  Digest digest() const { return digest_at(1); }
  Slots slots() const;

  /// The binary subtree at `place`: 1 is the whole node, the children of p are 2p and 2p + 1, 16 to 31 are
  /// the slots.
  Digest digest_at(unsigned place) const;
  /// Occupied slots below a place.
  unsigned occupied_at(unsigned place) const;
  /// The one leaf below a place, or null if there is none or more.
  const TreeLeaf* only_leaf_at(unsigned place) const;
  const Slot* slot(std::uint8_t nibble) const;

  /// Memory it takes, for a cache's budget.
  std::size_t bytes() const;

 private:
  void compute_sums(const TreeNode* before, std::uint16_t touched);

  std::uint16_t occupied_{};
  std::vector<Slot> slots_;   ///< occupied ones, ascending
  std::vector<Digest> sums_;  ///< of places 1 to 15; of a sparse node only its own, at index 1
};

}  // namespace mnrt::policies
