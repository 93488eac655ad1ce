#include "policies/state_tree/state_proof.hpp"

#include <rapidcheck.h>
#include <catch2/catch.hpp>

#include "policies/crypto/hash.hpp"
#include "tests/policies/state_tree/naive_tree.hpp"

using namespace mnrt::policies;
using namespace mnrt::policies::testing;

namespace {

Digest value(unsigned n) {
  return blake3(Bytes{static_cast<std::uint8_t>(n)});
}

Digest path_of(unsigned n) {
  return blake3(Bytes{static_cast<std::uint8_t>(n), static_cast<std::uint8_t>(n >> 8)});
}

Digest flipped(Digest digest, unsigned bit) {
  digest.bytes[bit / 8] = static_cast<std::uint8_t>(digest.bytes[bit / 8] ^ 0x80 >> bit % 8);
  return digest;
}

struct Grown {
  Tree tree;
  Rows rows;

  explicit Grown(unsigned count, bool with_twin = false) {
    std::map<Digest, std::optional<Digest>> changes;
    for (unsigned n = 0; n < count; ++n) changes[path_of(n)] = value(n);
    if (with_twin) changes[flipped(path_of(0), 255)] = value(77);
    tree.change(changes);
    for (const auto& [path, hash] : changes) rows[path] = *hash;
  }

  ProvenPath prove(const Digest& path) const { return prove_path(tree.shelf, tree.root, path).value(); }
};

}  // namespace

TEST_CASE("every row is proven by the siblings of the definition", "[state_proof]") {
  const unsigned count = GENERATE(1U, 2U, 3U, 17U, 300U);
  const Grown grown(count);
  for (const auto& [path, hash] : grown.rows) {
    const auto proven = grown.prove(path);
    REQUIRE(proven.value_hash == hash);
    CHECK(proven.proof.siblings == naive_siblings(grown.rows, path));
    CHECK(verify_proof({grown.tree.root.digest, path, hash}, proven.proof) == ProofVerdict::holds);
  }
}

TEST_CASE("a path without a row is proven absent: in an empty tree, at an empty place, by another leaf",
          "[state_proof]") {
  const unsigned count = GENERATE(0U, 1U, 2U, 40U, 300U);
  const Grown grown(count);
  for (unsigned n = 10'000; n < 10'200; ++n) {
    const auto path = path_of(n);
    const auto proven = grown.prove(path);
    REQUIRE_FALSE(proven.value_hash);
    CHECK(verify_proof({grown.tree.root.digest, path, std::nullopt}, proven.proof) == ProofVerdict::holds);
    CHECK(verify_proof({grown.tree.root.digest, path, value(1)}, proven.proof) != ProofVerdict::holds);
  }
}

TEST_CASE("rows that part at the last bit have 256 siblings, mostly empty", "[state_proof]") {
  const Grown grown(20, true);
  for (const auto& path : {path_of(0), flipped(path_of(0), 255)}) {
    const auto proven = grown.prove(path);
    CHECK(proven.proof.siblings.size() == 256);
    CHECK(verify_proof({grown.tree.root.digest, path, proven.value_hash}, proven.proof) ==
          ProofVerdict::holds);
    CHECK(encode_proof(proven.proof).size() < 600);
    auto longer = proven.proof;
    longer.siblings.emplace_back();
    CHECK(verify_proof({grown.tree.root.digest, path, proven.value_hash}, longer) == ProofVerdict::too_long);
  }
  const auto between = flipped(path_of(0), 200);
  const auto proven = grown.prove(between);
  CHECK(verify_proof({grown.tree.root.digest, between, std::nullopt}, proven.proof) == ProofVerdict::holds);
}

