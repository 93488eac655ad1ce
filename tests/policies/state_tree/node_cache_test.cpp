#include "policies/state_tree/node_cache.hpp"

#include <rapidcheck.h>
#include <catch2/catch.hpp>

#include <list>
#include <map>

#include "policies/crypto/hash.hpp"

using namespace mnrt::policies;

namespace {

NodeKey key_of(std::uint8_t n) {
  return {.written = {n % 3U}, .prefix = blake3(Bytes{n}), .nibbles = 64};
}

std::shared_ptr<const TreeNode> node_of(std::uint8_t n) {
  TreeNode::Slots slots;
  const TreeLeaf leaf{.path = blake3(Bytes{n}), .value_hash = {}};
  slots[n % 16] = leaf;
  return std::make_shared<const TreeNode>(slots);
}

std::size_t cost_of_one() {
  NodeCache cache(1 << 20);
  cache.put(key_of(0), node_of(0));
  return cache.bytes();
}

}  // namespace

TEST_CASE("the least recently used node goes first", "[node_cache]") {
  NodeCache cache(3 * cost_of_one());
  for (const std::uint8_t n : {1, 2, 3}) cache.put(key_of(n), node_of(n));
  CHECK(cache.find(key_of(1)));
  cache.put(key_of(4), node_of(4));
  CHECK_FALSE(cache.find(key_of(2)));
  for (const std::uint8_t n : {1, 3, 4}) CHECK(cache.find(key_of(n)));
}

TEST_CASE("a node over the whole budget is not kept", "[node_cache]") {
  NodeCache cache(cost_of_one() - 1);
  cache.put(key_of(1), node_of(1));
  CHECK(cache.bytes() == 0);
  CHECK_FALSE(cache.find(key_of(1)));
}

TEST_CASE("the cache behaves as a list in order of use would", "[node_cache]") {
  CHECK(rc::check([](const std::vector<std::pair<std::uint8_t, std::uint8_t>>& calls) {
    const auto capacity = *rc::gen::inRange<std::size_t>(1, 200);
    const auto one = cost_of_one();
    NodeCache cache(capacity * one);
    std::list<std::uint8_t> order;  // newest first
    std::map<std::uint8_t, std::shared_ptr<const TreeNode>> held;
    for (const auto& [what, n] : calls) {
      switch (what % 4) {
        case 0: {
          const auto found = cache.find(key_of(n));
          RC_ASSERT(found == (held.contains(n) ? held.at(n) : nullptr));
          if (found) order.remove(n), order.push_front(n);
          break;
        }
        case 1:
          cache.erase(key_of(n));
          order.remove(n);
          held.erase(n);
          break;
        default: {
          held[n] = node_of(n);
          cache.put(key_of(n), held[n]);
          order.remove(n);
          order.push_front(n);
          if (order.size() > capacity) held.erase(order.back()), order.pop_back();
        }
      }
      RC_ASSERT(cache.size() == held.size());
      RC_ASSERT(cache.bytes() == held.size() * one);
    }
  }));
}

TEST_CASE("the table grows past its first size and still finds every node", "[node_cache]") {
  NodeCache cache(1 << 24);
  const auto key = [](std::uint32_t n) {
    return NodeKey{.written = {n},
                   .prefix = blake3(Bytes{static_cast<std::uint8_t>(n), static_cast<std::uint8_t>(n >> 8)}),
                   .nibbles = 64};
  };
  const auto node = node_of(1);
  for (std::uint32_t n = 0; n < 5'000; ++n) cache.put(key(n), node);
  CHECK(cache.size() == 5'000);
  for (std::uint32_t n = 0; n < 5'000; ++n) REQUIRE(cache.find(key(n)) == node);
}
