#include "policies/state_tree/tree_node.hpp"

#include <algorithm>
#include <bit>

#include "policies/crypto/hash.hpp"

namespace mnrt::policies {
namespace {

constexpr Digest empty_digest{};

// With fewer subtrees than this, keeping the hashes between costs more memory than computing them again costs
// time.
constexpr int dense_slots_min = 5;

Digest tagged_digest(std::uint8_t tag, const Digest& first, const Digest& second) {
  std::array<std::uint8_t, 65> input;
  input[0] = tag;
  std::ranges::copy(first.bytes, input.begin() + 1);
  std::ranges::copy(second.bytes, input.begin() + 33);
  return blake3(input);
}

// The slots below a place, one bit each.
constexpr std::uint16_t mask_of(unsigned place) {
  const auto level = std::bit_width(place) - 1;
  const auto width = 16U >> level;
  return static_cast<std::uint16_t>(((1U << width) - 1) << (place - (1U << level)) * width);
}

static_assert(mask_of(1) == 0xffff && mask_of(2) == 0x00ff && mask_of(31) == 0x8000);

void put(Bytes& bytes, ByteView more) {
  bytes.insert(bytes.end(), more.begin(), more.end());
}

void put_mask(Bytes& bytes, std::uint16_t mask) {
  bytes.push_back(static_cast<std::uint8_t>(mask >> 8));
  bytes.push_back(static_cast<std::uint8_t>(mask));
}

void put_height(Bytes& bytes, Height height) {
  for (int shift = 56; shift >= 0; shift -= 8)
    bytes.push_back(static_cast<std::uint8_t>(height.value >> shift));
}

// Takes what it is asked for from the front; the caller has checked the length.
struct Taker {
  ByteView rest;

  std::uint64_t number(std::size_t size) {
    std::uint64_t value = 0;
    for (const auto byte : rest.first(size)) value = value << 8 | byte;
    rest = rest.subspan(size);
    return value;
  }

