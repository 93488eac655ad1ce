#include "policies/state_tree/state_tree.hpp"

#include <algorithm>
#include <bit>
#include <utility>

#include "policies/check.hpp"
#include "policies/crypto/hash.hpp"

namespace mnrt::policies {
namespace {

constexpr Digest empty_digest{};

using MaybeSlot = std::optional<TreeNode::Slot>;

NodeKey below(const NodeKey& key, std::uint8_t nibble) {
  auto child = key;
  const auto shift = key.nibbles % 2 == 0 ? 4 : 0;
  auto& byte = child.prefix.bytes[key.nibbles / 2];
  byte = static_cast<std::uint8_t>(byte | nibble << shift);
  ++child.nibbles;
  return child;
}

// Calls `visit(nibble, items)` for each run of items whose paths have the same nibble at a place.
template <class Item, class Visit>
void for_each_nibble(std::span<const Item> items, unsigned place, Visit visit) {
  while (!items.empty()) {
    const auto nibble = nibble_at(items.front().path, place);
    const auto same = [&](const Item& item) { return nibble_at(item.path, place) == nibble; };
    const auto run = static_cast<std::size_t>(std::ranges::find_if_not(items, same) - items.begin());
    visit(nibble, items.first(run));
    items = items.subspan(run);
  }
}

// What is left of a subtree that was empty or a single leaf.
std::vector<TreeLeaf> merged(const TreeLeaf* old, std::span<const TreeUpdate> updates) {
  std::vector<TreeLeaf> leaves;
  leaves.reserve(updates.size() + 1);
  for (const auto& update : updates) {
    if (old != nullptr && old->path <= update.path) {
      if (old->path < update.path) leaves.push_back(*old);
      old = nullptr;
    }
    if (update.value_hash) leaves.push_back({.path = update.path, .value_hash = *update.value_hash});
  }
  if (old != nullptr) leaves.push_back(*old);
  return leaves;
}

class Update {
 public:
  Update(const NodeReader& store, NodeCache& cache, Height height)
      : store_(store), cache_(cache), height_(height) {}

  std::expected<TreeChange, TreeError> run(const StateTreeRoot& root, std::span<const TreeUpdate> updates) {
    const NodeKey top{.written = root.written, .prefix = {}, .nibbles = 0};
    const bool was_empty = root.digest == empty_digest;
    const auto before = was_empty ? std::make_shared<const TreeNode>() : load(top, root.digest);
    if (before) change_.root = change_top(root, top, *before, was_empty, updates);
    if (error_) return std::unexpected(*error_);
    return std::move(change_);
  }

 private:
  // The top is a node even where it holds a single leaf, and nothing where it holds none.
  StateTreeRoot change_top(const StateTreeRoot& root, const NodeKey& top, const TreeNode& before,
                           bool was_empty, std::span<const TreeUpdate> updates) {
    auto slots = before.slots();
    const auto touched = change_slots(slots, top, updates);
    if (touched == 0) return root;
    if (!was_empty) change_.stale.push_back(top);
    if (std::ranges::none_of(slots, [](const auto& slot) { return slot.has_value(); })) return {};
    const auto child = write(top, TreeNode(slots, before, touched));
    return {.digest = child.digest, .written = child.written};
  }

  // The bits of the slots that became others.
  std::uint16_t change_slots(TreeNode::Slots& slots, const NodeKey& key,
                             std::span<const TreeUpdate> updates) {
    std::uint16_t touched = 0;
    for_each_nibble(updates, key.nibbles, [&](std::uint8_t nibble, std::span<const TreeUpdate> some) {
      auto changed = change_slot(slots[nibble], below(key, nibble), some);
      if (changed == slots[nibble]) return;
      slots[nibble] = std::move(changed);
      touched = static_cast<std::uint16_t>(touched | 1U << nibble);
    });
    return touched;
  }

