#include "policies/state_tree/unwritten_nodes.hpp"

#include <rapidcheck.h>
#include <catch2/catch.hpp>

#include "policies/crypto/hash.hpp"
#include "tests/policies/state_tree/naive_tree.hpp"

using namespace mnrt::policies;
using namespace mnrt::policies::testing;

namespace {

Digest digest_of(std::uint8_t number) {
  return blake3(Bytes{number});
}

// A tree whose nodes are stored now and then.
struct LazyTree {
  NodeShelf shelf;
  NodeCache cache{1 << 14};  // small: nodes that aren't stored must be found without it
  UnwrittenNodes unwritten;
  StateTreeRoot root;
  Height height;

  void change(const std::map<Digest, std::optional<Digest>>& rows) {
    std::vector<TreeUpdate> updates;
    for (const auto& [path, value] : rows) updates.push_back({.path = path, .value_hash = value});
    height = next(height);
    const auto change = update_state_tree(LayeredNodes{unwritten, shelf}, cache, root, height, updates);
    REQUIRE(change);
    root = change->root;
    unwritten.apply(*change);
    cache.apply(*change);
  }
};

}  // namespace

TEST_CASE("a tree stored now and then is the one stored with every block", "[unwritten_nodes]") {
  CHECK(rc::check([] {
    Tree eager;
    LazyTree lazy;
    const auto blocks = *rc::gen::inRange(1, 20);
    for (int block = 0; block < blocks; ++block) {
      std::map<Digest, std::optional<Digest>> rows;
      const auto size = *rc::gen::inRange(0, 25);
      for (int i = 0; i < size; ++i) {
        const bool erase = *rc::gen::inRange(0, 3) == 0;
        rows[digest_of(*rc::gen::inRange<std::uint8_t>(0, 60))] =
            erase ? std::nullopt : std::optional(digest_of(*rc::gen::arbitrary<std::uint8_t>()));
      }
      eager.change(rows);
      lazy.change(rows);
      RC_ASSERT(lazy.root == eager.root);
      if (*rc::gen::inRange(0, 4) == 0) lazy.shelf.apply(lazy.unwritten.take(), true);
    }
    lazy.shelf.apply(lazy.unwritten.take(), true);
    RC_ASSERT(lazy.unwritten.empty());
    RC_ASSERT(lazy.shelf.nodes == eager.shelf.nodes);
  }));
}

TEST_CASE("nodes that a later block replaces are never stored", "[unwritten_nodes]") {
  LazyTree lazy;
  lazy.change({{digest_of(1), digest_of(1)}});
  lazy.shelf.apply(lazy.unwritten.take(), true);
  for (std::uint8_t value = 2; value < 50; ++value) lazy.change({{digest_of(1), digest_of(value)}});
  const auto change = lazy.unwritten.take();
  CHECK(change.written.size() == 1);
  CHECK(change.stale.size() == 1);
  CHECK(change.root == lazy.root);
}
