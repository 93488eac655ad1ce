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

/// A subtree that has a node of its own, and the height that wrote it.
struct TreeChild {
  Digest digest;
  Height written;
  friend bool operator==(const TreeChild&, const TreeChild&) = default;
};

/// Four binary levels with up to 16 subtrees below them. Never changed once made. In memory it is its
/// encoding and the hashes of its upper levels in one block: a large tree is bound by memory, not by hashing.
class TreeNode {
 public:
  using Slot = std::variant<TreeChild, TreeLeaf>;
  using Slots = std::array<std::optional<Slot>, 16>;

  TreeNode();
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

  Digest digest() const;
  Slots slots() const;
  std::optional<Slot> slot(std::uint8_t nibble) const;

  /// The binary subtree at `place`: 1 is the whole node, the children of p are 2p and 2p + 1, 16 to 31 are
  /// the slots.
  Digest digest_at(unsigned place) const;
  /// Occupied slots below a place.
  unsigned occupied_at(unsigned place) const;
  /// The one leaf below a place; nothing if there is none or more.
  std::optional<TreeLeaf> only_leaf_at(unsigned place) const;

  /// Memory it takes, for a cache's budget.
  std::size_t bytes() const { return sizeof(TreeNode) + data_.capacity(); }

 private:
  std::uint16_t occupied() const { return static_cast<std::uint16_t>(inner_mask_ | leaf_mask_); }
  bool keeps_sums() const;
  Digest sum(unsigned place) const;

  std::uint16_t inner_mask_{};
  std::uint16_t leaf_mask_{};
  /// The encoding, then the digests of places 1 to 7; of a sparse node that of place 1 alone.
  Bytes data_;
};

}  // namespace mnrt::policies
