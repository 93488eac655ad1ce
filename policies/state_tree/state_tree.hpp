#pragma once

#include <expected>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "policies/bytes.hpp"
#include "policies/digest.hpp"
#include "policies/height.hpp"
#include "policies/state_tree/node_cache.hpp"
#include "policies/state_tree/tree_node.hpp"

namespace mnrt::policies {

/// Where a row stands in the tree: BLAKE3(`mnrt state path v1` ‖ 0x00 ‖ raw key). The same on every chain:
/// the root is bound to its chain by the header.
Digest state_path(ByteView raw_key);

/// BLAKE3 of a row's canonical encoding.
Digest state_value_hash(ByteView value);

/// A version of the tree: what a header commits to, and the height whose block wrote its topmost node.
struct StateTreeRoot {
  Digest digest;   ///< zeros: the tree is empty
  Height written;  ///< of a tree that isn't empty
  friend bool operator==(const StateTreeRoot&, const StateTreeRoot&) = default;
};

/// A row that is new, has another value, or (nothing) goes.
struct TreeUpdate {
  Digest path;
  std::optional<Digest> value_hash;
};

/// The stored nodes.
class NodeReader {
 public:
  virtual ~NodeReader() = default;
  /// A node's bytes, or nothing if there is none under that key.
  virtual std::optional<Bytes> read(const NodeKey& key) const = 0;
};

/// The stored tree is not what its root says. Nothing can be computed from it: repair or re-sync the
/// database.
enum class TreeError : std::uint8_t {
  node_missing,
  node_damaged,  ///< doesn't decode, or its digest isn't what its parent says
};

struct WrittenNode {
  NodeKey key;
  std::shared_ptr<const TreeNode> node;  ///< `encode()` is the row's value
};

/// What a block does to the stored tree.
struct TreeChange {
  StateTreeRoot root;
  std::vector<WrittenNode> written;  ///< all under the block's height, children before parents
  std::vector<NodeKey> stale;        ///< nodes that only older versions need
};

/// The tree after a block. Its root depends on the rows alone, not on the order in which they came and went.
/// `updates`: sorted by path, each path once. `height`: above every height that wrote the tree. Reads nodes
/// through the cache and keeps there what it read, never what it writes (NodeCache::apply).
std::expected<TreeChange, TreeError> update_state_tree(const NodeReader& store, NodeCache& cache,
                                                       const StateTreeRoot& root, Height height,
                                                       std::span<const TreeUpdate> updates);

}  // namespace mnrt::policies
