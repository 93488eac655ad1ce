#include "policies/state_tree/state_tree.hpp"

#include <rapidcheck.h>
#include <catch2/catch.hpp>

#include <algorithm>

#include "policies/crypto/hash.hpp"
#include "tests/policies/state_tree/naive_tree.hpp"

using namespace mnrt::policies;
using namespace mnrt::policies::testing;

namespace {

using Changes = std::map<Digest, std::optional<Digest>>;

Digest value(std::uint8_t n) {
  return blake3(Bytes{n});
}

// Paths that share long beginnings are what a tree gets wrong; digests of counters never do. So: few bytes
// set.
Digest crowded_path(std::uint8_t a, std::uint8_t b, std::uint8_t c) {
  Digest path;
  path.bytes[0] = a & 3;
  path.bytes[7] = b & 3;
  path.bytes[31] = c & 7;
  return path;
}

rc::Gen<Digest> any_path() {
  return rc::gen::oneOf(
      rc::gen::construct<Digest>(rc::gen::arbitrary<std::array<std::uint8_t, 32>>()),
      rc::gen::apply(crowded_path, rc::gen::arbitrary<std::uint8_t>(), rc::gen::arbitrary<std::uint8_t>(),
                     rc::gen::arbitrary<std::uint8_t>()));
}

void apply_to(Rows& rows, const Changes& changes) {
  for (const auto& [path, hash] : changes) {
    if (hash)
      rows[path] = *hash;
    else
      rows.erase(path);
  }
}

// Blocks of changes; deletions aim at rows that exist as well as at ones that don't.
std::vector<Changes> any_blocks() {
  std::vector<Changes> blocks;
  std::vector<Digest> known;
  const auto count = *rc::gen::inRange<std::size_t>(1, 8);
  for (std::size_t b = 0; b < count; ++b) {
    Changes changes;
    const auto size = *rc::gen::inRange<std::size_t>(0, 30);
    for (std::size_t i = 0; i < size; ++i) {
      const bool old = !known.empty() && *rc::gen::arbitrary<bool>();
      const auto path = old ? known[*rc::gen::inRange<std::size_t>(0, known.size())] : *any_path();
      const bool erase = *rc::gen::inRange(0, 3) == 0;
      changes[path] = erase ? std::nullopt : std::optional(value(*rc::gen::arbitrary<std::uint8_t>()));
      known.push_back(path);
    }
    blocks.push_back(std::move(changes));
  }
  return blocks;
}

}  // namespace

TEST_CASE("an empty tree's root is zeros, one row's root is its leaf", "[state_tree]") {
  Tree tree;
  tree.change({});
  CHECK(tree.root == StateTreeRoot{});
  const auto path = state_path(Bytes{1});
  tree.change({{path, value(1)}});
  CHECK(tree.root.digest == leaf_digest({.path = path, .value_hash = value(1)}));
  tree.change({{path, std::nullopt}});
  CHECK(tree.root == StateTreeRoot{});
  CHECK(tree.shelf.nodes.empty());
}

TEST_CASE("every version's root is the definition's, whatever came and went", "[state_tree]") {
  CHECK(rc::check([] {
    Tree tree;
    Rows rows;
    for (const auto& changes : any_blocks()) {
      tree.change(changes);
      apply_to(rows, changes);
      RC_ASSERT(tree.root.digest == naive_root(rows));
    }
  }));
}

TEST_CASE("the root and the stored nodes depend on the rows, not on their history", "[state_tree]") {
  CHECK(rc::check([] {
    Tree winding;
    Rows rows;
    for (const auto& changes : any_blocks()) {
      winding.change(changes);
      apply_to(rows, changes);
    }
    Tree straight;
    straight.change({rows.begin(), rows.end()});
    RC_ASSERT(straight.root.digest == winding.root.digest);
    // Deleting rows left no more nodes than never having had them: collapsed subtrees don't linger.
    RC_ASSERT(straight.shelf.nodes.size() == winding.shelf.nodes.size());
  }));
}

TEST_CASE("a tree without a cache computes the same", "[state_tree]") {
  CHECK(rc::check([] {
    Tree cached;
    Tree bare(0);
    for (const auto& changes : any_blocks()) {
      cached.change(changes);
      bare.change(changes);
      RC_ASSERT(cached.root == bare.root);
      RC_ASSERT(cached.shelf.nodes == bare.shelf.nodes);
      RC_ASSERT(bare.cache.bytes() == 0U);
    }
  }));
}

