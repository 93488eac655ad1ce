#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "policies/state_tree/tree_node.hpp"

namespace mnrt::policies {

struct TreeChange;

/// Nodes of the stored tree, the least recently used first out when they take more than their budget. What it
/// holds depends on the calls alone. For one thread.
class NodeCache {
 public:
  /// `bytes_max` counts nodes and bookkeeping; 0 keeps nothing.
  explicit NodeCache(std::size_t bytes_max);

  /// The node, or null.
  std::shared_ptr<const TreeNode> find(const NodeKey& key);
  void put(const NodeKey& key, std::shared_ptr<const TreeNode> node);
  void erase(const NodeKey& key);

  /// Takes in what a block wrote and drops what it replaced. Call it once the block is stored: candidates of
  /// one height write different nodes under the same keys.
  void apply(const TreeChange& change);

  std::size_t bytes() const { return bytes_; }
  std::size_t size() const { return used_; }

 private:
  // Entries live in one array and refer to each other by index: a chain a bucket, and the order of use. A
  // standard ordered map would cost as much to search as the hashing that it saves.
  struct Entry {
    NodeKey key;
    std::shared_ptr<const TreeNode> node;
    std::uint32_t in_bucket{};  ///< next of the same bucket, or of the free list
    std::uint32_t older{};
    std::uint32_t newer{};
  };

  std::uint32_t* link_to(const NodeKey& key);
  void unlink(std::uint32_t index);
  void link_newest(std::uint32_t index);
  void drop(std::uint32_t* link);
  void grow();

  std::size_t bytes_max_;
  std::size_t bytes_{};
  std::size_t used_{};
  std::vector<Entry> entries_;
  std::vector<std::uint32_t> buckets_;  ///< a power of two of them
  std::uint32_t free_;
  std::uint32_t newest_;
  std::uint32_t oldest_;
};

}  // namespace mnrt::policies
