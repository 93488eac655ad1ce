#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "actors/ledger_view.hpp"
#include "actors/ports.hpp"
#include "messages/row.hpp"
#include "policies/state_tree/node_cache.hpp"
#include "policies/state_tree/state_tree.hpp"
#include "policies/state_tree/unwritten_nodes.hpp"

// The state tree on the disk. Rows of the state are written with each block; the tree's nodes, which are many
// more bytes, with each block while they are few, else once for several blocks. What a block changed is kept
// beside, 65 bytes a row, so that the newest version can always be computed from the stored one.
// docs/formats.md, Disk.
namespace mnrt::actors {

/// Stored nodes in one snapshot. A node that is damaged throws `Damaged`.
class StoredNodes final : public policies::NodeReader {
 public:
  explicit StoredNodes(std::shared_ptr<const Snapshot> snapshot) : snapshot_(std::move(snapshot)) {}
  std::optional<policies::Bytes> read(const policies::NodeKey& key) const override;

 private:
  std::shared_ptr<const Snapshot> snapshot_;
};

/// The tree of the last final height.
struct TreeAtTip {
  policies::StateTreeRoot root;
  policies::UnwrittenNodes unwritten{};
  std::vector<policies::Height>
      unwritten_heights{};  ///< whose changes are stored beside the nodes; ascending
  std::size_t unwritten_updates{};
};

/// Computes it from the stored nodes and the changes beside them, through `cache`. `corrupted` where they
/// don't fit the header of the tip.
Read<TreeAtTip> tree_at_tip(const std::shared_ptr<const Snapshot>& snapshot, policies::NodeCache& cache);

/// When nodes are written.
struct TreeWriting {
  std::size_t few_nodes{512};  ///< no more than so many are written with their block
  std::size_t updates_max{
      16'384};  ///< of blocks whose nodes aren't written: bounds what a start computes again
  std::size_t blocks_max{64};
};

/// Whether the nodes of a block with this change are written with it.
bool writes_nodes(const TreeWriting& writing, const TreeAtTip& tip, const policies::TreeChange& change,
                  std::size_t updates);

/// The root, all nodes since the stored version, marks on those that only older ones need, and no changes
/// beside.
void add_tree_rows(const policies::TreeChange& tree, policies::Height height,
                   const std::vector<policies::Height>& unwritten_heights, messages::Batch& rows);
/// What the block changed, for a tree that isn't written yet.
void add_tree_updates(const std::vector<policies::TreeUpdate>& updates, policies::Height height,
                      messages::Batch& rows);

}  // namespace mnrt::actors