  Digest digest() {
    Digest digest;
    std::ranges::copy(rest.first(digest.bytes.size()), digest.bytes.begin());
    rest = rest.subspan(digest.bytes.size());
    return digest;
  }
};

}  // namespace

Digest leaf_digest(const TreeLeaf& leaf) {
  return tagged_digest(0x00, leaf.path, leaf.value_hash);
}

Digest inner_digest(const Digest& left, const Digest& right) {
  return tagged_digest(0x01, left, right);
}

Bytes nibbles_of(const NodeKey& key) {
  Bytes nibbles(key.nibbles);
  for (unsigned i = 0; i < key.nibbles; ++i) nibbles[i] = nibble_at(key.prefix, i);
  return nibbles;
}

TreeNode::TreeNode(const Slots& slots) : TreeNode(slots, TreeNode{}, 0xffff) {}

TreeNode::TreeNode(const Slots& slots, const TreeNode& before, std::uint16_t touched) {
  for (unsigned i = 0; i < slots.size(); ++i)
    if (slots[i]) occupied_ = static_cast<std::uint16_t>(occupied_ | 1U << i);
  slots_.reserve(static_cast<std::size_t>(std::popcount(occupied_)));
  for (const auto& slot : slots)
    if (slot) slots_.push_back(*slot);
  compute_sums(before.sums_.size() == 16 ? &before : nullptr, touched);
}

void TreeNode::compute_sums(const TreeNode* before, std::uint16_t touched) {
  std::array<Digest, 32> all{};
  std::size_t next = 0;
  for (unsigned i = 0; i < 16; ++i)
    if (occupied_ >> i & 1) all[16 + i] = slots_[next++].digest;
  for (unsigned place = 15; place >= 1; --place) {
    const auto below = static_cast<std::uint16_t>(mask_of(place) & occupied_);
    if (below == 0) continue;
    if (before != nullptr && (mask_of(place) & touched) == 0) {
      all[place] = before->sums_[place];
    } else if (const auto* leaf = only_leaf_at(place); leaf != nullptr) {
      all[place] = all[16 + static_cast<unsigned>(std::countr_zero(below))];
    } else {
      all[place] = inner_digest(all[2 * place], all[2 * place + 1]);
    }
  }
  sums_.assign(all.begin(), all.begin() + (std::popcount(occupied_) >= dense_slots_min ? 16 : 2));
}

Bytes TreeNode::encode() const {
  std::uint16_t leaf_mask = 0;
  for (std::uint8_t i = 0; i < 16; ++i)
    if (const auto* one = slot(i); one != nullptr && one->leaf() != nullptr)
      leaf_mask = static_cast<std::uint16_t>(leaf_mask | 1U << i);
  Bytes bytes;
  bytes.reserve(4 + slots_.size() * 64);
  put_mask(bytes, static_cast<std::uint16_t>(occupied_ & ~leaf_mask));
  put_mask(bytes, leaf_mask);
  for (const auto& one : slots_) {
    if (const auto* leaf = one.leaf()) {
      put(bytes, leaf->path.bytes);
      put(bytes, leaf->value_hash.bytes);
    } else {
      put(bytes, one.digest.bytes);
      put_height(bytes, std::get<Height>(one.content));
    }
  }
  return bytes;
}

std::optional<TreeNode> TreeNode::decode(ByteView bytes, const Digest& expected) {
  if (bytes.size() < 4) return std::nullopt;
  Taker taker{bytes};
  const auto inner_mask = static_cast<std::uint16_t>(taker.number(2));
  const auto leaf_mask = static_cast<std::uint16_t>(taker.number(2));
  if ((inner_mask & leaf_mask) != 0) return std::nullopt;
  const auto size = static_cast<std::size_t>(std::popcount(inner_mask) * 40 + std::popcount(leaf_mask) * 64);
  if (taker.rest.size() != size) return std::nullopt;

  Slots slots;
  for (unsigned i = 0; i < 16; ++i) {
    if (leaf_mask >> i & 1) {
      TreeLeaf leaf;
      leaf.path = taker.digest();
      leaf.value_hash = taker.digest();
      slots[i] = Slot{.digest = leaf_digest(leaf), .content = leaf};
    } else if (inner_mask >> i & 1) {
      const auto digest = taker.digest();
      slots[i] = Slot{.digest = digest, .content = Height{taker.number(8)}};
    }
  }
  TreeNode node(slots);
  if (node.digest() != expected) return std::nullopt;
  return node;
}

TreeNode::Slots TreeNode::slots() const {
  Slots all;
  std::size_t next = 0;
  for (unsigned i = 0; i < 16; ++i)
    if (occupied_ >> i & 1) all[i] = slots_[next++];
  return all;
}

const TreeNode::Slot* TreeNode::slot(std::uint8_t nibble) const {
  if ((occupied_ >> nibble & 1) == 0) return nullptr;
  return &slots_[static_cast<std::size_t>(std::popcount(occupied_ & ((1U << nibble) - 1)))];
}

unsigned TreeNode::occupied_at(unsigned place) const {
  return static_cast<unsigned>(std::popcount(static_cast<unsigned>(occupied_ & mask_of(place))));
}

const TreeLeaf* TreeNode::only_leaf_at(unsigned place) const {
  const auto below = static_cast<std::uint16_t>(mask_of(place) & occupied_);
  if (std::popcount(below) != 1) return nullptr;
  return slot(static_cast<std::uint8_t>(std::countr_zero(below)))->leaf();
}

Digest TreeNode::digest_at(unsigned place) const {
  if (place < sums_.size()) return sums_[place];
  if (place >= 16) {
    const auto* one = slot(static_cast<std::uint8_t>(place - 16));
    return one == nullptr ? empty_digest : one->digest;
  }
  if (occupied_at(place) == 0) return empty_digest;
  if (const auto* leaf = only_leaf_at(place)) return leaf_digest(*leaf);
  return inner_digest(digest_at(2 * place), digest_at(2 * place + 1));
}

std::size_t TreeNode::bytes() const {
  return sizeof(TreeNode) + slots_.capacity() * sizeof(Slot) + sums_.capacity() * sizeof(Digest);
}

}  // namespace mnrt::policies
