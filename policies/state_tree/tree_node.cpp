#include "policies/state_tree/tree_node.hpp"

#include <algorithm>
#include <bit>

#include "policies/crypto/hash.hpp"

namespace mnrt::policies {
namespace {

constexpr Digest empty_digest{};

constexpr std::size_t masks_bytes = 4;
constexpr std::size_t child_bytes = 40;
constexpr std::size_t leaf_bytes = 64;
constexpr std::size_t digest_bytes = 32;

// Kept hashes, of places 1 to 7. Those of 8 to 15 are one hash away, and a node with fewer subtrees than
// `dense_slots_min` needs few: keeping more costs more memory than it saves time.
constexpr unsigned sums_end = 8;
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

std::size_t slots_bytes(std::uint16_t inner_mask, std::uint16_t leaf_mask) {
  return static_cast<std::size_t>(std::popcount(inner_mask)) * child_bytes +
         static_cast<std::size_t>(std::popcount(leaf_mask)) * leaf_bytes;
}

// Writes from the front of bytes that are there.
struct Putter {
  std::uint8_t* place;

  void number(std::uint64_t value, int size) {
    for (int shift = 8 * (size - 1); shift >= 0; shift -= 8)
      *place++ = static_cast<std::uint8_t>(value >> shift);
  }
  void digest(const Digest& digest) { place = std::ranges::copy(digest.bytes, place).out; }
};

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

  TreeLeaf leaf() {
    const auto path = digest();
    return {.path = path, .value_hash = digest()};
  }

