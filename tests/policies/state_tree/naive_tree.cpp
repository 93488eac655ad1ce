#include "tests/policies/state_tree/naive_tree.hpp"

#include <catch2/catch.hpp>

#include <utility>

#include "policies/crypto/hash.hpp"

namespace mnrt::policies::testing {
namespace {

using List = std::vector<std::pair<Digest, Digest>>;

bool bit(const Digest& path, unsigned depth) {
  return (path.bytes[depth / 8] & (0x80 >> depth % 8)) != 0;
}

Digest hash(std::uint8_t tag, const Digest& a, const Digest& b) {
  Bytes bytes{tag};
  bytes.insert(bytes.end(), a.bytes.begin(), a.bytes.end());
  bytes.insert(bytes.end(), b.bytes.begin(), b.bytes.end());
  return blake3(bytes);
}

std::pair<List, List> split(const List& rows, unsigned depth) {
  std::pair<List, List> halves;
  for (const auto& row : rows) (bit(row.first, depth) ? halves.second : halves.first).push_back(row);
  return halves;
}

Digest root_of(const List& rows, unsigned depth) {
  if (rows.empty()) return {};
  if (rows.size() == 1) return hash(0, rows[0].first, rows[0].second);
  const auto [left, right] = split(rows, depth);
  return hash(1, root_of(left, depth + 1), root_of(right, depth + 1));
}

}  // namespace

Digest naive_root(const Rows& rows) {
  return root_of({rows.begin(), rows.end()}, 0);
}

std::vector<Digest> naive_siblings(const Rows& rows, const Digest& path) {
  std::vector<Digest> siblings;
  List here{rows.begin(), rows.end()};
  for (unsigned depth = 0; here.size() > 1; ++depth) {
    auto [left, right] = split(here, depth);
    if (bit(path, depth)) std::swap(left, right);
    siblings.push_back(root_of(right, depth + 1));
    here = left;
  }
  return siblings;
}

std::optional<Bytes> NodeShelf::read(const NodeKey& key) const {
  ++reads;
  const auto found = nodes.find(key);
  if (found == nodes.end()) return std::nullopt;
  return found->second;
}

void NodeShelf::apply(const TreeChange& change, bool prune) {
  for (const auto& written : change.written)
    REQUIRE(nodes.emplace(written.key, written.node->encode()).second);
  if (prune)
    for (const auto& key : change.stale) REQUIRE(nodes.erase(key) == 1);
}

void Tree::change(const std::map<Digest, std::optional<Digest>>& rows) {
  std::vector<TreeUpdate> updates;
  for (const auto& [path, value] : rows) updates.push_back({.path = path, .value_hash = value});
  const auto change = update_state_tree(shelf, cache, root, next(height), updates);
  REQUIRE(change);
  height = next(height);
  root = change->root;
  shelf.apply(*change, prune);
  cache.apply(*change);
}

}  // namespace mnrt::policies::testing