TEST_CASE("without pruning every old version stays readable", "[state_tree]") {
  Tree tree;
  tree.prune = false;
  std::vector<std::pair<StateTreeRoot, Rows>> versions;
  Rows rows;
  for (std::uint8_t i = 0; i < 60; ++i) {
    Changes changes{{state_path(Bytes{i}), value(i)}};
    if (i % 3 == 2) changes[state_path(Bytes{static_cast<std::uint8_t>(i / 2)})] = std::nullopt;
    tree.change(changes);
    apply_to(rows, changes);
    versions.emplace_back(tree.root, rows);
  }
  for (const auto& [root, held] : versions) {
    NodeCache cache(0);
    const Changes touch_all = [&] {
      Changes all;
      for (const auto& [path, hash] : held) all[path] = value(200);
      return all;
    }();
    std::vector<TreeUpdate> updates;
    for (const auto& [path, hash] : touch_all) updates.push_back({.path = path, .value_hash = hash});
    Rows expected;
    for (const auto& [path, hash] : held) expected[path] = value(200);
    const auto change = update_state_tree(tree.shelf, cache, root, Height{1'000}, updates);
    REQUIRE(change);
    CHECK(change->root.digest == naive_root(expected));
  }
}

TEST_CASE("a row that gets the value it has changes nothing", "[state_tree]") {
  Tree tree;
  Changes changes;
  for (std::uint8_t i = 0; i < 100; ++i) changes[state_path(Bytes{i})] = value(i);
  tree.change(changes);
  std::vector<TreeUpdate> updates;
  for (const auto& [path, hash] : changes) updates.push_back({.path = path, .value_hash = hash});
  const auto again = update_state_tree(tree.shelf, tree.cache, tree.root, Height{9}, updates);
  REQUIRE(again);
  CHECK(again->root == tree.root);
  CHECK(again->written.empty());
  CHECK(again->stale.empty());
}

TEST_CASE("two candidates of one height leave the cache as it was", "[state_tree]") {
  Tree tree;
  for (std::uint8_t i = 0; i < 50; ++i) tree.change({{state_path(Bytes{i}), value(i)}});
  const auto candidate = [&](std::uint8_t seed) {
    const std::vector<TreeUpdate> updates{{.path = state_path(Bytes{7}), .value_hash = value(seed)}};
    return update_state_tree(tree.shelf, tree.cache, tree.root, next(tree.height), updates);
  };
  const auto first = candidate(101);
  const auto second = candidate(102);
  REQUIRE((first && second));
  CHECK(first->root.digest != second->root.digest);
  CHECK(candidate(101)->root == first->root);

  tree.shelf.apply(*second, true);
  tree.cache.apply(*second);
  tree.root = second->root;
  tree.height = next(tree.height);
  Rows rows;
  for (std::uint8_t i = 0; i < 50; ++i) rows[state_path(Bytes{i})] = value(i);
  rows[state_path(Bytes{7})] = value(103);
  tree.change({{state_path(Bytes{7}), value(103)}});
  CHECK(tree.root.digest == naive_root(rows));
}

TEST_CASE("a missing and a damaged node are told apart, and any flipped bit is noticed", "[state_tree]") {
  Tree tree(0);
  for (std::uint8_t i = 0; i < 40; ++i) tree.change({{state_path(Bytes{i}), value(i)}});
  const auto update_of = [&](std::uint8_t i) {
    const std::vector<TreeUpdate> updates{{.path = state_path(Bytes{i}), .value_hash = value(99)}};
    return update_state_tree(tree.shelf, tree.cache, tree.root, next(tree.height), updates);
  };
  const NodeKey top{.written = tree.root.written, .prefix = {}, .nibbles = 0};
  const auto good = tree.shelf.nodes.at(top);
  tree.shelf.nodes.erase(top);
  CHECK(update_of(1).error() == TreeError::node_missing);

  for (std::size_t bit = 0; bit < good.size() * 8; ++bit) {
    auto bent = good;
    bent[bit / 8] = static_cast<std::uint8_t>(bent[bit / 8] ^ 1 << bit % 8);
    tree.shelf.nodes[top] = bent;
    // A child's height isn't hashed: a wrong one leads to no node, or to one with another digest.
    for (std::uint8_t i = 0; i < 40; ++i)
      if (const auto change = update_of(i); change) CHECK(change->stale.back() == top);
  }
  tree.shelf.nodes[top] = Bytes(good.begin(), good.end() - 1);
  CHECK(update_of(1).error() == TreeError::node_damaged);
  tree.shelf.nodes[top] = good;
  CHECK(update_of(1).has_value());
}

TEST_CASE("with its nodes cached a block reads nothing from the store", "[state_tree]") {
  Tree tree;
  Changes changes;
  for (std::uint8_t i = 0; i < 200; ++i) changes[state_path(Bytes{i})] = value(i);
  tree.change(changes);
  tree.shelf.reads = 0;
  for (std::uint8_t i = 0; i < 20; ++i) tree.change({{state_path(Bytes{i}), value(200)}});
  CHECK(tree.shelf.reads == 0);
}

TEST_CASE("paths and value hashes are laid out as documented", "[state_tree]") {
  Bytes input;
  for (const char c : std::string_view("mnrt state path v1")) input.push_back(static_cast<std::uint8_t>(c));
  input.insert(input.end(), {0, 7, 8, 9});
  CHECK(state_path(Bytes{7, 8, 9}) == blake3(input));
  CHECK(state_value_hash(Bytes{1, 2}) == blake3(Bytes{1, 2}));
}
