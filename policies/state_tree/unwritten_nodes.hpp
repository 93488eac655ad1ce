#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <vector>

#include "policies/state_tree/state_tree.hpp"

namespace mnrt::policies {

/// Nodes of the newest versions of the tree that the store doesn't have yet. Storing every version would
/// write nodes that the next block replaces: here they vanish, and what is stored in the end is the
/// difference of two versions.
class UnwrittenNodes {
 public:
  /// A version more. Its change was computed on the one before.
  void apply(const TreeChange& change);

  /// The node; null where it isn't one of these.
  std::shared_ptr<const TreeNode> find(const NodeKey& key) const;

  /// From the stored version to the newest: children before parents need not hold. Empties this.
  TreeChange take();

  bool empty() const { return nodes_.empty() && stale_.empty(); }
  std::size_t size() const { return nodes_.size(); }

 private:
  StateTreeRoot root_;
  std::map<NodeKey, std::shared_ptr<const TreeNode>> nodes_;
  std::vector<NodeKey> stale_;  ///< stored ones
};

/// The newest version's nodes: those that aren't stored yet before those that are. Neither is owned.
class LayeredNodes final : public NodeReader {
 public:
  LayeredNodes(const UnwrittenNodes& unwritten, const NodeReader& stored)
      : unwritten_(unwritten), stored_(stored) {}
  std::optional<Bytes> read(const NodeKey& key) const override;

 private:
  const UnwrittenNodes& unwritten_;
  const NodeReader& stored_;
};

}  // namespace mnrt::policies
