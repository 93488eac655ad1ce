#include "policies/state_tree/unwritten_nodes.hpp"

#include <utility>

namespace mnrt::policies {

void UnwrittenNodes::apply(const TreeChange& change) {
  root_ = change.root;
  for (const auto& key : change.stale)
    if (nodes_.erase(key) == 0) stale_.push_back(key);
  for (const auto& [key, node] : change.written) nodes_.emplace(key, node);
}

std::shared_ptr<const TreeNode> UnwrittenNodes::find(const NodeKey& key) const {
  const auto found = nodes_.find(key);
  return found == nodes_.end() ? nullptr : found->second;
}

TreeChange UnwrittenNodes::take() {
  TreeChange change{.root = root_, .written = {}, .stale = std::exchange(stale_, {})};
  change.written.reserve(nodes_.size());
  for (auto& [key, node] : nodes_) change.written.push_back({key, std::move(node)});
  nodes_.clear();
  return change;
}

std::optional<Bytes> LayeredNodes::read(const NodeKey& key) const {
  if (const auto node = unwritten_.find(key)) return node->encode();
  return stored_.read(key);
}

}  // namespace mnrt::policies