  MaybeSlot change_slot(const MaybeSlot& slot, NodeKey key, std::span<const TreeUpdate> updates) {
    const auto* child = slot ? std::get_if<TreeChild>(&*slot) : nullptr;
    if (child == nullptr) {
      const auto* leaf = slot ? std::get_if<TreeLeaf>(&*slot) : nullptr;
      if (updates.size() == 1 &&
          (leaf == nullptr || leaf->path == updates[0].path)) {  // most: no list needed
        if (!updates[0].value_hash) return std::nullopt;
        return TreeLeaf{.path = updates[0].path, .value_hash = *updates[0].value_hash};
      }
      return build(key, merged(leaf, updates));
    }
    key.written = child->written;
    const auto before = load(key, child->digest);
    if (!before) return slot;
    auto slots = before->slots();
    const auto touched = change_slots(slots, key, updates);
    if (touched == 0) return slot;
    change_.stale.push_back(key);
    const auto is_occupied = [](const MaybeSlot& one) { return one.has_value(); };
    const auto occupied = std::ranges::count_if(slots, is_occupied);
    if (occupied == 0) return std::nullopt;
    if (occupied == 1)
      if (const auto& last = *std::ranges::find_if(slots, is_occupied);
          std::holds_alternative<TreeLeaf>(*last))
        return last;
    return write(key, TreeNode(slots, *before, touched));
  }

  // A subtree of leaves that stood nowhere before.
  MaybeSlot build(const NodeKey& key, std::span<const TreeLeaf> leaves) {
    if (leaves.empty()) return std::nullopt;
    if (leaves.size() == 1) return leaves.front();
    TreeNode::Slots slots;
    for_each_nibble(leaves, key.nibbles, [&](std::uint8_t nibble, std::span<const TreeLeaf> some) {
      slots[nibble] = build(below(key, nibble), some);
    });
    return write(key, TreeNode(slots));
  }

  TreeChild write(NodeKey key, TreeNode node) {
    key.written = height_;
    const auto digest = node.digest();
    change_.written.push_back({.key = key, .node = std::make_shared<const TreeNode>(std::move(node))});
    return {.digest = digest, .written = height_};
  }

  std::shared_ptr<const TreeNode> load(const NodeKey& key, const Digest& expected) {
    if (auto cached = cache_.find(key); cached && cached->digest() == expected) return cached;
    const auto bytes = store_.read(key);
    auto node = bytes ? TreeNode::decode(*bytes, expected) : std::nullopt;
    if (!node) {
      error_ = bytes ? TreeError::node_damaged : TreeError::node_missing;
      return nullptr;
    }
    auto shared = std::make_shared<const TreeNode>(*std::move(node));
    cache_.put(key, shared);
    return shared;
  }

  const NodeReader& store_;
  NodeCache& cache_;
  Height height_;
  TreeChange change_;
  std::optional<TreeError> error_;
};

}  // namespace

Digest state_path(ByteView raw_key) {
  const auto tag = tag_of(Domain::state_path);
  Bytes input(tag.begin(), tag.end());
  input.reserve(tag.size() + 1 + raw_key.size());
  input.push_back(0);
  input.insert(input.end(), raw_key.begin(), raw_key.end());
  return blake3(input);
}

Digest state_value_hash(ByteView value) {
  return blake3(value);
}

std::expected<TreeChange, TreeError> update_state_tree(const NodeReader& store, NodeCache& cache,
                                                       const StateTreeRoot& root, Height height,
                                                       std::span<const TreeUpdate> updates) {
  const auto out_of_order = [](const TreeUpdate& a, const TreeUpdate& b) { return a.path >= b.path; };
  MNRT_CHECK(std::ranges::adjacent_find(updates, out_of_order) == updates.end());
  MNRT_CHECK(root.digest == empty_digest || root.written < height);
  return Update(store, cache, height).run(root, updates);
}

}  // namespace mnrt::policies
