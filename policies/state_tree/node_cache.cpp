#include "policies/state_tree/node_cache.hpp"

#include <cstring>
#include <limits>
#include <utility>

#include "policies/state_tree/state_tree.hpp"

namespace mnrt::policies {
namespace {

constexpr auto none = std::numeric_limits<std::uint32_t>::max();
constexpr std::size_t buckets_min = 64;

// splitmix64's last steps: prefixes have their bits at the high end and buckets are chosen by the low end.
std::uint64_t hash_of(const NodeKey& key) {
  std::uint64_t word = 0;
  for (std::size_t i = 0; i < 8; ++i) word = word << 8 | key.prefix.bytes[i];
  word ^= key.written.value * 0xc2b2ae3d27d4eb4fULL + key.nibbles;
  word = (word ^ word >> 30) * 0xbf58476d1ce4e5b9ULL;
  word = (word ^ word >> 27) * 0x94d049bb133111ebULL;
  return word ^ word >> 31;
}

}  // namespace

NodeCache::NodeCache(std::size_t bytes_max)
    : bytes_max_(bytes_max), buckets_(buckets_min, none), free_(none), newest_(none), oldest_(none) {}

std::uint32_t* NodeCache::link_to(const NodeKey& key) {
  auto* link = &buckets_[hash_of(key) & (buckets_.size() - 1)];
  while (*link != none && entries_[*link].key != key) link = &entries_[*link].in_bucket;
  return link;
}

void NodeCache::unlink(std::uint32_t index) {
  const auto& entry = entries_[index];
  (entry.newer == none ? newest_ : entries_[entry.newer].older) = entry.older;
  (entry.older == none ? oldest_ : entries_[entry.older].newer) = entry.newer;
}

void NodeCache::link_newest(std::uint32_t index) {
  auto& entry = entries_[index];
  entry.newer = none;
  entry.older = newest_;
  (newest_ == none ? oldest_ : entries_[newest_].newer) = index;
  newest_ = index;
}

void NodeCache::drop(std::uint32_t* link) {
  const auto index = *link;
  auto& entry = entries_[index];
  *link = entry.in_bucket;
  unlink(index);
  bytes_ -= sizeof(Entry) + entry.node->bytes();
  entry.node.reset();
  entry.in_bucket = std::exchange(free_, index);
  --used_;
}

void NodeCache::grow() {
  buckets_.assign(buckets_.size() * 2, none);
  for (auto index = newest_; index != none; index = entries_[index].older) {
    auto& bucket = buckets_[hash_of(entries_[index].key) & (buckets_.size() - 1)];
    entries_[index].in_bucket = std::exchange(bucket, index);
  }
}

std::shared_ptr<const TreeNode> NodeCache::find(const NodeKey& key) {
  const auto index = *link_to(key);
  if (index == none) return nullptr;
  unlink(index);
  link_newest(index);
  return entries_[index].node;
}

void NodeCache::put(const NodeKey& key, std::shared_ptr<const TreeNode> node) {
  erase(key);
  const auto size = sizeof(Entry) + node->bytes();
  if (size > bytes_max_) return;
  while (bytes_ + size > bytes_max_) drop(link_to(entries_[oldest_].key));

  if (used_ == buckets_.size()) grow();
  auto index = free_;
  if (index == none) {
    index = static_cast<std::uint32_t>(entries_.size());
    entries_.emplace_back();
  } else {
    free_ = entries_[index].in_bucket;
  }
  auto& bucket = buckets_[hash_of(key) & (buckets_.size() - 1)];
  entries_[index] = {.key = key, .node = std::move(node), .in_bucket = std::exchange(bucket, index)};
  link_newest(index);
  bytes_ += size;
  ++used_;
}

void NodeCache::erase(const NodeKey& key) {
  if (auto* link = link_to(key); *link != none) drop(link);
}

void NodeCache::apply(const TreeChange& change) {
  for (const auto& key : change.stale) erase(key);
  for (const auto& written : change.written) put(written.key, written.node);
}

}  // namespace mnrt::policies