TEST_CASE("a proof bent in any way is refused", "[state_proof]") {
  const Grown grown(60);
  const auto root = grown.tree.root.digest;
  CHECK(rc::check([&] {
    const auto path = path_of(*rc::gen::inRange(0U, 120U));  // half are absent
    const auto proven = grown.prove(path);
    const auto bit = *rc::gen::inRange(0U, 256U);

    RC_ASSERT(verify_proof({flipped(root, bit), path, proven.value_hash}, proven.proof) ==
              ProofVerdict::root_differs);
    if (proven.value_hash) {
      RC_ASSERT(verify_proof({root, path, flipped(*proven.value_hash, bit)}, proven.proof) ==
                ProofVerdict::root_differs);
      RC_ASSERT(verify_proof({root, path, std::nullopt}, proven.proof) == ProofVerdict::root_differs);
      RC_ASSERT(verify_proof({root, flipped(path, bit), proven.value_hash}, proven.proof) ==
                ProofVerdict::root_differs);
    }
    auto bent = proven.proof;
    const auto which = *rc::gen::inRange<std::size_t>(0, bent.siblings.size());
    bent.siblings[which] = flipped(bent.siblings[which], bit);
    RC_ASSERT(verify_proof({root, path, proven.value_hash}, bent) == ProofVerdict::root_differs);
    auto shorter = proven.proof;
    shorter.siblings.pop_back();
    RC_ASSERT(verify_proof({root, path, proven.value_hash}, shorter) == ProofVerdict::root_differs);
    if (proven.proof.other) {
      auto other = proven.proof;
      other.other = TreeLeaf{.path = flipped(other.other->path, bit), .value_hash = other.other->value_hash};
      RC_ASSERT(verify_proof({root, path, std::nullopt}, other) != ProofVerdict::holds);
    }
  }));
}

TEST_CASE("a leaf proves nothing about a path that doesn't lead to it, nor about its own absence",
          "[state_proof]") {
  const Grown grown(60);
  const auto root = grown.tree.root.digest;
  auto borrowed = grown.prove(path_of(5)).proof;
  borrowed.other = TreeLeaf{.path = path_of(5), .value_hash = value(5)};
  CHECK(verify_proof({root, path_of(5), std::nullopt}, borrowed) == ProofVerdict::other_misplaced);
  CHECK(verify_proof({root, flipped(path_of(5), 0), std::nullopt}, borrowed) ==
        ProofVerdict::other_misplaced);
  CHECK(verify_proof({root, path_of(5), value(5)}, borrowed) == ProofVerdict::other_misplaced);
}

TEST_CASE("a proof comes back from its bytes, and no other bytes are a proof", "[state_proof]") {
  const Grown grown(60, true);
  for (unsigned n = 0; n < 120; ++n) {
    const auto proof = grown.prove(path_of(n)).proof;
    const auto bytes = encode_proof(proof);
    CHECK(decode_proof(bytes) == proof);
    for (std::size_t size = 0; size < bytes.size(); ++size)
      CHECK_FALSE(decode_proof(ByteView(bytes).first(size)));
    auto longer = bytes;
    longer.push_back(0);
    CHECK_FALSE(decode_proof(longer));
  }
  CHECK(rc::check([](const Bytes& bytes) {
    const auto proof = decode_proof(bytes);
    RC_ASSERT((!proof || encode_proof(*proof) == bytes));
  }));
}

TEST_CASE("a proof from a store that lost or bent a node is an error, not an answer", "[state_proof]") {
  Grown grown(60);
  const NodeKey top{.written = grown.tree.root.written, .prefix = {}, .nibbles = 0};
  grown.tree.shelf.nodes[top][4] ^= 1;  // in the first digest
  CHECK(prove_path(grown.tree.shelf, grown.tree.root, path_of(1)).error() == TreeError::node_damaged);
  grown.tree.shelf.nodes.erase(top);
  CHECK(prove_path(grown.tree.shelf, grown.tree.root, path_of(1)).error() == TreeError::node_missing);
}

TEST_CASE("each verdict has a name", "[state_proof]") {
  for (const auto verdict : {ProofVerdict::holds, ProofVerdict::too_long, ProofVerdict::other_misplaced,
                             ProofVerdict::root_differs})
    CHECK_FALSE(name_of(verdict).empty());
}
