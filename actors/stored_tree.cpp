#include "actors/stored_tree.hpp"

#include <algorithm>
#include <utility>

#include "actors/damage.hpp"
#include "messages/keys.hpp"
#include "messages/tree_updates_codec.hpp"

namespace mnrt::actors {
namespace {

using messages::Table;
using policies::Bytes;
using policies::Height;

Bytes node_key(const policies::NodeKey& key) {
  return messages::tree_node_key(key.written, policies::nibbles_of(key));
}

Bytes bytes_of(const policies::Digest& digest) {
  return {digest.bytes.begin(), digest.bytes.end()};
}

std::unexpected<StoreError> corrupted(std::string_view what) {
  return std::unexpected(StoreError{StoreError::Kind::corrupted,
                                    std::string{what} + ": restore a backup of the data directory"});
}

Read<policies::StateTreeRoot> stored_root(const Snapshot& snapshot) {
  auto bytes = snapshot.get(Table::meta, messages::meta_tree_root_key());
  if (!bytes) return std::unexpected(bytes.error());
  constexpr std::size_t digest_bytes = sizeof(policies::Digest::bytes);
  if (!*bytes || (*bytes)->size() != digest_bytes + sizeof(std::uint64_t))
    return corrupted("The database has no root of the state tree");
  policies::StateTreeRoot root;
  std::copy_n((*bytes)->begin(), digest_bytes, root.digest.bytes.begin());
  const auto written = messages::decode_number(policies::ByteView{**bytes}.subspan(digest_bytes));
  root.written = {written.value()};
  return root;
}

}  // namespace

std::optional<Bytes> StoredNodes::read(const policies::NodeKey& key) const {
  auto bytes = snapshot_->get(Table::tree, node_key(key));
  if (!bytes) throw_error(bytes.error());
  return std::move(*bytes);
}

Read<TreeAtTip> tree_at_tip(const std::shared_ptr<const Snapshot>& snapshot, policies::NodeCache& cache) try {
  auto root = stored_root(*snapshot);
  if (!root) return std::unexpected(root.error());
  TreeAtTip tree{.root = *root};
  const TreeWriting bounds;
  const auto from = messages::tree_updates_key({});
  const auto found = snapshot->scan(
      Table::tree, from, messages::after_prefix(policies::ByteView{from}.first(1)), bounds.blocks_max + 1);
  if (!found) return std::unexpected(found.error());
  const StoredNodes stored(snapshot);
  for (const auto& [key, value] : *found) {
    const auto height = messages::height_of_tree_updates_key(key);
    const auto updates = messages::decode_tree_updates(value);
    if (!height || !updates) return corrupted("What a block changed in the state tree is damaged");
    const auto change = policies::update_state_tree(policies::LayeredNodes{tree.unwritten, stored}, cache,
                                                    tree.root, *height, *updates);
    if (!change) return corrupted("The state tree is damaged");
    tree.unwritten.apply(*change);
    cache.apply(*change);
    tree.root = change->root;
    tree.unwritten_heights.push_back(*height);
    tree.unwritten_updates += updates->size();
  }
  const LedgerView ledger{snapshot};
  const auto height = ledger.tip();
  if (!height) return std::unexpected(height.error());
  if (!*height || (*height)->value == 0) return tree;
  const auto header = ledger.header(**height);
  if (!header) return std::unexpected(header.error());
  if (*header && (*header)->header.state_root != tree.root.digest)
    return corrupted("The state tree isn't that of the last block");
  return tree;
} catch (const Damaged& damage) {
  return std::unexpected(StoreError{StoreError::Kind::corrupted, damage.what()});
}

bool writes_nodes(const TreeWriting& writing, const TreeAtTip& tip, const policies::TreeChange& change,
                  std::size_t updates) {
  return tip.unwritten.size() + change.written.size() <= writing.few_nodes ||
         tip.unwritten_updates + updates > writing.updates_max ||
         tip.unwritten_heights.size() + 1 > writing.blocks_max;
}

void add_tree_rows(const policies::TreeChange& tree, Height height,
                   const std::vector<Height>& unwritten_heights, messages::Batch& rows) {
  for (const auto& [key, node] : tree.written) rows.push_back({Table::tree, node_key(key), node->encode()});
  for (const auto& key : tree.stale)
    rows.push_back(
        {Table::tree, messages::tree_stale_key(height, key.written, policies::nibbles_of(key)), Bytes{}});
  for (const auto& unwritten : unwritten_heights)
    rows.push_back({Table::tree, messages::tree_updates_key(unwritten), std::nullopt});
  auto root = bytes_of(tree.root.digest);
  const auto written = messages::encode_number(tree.root.written.value);
  root.insert(root.end(), written.begin(), written.end());
  rows.push_back({Table::meta, messages::meta_tree_root_key(), std::move(root)});
}

void add_tree_updates(const std::vector<policies::TreeUpdate>& updates, Height height,
                      messages::Batch& rows) {
  rows.push_back({Table::tree, messages::tree_updates_key(height), messages::encode_tree_updates(updates)});
}

}  // namespace mnrt::actors
