#include <catch2/catch.hpp>

#include "policies/crypto/hash.hpp"
#include "policies/merkle.hpp"

namespace mnrt::policies {
namespace {

std::vector<Digest> leaves_of(std::size_t count) {
  std::vector<Digest> leaves(count);
  for (std::size_t i = 0; i < count; ++i) leaves[i] = blake3(Bytes{static_cast<std::uint8_t>(i)});
  return leaves;
}

TEST_CASE("every leaf of every tree up to 40 leaves is proved, and at no other place") {
  for (std::size_t size = 1; size <= 40; ++size) {
    const auto leaves = leaves_of(size);
    const auto root = merkle_root(leaves);
    for (std::size_t index = 0; index < size; ++index) {
      const auto siblings = merkle_inclusion(leaves, index);
      for (std::size_t claimed = 0; claimed <= size; ++claimed)
        REQUIRE(verify_merkle_inclusion(leaves[index], {claimed, size}, siblings, root) ==
                (claimed == index));
    }
  }
}

TEST_CASE("a proof with a sibling changed, left out or added is refused") {
  const auto leaves = leaves_of(13);
  const auto root = merkle_root(leaves);
  for (std::size_t index = 0; index < leaves.size(); ++index) {
    const auto siblings = merkle_inclusion(leaves, index);
    for (std::size_t i = 0; i < siblings.size(); ++i) {
      auto changed = siblings;
      changed[i].bytes[0] ^= 1;
      REQUIRE_FALSE(verify_merkle_inclusion(leaves[index], {index, 13}, changed, root));
      changed = siblings;
      changed.erase(changed.begin() + static_cast<std::ptrdiff_t>(i));
      REQUIRE_FALSE(verify_merkle_inclusion(leaves[index], {index, 13}, changed, root));
    }
    auto longer = siblings;
    longer.push_back(root);
    REQUIRE_FALSE(verify_merkle_inclusion(leaves[index], {index, 13}, longer, root));
    REQUIRE_FALSE(verify_merkle_inclusion(leaves[(index + 1) % 13], {index, 13}, siblings, root));
  }
}

TEST_CASE("an inner node can't pass for a leaf") {
  const auto leaves = leaves_of(4);
  const auto root = merkle_root(leaves);
  const auto left = merkle_root(std::span(leaves).first(2));
  const auto right = merkle_root(std::span(leaves).last(2));
  REQUIRE_FALSE(verify_merkle_inclusion(left, {0, 2}, std::array{right}, root));
}

TEST_CASE("trees of different leaves have different roots") {
  REQUIRE(merkle_root({}) == blake3({}));
  std::vector<Digest> roots;
  for (std::size_t size = 0; size < 20; ++size) roots.push_back(merkle_root(leaves_of(size)));
  for (std::size_t i = 0; i < roots.size(); ++i)
    for (std::size_t k = 0; k < i; ++k) REQUIRE(roots[i] != roots[k]);
}

}  // namespace
}  // namespace mnrt::policies
