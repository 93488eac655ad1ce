#pragma once

#include <map>
#include <optional>
#include <vector>

#include "policies/digest.hpp"
#include "policies/state_tree/state_tree.hpp"

namespace mnrt::policies::testing {

/// Rows by path: what a tree holds.
using Rows = std::map<Digest, Digest>;

/// The root of protocol.md's definition, one bit and one recursion at a time, with no stored node in sight.
Digest naive_root(const Rows& rows);

/// The siblings of a path, from the root down, by the same recursion.
std::vector<Digest> naive_siblings(const Rows& rows, const Digest& path);

/// Nodes in memory, kept and pruned as the store does it.
class NodeShelf final : public NodeReader {
 public:
  std::optional<Bytes> read(const NodeKey& key) const override;
  /// Stores what was written and, if asked, removes what is stale.
  void apply(const TreeChange& change, bool prune);

  std::map<NodeKey, Bytes> nodes;
  mutable std::size_t reads{};
};

/// A tree with its store and cache, driven by rows.
struct Tree {
  explicit Tree(std::size_t cache_bytes = 1 << 20) : cache(cache_bytes) {}
  void change(const std::map<Digest, std::optional<Digest>>& rows);

  NodeShelf shelf;
  NodeCache cache;
  StateTreeRoot root;
  Height height;
  bool prune{true};
};

}  // namespace mnrt::policies::testing