  TreeChild child() {
    const auto of_child = digest();
    return {.digest = of_child, .written = {number(8)}};
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

namespace {

// The hashes of a node that is being made.
class Sums {
 public:
  // `before`: a node that keeps its sums, of which only the touched slots are others; or null.
  Sums(const TreeNode::Slots& slots, std::uint16_t occupied, const TreeNode* before, std::uint16_t touched)
      : slots_(slots), occupied_(occupied), before_(before), touched_(touched) {
    at_[1] = compute(1);
  }
  const Digest& at(unsigned place) const { return at_[place]; }

 private:
  Digest compute(unsigned place) {
    const auto digest = digest_of(place);
    if (place < sums_end) at_[place] = digest;
    return digest;
  }

  Digest digest_of(unsigned place) {
    const auto below = occupied_below(place);
    if (below == 0) return empty_digest;
    if (before_ != nullptr && (mask_of(place) & touched_) == 0) {
      if (place < sums_end) keep_below(place);
      return before_->digest_at(place);
    }
    if (std::has_single_bit(below)) {
      const auto slot = static_cast<unsigned>(std::countr_zero(below));
      const auto& only = *slots_[slot];
      if (const auto* leaf = std::get_if<TreeLeaf>(&only)) return lone_leaf(*leaf, slot);
      if (place >= 16) return std::get<TreeChild>(only).digest;
    }
    const auto left = compute(2 * place);
    return inner_digest(left, compute(2 * place + 1));
  }

  // Its digest is that of every place above its slot that holds nothing else.
  Digest lone_leaf(const TreeLeaf& leaf, unsigned slot) {
    const auto digest = leaf_digest(leaf);
    for (auto place = (16 + slot) / 2; place > 0 && std::has_single_bit(occupied_below(place)); place /= 2)
      if (place < sums_end) at_[place] = digest;
    return digest;
  }

  std::uint16_t occupied_below(unsigned place) const {
    return static_cast<std::uint16_t>(mask_of(place) & occupied_);
  }

  void keep_below(unsigned place) {
    for (const auto child : {2 * place, 2 * place + 1})
      if (child < sums_end) {
        at_[child] = before_->digest_at(child);
        keep_below(child);
      }
  }

  const TreeNode::Slots& slots_;
  std::uint16_t occupied_;
  const TreeNode* before_;
  std::uint16_t touched_;
  std::array<Digest, sums_end> at_{};
};

}  // namespace

TreeNode::TreeNode() : data_(masks_bytes + digest_bytes) {}

TreeNode::TreeNode(const Slots& slots) : TreeNode(slots, TreeNode{}, 0xffff) {}

TreeNode::TreeNode(const Slots& slots, const TreeNode& before, std::uint16_t touched) {
  for (unsigned i = 0; i < slots.size(); ++i) {
    if (!slots[i]) continue;
    auto& mask = std::holds_alternative<TreeLeaf>(*slots[i]) ? leaf_mask_ : inner_mask_;
    mask = static_cast<std::uint16_t>(mask | 1U << i);
  }
  const Sums sums(slots, occupied(), before.keeps_sums() ? &before : nullptr, touched);
  const unsigned kept_end = keeps_sums() ? sums_end : 2;
  data_.resize(masks_bytes + slots_bytes(inner_mask_, leaf_mask_) + (kept_end - 1) * digest_bytes);
  Putter putter{data_.data()};
  putter.number(inner_mask_, 2);
  putter.number(leaf_mask_, 2);
  for (const auto& slot : slots) {
    if (!slot) continue;
    if (const auto* leaf = std::get_if<TreeLeaf>(&*slot)) {
      putter.digest(leaf->path);
      putter.digest(leaf->value_hash);
    } else {
      putter.digest(std::get<TreeChild>(*slot).digest);
      putter.number(std::get<TreeChild>(*slot).written.value, 8);
    }
  }
  for (unsigned place = 1; place < kept_end; ++place) putter.digest(sums.at(place));
}

Bytes TreeNode::encode() const {
  const auto size = masks_bytes + slots_bytes(inner_mask_, leaf_mask_);
  return {data_.begin(), data_.begin() + static_cast<std::ptrdiff_t>(size)};
}

std::optional<TreeNode> TreeNode::decode(ByteView bytes, const Digest& expected) {
  if (bytes.size() < masks_bytes) return std::nullopt;
  Taker taker{bytes};
  const auto inner_mask = static_cast<std::uint16_t>(taker.number(2));
  const auto leaf_mask = static_cast<std::uint16_t>(taker.number(2));
  if ((inner_mask & leaf_mask) != 0 || taker.rest.size() != slots_bytes(inner_mask, leaf_mask))
    return std::nullopt;

  Slots slots;
  for (unsigned i = 0; i < 16; ++i) {
    if (leaf_mask >> i & 1)
      slots[i] = taker.leaf();
    else if (inner_mask >> i & 1)
      slots[i] = taker.child();
  }
  TreeNode node(slots);
  if (node.digest() != expected) return std::nullopt;
  return node;
}

std::optional<TreeNode::Slot> TreeNode::slot(std::uint8_t nibble) const {
  const auto before = static_cast<std::uint16_t>((1U << nibble) - 1);
  const auto offset = masks_bytes + slots_bytes(inner_mask_ & before, leaf_mask_ & before);
  Taker taker{ByteView(data_).subspan(offset)};
  if (leaf_mask_ >> nibble & 1) return taker.leaf();
  if (inner_mask_ >> nibble & 1) return taker.child();
  return std::nullopt;
}

TreeNode::Slots TreeNode::slots() const {
  Slots all;
  Taker taker{ByteView(data_).subspan(masks_bytes)};
  for (unsigned i = 0; i < 16; ++i) {
    if (leaf_mask_ >> i & 1)
      all[i] = taker.leaf();
    else if (inner_mask_ >> i & 1)
      all[i] = taker.child();
  }
  return all;
}

bool TreeNode::keeps_sums() const {
  return std::popcount(occupied()) >= dense_slots_min;
}

Digest TreeNode::sum(unsigned place) const {
  const auto offset = masks_bytes + slots_bytes(inner_mask_, leaf_mask_) + (place - 1) * digest_bytes;
  return Taker{ByteView(data_).subspan(offset)}.digest();
}

Digest TreeNode::digest() const {
  return sum(1);
}

Digest TreeNode::digest_at(unsigned place) const {
  if (place == 1 || (place < sums_end && keeps_sums())) return sum(place);
  if (occupied_at(place) == 0) return empty_digest;
  if (const auto leaf = only_leaf_at(place)) return leaf_digest(*leaf);
  if (place >= 16) return std::get<TreeChild>(*slot(static_cast<std::uint8_t>(place - 16))).digest;
  return inner_digest(digest_at(2 * place), digest_at(2 * place + 1));
}

unsigned TreeNode::occupied_at(unsigned place) const {
  return static_cast<unsigned>(std::popcount(static_cast<unsigned>(occupied() & mask_of(place))));
}

std::optional<TreeLeaf> TreeNode::only_leaf_at(unsigned place) const {
  const auto below = static_cast<std::uint16_t>(mask_of(place) & occupied());
  if (!std::has_single_bit(below) || (below & leaf_mask_) == 0) return std::nullopt;
  return std::get<TreeLeaf>(*slot(static_cast<std::uint8_t>(std::countr_zero(below))));
}

}  // namespace mnrt::policies
