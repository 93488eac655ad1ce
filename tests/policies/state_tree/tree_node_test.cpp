#include "policies/state_tree/tree_node.hpp"

#include <rapidcheck.h>
#include <catch2/catch.hpp>

#include "policies/crypto/hash.hpp"

using namespace mnrt::policies;

namespace {

TreeNode::Slots slots_of(std::uint16_t leaves, std::uint16_t inner) {
  TreeNode::Slots slots;
  for (std::uint8_t i = 0; i < 16; ++i) {
    const TreeLeaf leaf{.path = blake3(Bytes{i}), .value_hash = blake3(Bytes{i, i})};
    if (leaves >> i & 1)
      slots[i] = leaf;
    else if (inner >> i & 1)
      slots[i] = TreeChild{.digest = leaf.path, .written = {1'000'000'007ULL * i}};
  }
  return slots;
}

}  // namespace

TEST_CASE("a node comes back from its bytes, and only under its digest", "[tree_node]") {
  CHECK(rc::check([](std::uint16_t leaves, std::uint16_t inner) {
    const TreeNode node(slots_of(leaves, inner));
    const auto bytes = node.encode();
    const auto back = TreeNode::decode(bytes, node.digest());
    RC_ASSERT(back.has_value());
    RC_ASSERT(back->slots() == node.slots());
    RC_ASSERT(back->encode() == bytes);
    RC_ASSERT(!TreeNode::decode(bytes, blake3(bytes)));
  }));
}

TEST_CASE("bytes that are too short, too long or name a slot twice are no node", "[tree_node]") {
  const TreeNode node(slots_of(0x0f0f, 0x1010));
  auto bytes = node.encode();
  for (std::size_t size = 0; size < bytes.size(); ++size)
    CHECK_FALSE(TreeNode::decode(ByteView(bytes).first(size), node.digest()));
  bytes.push_back(0);
  CHECK_FALSE(TreeNode::decode(bytes, node.digest()));
  CHECK_FALSE(TreeNode::decode(Bytes{0, 1, 0, 1}, {}));
}

TEST_CASE("a changed node's digests are those of one made anew", "[tree_node]") {
  CHECK(rc::check([](std::uint16_t leaves, std::uint16_t inner, std::uint16_t touched, bool to_leaf) {
    const TreeNode before(slots_of(leaves, inner));
    auto slots = before.slots();
    for (std::uint8_t i = 0; i < 16; ++i)
      if (touched >> i & 1) {
        const TreeLeaf leaf{.path = blake3(Bytes{i, 9}), .value_hash = blake3(Bytes{9, i})};
        slots[i] = to_leaf ? std::optional<TreeNode::Slot>(leaf) : std::nullopt;
      }
    const TreeNode changed(slots, before, touched);
    const TreeNode anew(slots);
    for (unsigned place = 1; place < 32; ++place)
      RC_ASSERT(changed.digest_at(place) == anew.digest_at(place));
  }));
}

TEST_CASE("a node's key writes its prefix one nibble a byte", "[tree_node]") {
  NodeKey key{.written = {3}, .prefix = {}, .nibbles = 3};
  key.prefix.bytes[0] = 0xab;
  key.prefix.bytes[1] = 0xc0;
  CHECK(nibbles_of(key) == Bytes{0xa, 0xb, 0xc});
  CHECK(nibbles_of({}).empty());
}
