#include "policies/notary/log.hpp"

#include <rapidcheck.h>

#include <bit>
#include <catch2/catch.hpp>
#include <set>
#include <string>

#include "policies/crypto/hash.hpp"
#include "tests/policies/notary/chain.hpp"

namespace mnrt::tests {
namespace {

using namespace policies;

// The sample tree of the certificate-transparency reference implementation (transparency-dev/merkle,
// testonly): eight leaves, the root of each prefix, and paths and consistency proofs, written here as places
// in the table of its node hashes.
const std::vector<std::string> sample_leaves{
    "", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"};

const std::vector<std::string> sample_roots{
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"};

const std::string leaf_0 = "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d";
const std::string leaf_1 = "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7";
const std::string leaf_4 = "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b";
const std::string leaves_0_1 = "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125";
const std::string leaves_2_3 = "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e";
const std::string leaves_4_5 = "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a";
const std::string leaves_6_7 = "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0";
const std::string leaves_0_3 = "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7";
const std::string leaves_4_7 = "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4";

struct SampleProof {
  std::uint64_t first;  ///< index of the leaf, or the smaller size
  std::uint64_t size;
  std::vector<std::string> hashes;
};

const std::vector<SampleProof> sample_paths{
    {0, 1, {}},
    {0, 2, {leaf_1}},
    {1, 2, {leaf_0}},
    {2, 3, {leaves_0_1}},
    {1, 5, {leaf_0, leaves_2_3, leaf_4}},
    {0, 8, {leaf_1, leaves_2_3, leaves_4_7}},
    {5, 8, {leaf_4, leaves_6_7, leaves_0_3}},
};

const std::vector<SampleProof> sample_growths{
    {1, 1, {}},
    {1, 8, {leaf_1, leaves_2_3, leaves_4_7}},
    {2, 5, {leaves_2_3, leaf_4}},
    {6, 8, {leaves_4_5, leaves_6_7, leaves_0_3}},
};

Bytes sample_leaf(std::size_t index) {
  return from_hex(sample_leaves[index]).value();
}

StoredLog sample_log(std::size_t size) {
  StoredLog log;
  for (std::size_t i = 0; i < size; ++i) {
    const auto leaf = sample_leaf(i);
    log.add({reinterpret_cast<const char*>(leaf.data()), leaf.size()});
  }
  return log;
}

std::vector<std::string> hex_of(const LogProof& proof) {
  std::vector<std::string> texts;
  for (const auto& hash : proof) texts.push_back(to_hex(hash.bytes));
  return texts;
}

/// RFC 6962, 2.1, word for word: the oracle for trees beyond the sample.
Digest naive_root(const std::vector<std::string>& leaves, std::size_t begin, std::size_t end) {
  const auto size = end - begin;
  if (size == 0) return sha256({});
  Bytes input;
  if (size == 1) {
    input.push_back(0);
    input.insert(input.end(), leaves[begin].begin(), leaves[begin].end());
    return sha256(input);
  }
  std::size_t k = 1;
  while (k * 2 < size) k *= 2;
  input.push_back(1);
  for (const auto& half : {naive_root(leaves, begin, begin + k), naive_root(leaves, begin + k, end)})
    input.insert(input.end(), half.bytes.begin(), half.bytes.end());
  return sha256(input);
}

/// PATH(m, D[n]) of RFC 6962, 2.1.1, likewise.
LogProof naive_path(const std::vector<std::string>& leaves, std::size_t m, std::size_t begin,
                    std::size_t end) {
  if (end - begin == 1) return {};
  std::size_t k = 1;
  while (k * 2 < end - begin) k *= 2;
  const bool left = m < begin + k;
  auto path = left ? naive_path(leaves, m, begin, begin + k) : naive_path(leaves, m, begin + k, end);
  path.push_back(left ? naive_root(leaves, begin + k, end) : naive_root(leaves, begin, begin + k));
  return path;
}

std::vector<std::string> numbered_leaves(std::size_t n) {
  std::vector<std::string> leaves;
  for (std::size_t i = 0; i < n; ++i) leaves.push_back("leaf " + std::to_string(i));
  return leaves;
}

struct GrownLog {
  StoredLog log;
  std::vector<LogHead> heads;  ///< by size
};

GrownLog grow(const std::vector<std::string>& leaves) {
  GrownLog grown;
  grown.heads.push_back(grown.log.head());
  for (const auto& leaf : leaves) {
    grown.log.add(leaf);
    grown.heads.push_back(grown.log.head());
  }
  return grown;
}

TEST_CASE("the sample tree has the published roots") {
  for (std::size_t size = 0; size <= sample_leaves.size(); ++size)
    CHECK(to_hex(sample_log(size).head().root.bytes) == sample_roots[size]);
}

TEST_CASE("the sample tree has the published inclusion proofs, and they verify") {
  for (const auto& [index, size, hashes] : sample_paths) {
    const auto log = sample_log(size);
    const auto proof = prove_inclusion({.index = index, .size = size}, log).value();
    CHECK(hex_of(proof) == hashes);
    CHECK(verify_inclusion(leaf_hash(sample_leaf(index)), index, log.head(), proof));
  }
}

TEST_CASE("the sample tree has the published consistency proofs, and they verify") {
  for (const auto& [from, to, hashes] : sample_growths) {
    const auto log = sample_log(to);
    const auto proof = prove_consistency({.from = from, .to = to}, log).value();
    CHECK(hex_of(proof) == hashes);
    CHECK(verify_consistency({.from = sample_log(from).head(), .to = log.head()}, proof));
  }
}

TEST_CASE("every leaf of every tree up to 70 leaves has the path that RFC 6962 defines") {
  const auto leaves = numbered_leaves(70);
  const auto [log, heads] = grow(leaves);
  for (std::size_t size = 1; size <= leaves.size(); ++size) {
    REQUIRE(heads[size].root == naive_root(leaves, 0, size));
    for (std::size_t index = 0; index < size; ++index) {
      const auto proof = prove_inclusion({.index = index, .size = size}, log).value();
      REQUIRE(proof == naive_path(leaves, index, 0, size));
      const auto leaf = leaf_hash(view_of(leaves[index]));
      REQUIRE(verify_inclusion(leaf, index, heads[size], proof));
      REQUIRE_FALSE(verify_inclusion(leaf, index + 1, heads[size], proof));
      REQUIRE_FALSE(verify_inclusion(leaf_hash(view_of("other")), index, heads[size], proof));
    }
  }
}

TEST_CASE("every two trees up to 70 leaves are proved consistent, and no two others are") {
  const auto leaves = numbered_leaves(70);
  const auto [log, heads] = grow(leaves);
  auto rewritten_leaves = leaves;
  rewritten_leaves[0] = "rewritten";
  const auto rewritten = grow(rewritten_leaves);
  for (std::size_t to = 0; to <= leaves.size(); ++to)
    for (std::size_t from = 0; from <= to; ++from) {
      const auto proof = prove_consistency({.from = from, .to = to}, log).value();
      REQUIRE(verify_consistency({.from = heads[from], .to = heads[to]}, proof));
      if (from == 0) continue;
      const auto forged = prove_consistency({.from = from, .to = to}, rewritten.log).value();
      REQUIRE_FALSE(verify_consistency({.from = heads[from], .to = rewritten.heads[to]}, forged));
      REQUIRE_FALSE(verify_consistency({.from = heads[from], .to = rewritten.heads[to]}, proof));
    }
}

TEST_CASE("a changed, longer or shorter proof of any large tree is refused") {
  CHECK(rc::check([] {
    const auto size = *rc::gen::inRange<std::size_t>(2, 600);
    const auto index = *rc::gen::inRange<std::size_t>(0, size);
    const auto leaves = numbered_leaves(size);
    const auto [log, heads] = grow(leaves);
    const auto leaf = leaf_hash(view_of(leaves[index]));
    const auto proof = prove_inclusion({.index = index, .size = size}, log).value();
    RC_ASSERT(verify_inclusion(leaf, index, heads[size], proof));

    auto changed = proof;
    auto& byte =
        changed[*rc::gen::inRange<std::size_t>(0, proof.size())].bytes[*rc::gen::inRange<std::size_t>(0, 32)];
    byte ^= *rc::gen::inRange<std::uint8_t>(1, 255);
    RC_ASSERT(!verify_inclusion(leaf, index, heads[size], changed));

    auto longer = proof;
    longer.push_back(heads[1].root);
    RC_ASSERT(!verify_inclusion(leaf, index, heads[size], longer));
    auto shorter = proof;
    shorter.pop_back();
    RC_ASSERT(!verify_inclusion(leaf, index, heads[size], shorter));

    const auto other = *rc::gen::inRange<std::size_t>(0, size);
    if (other != index) RC_ASSERT(!verify_inclusion(leaf, other, heads[size], proof));
  }));
}

TEST_CASE("a leaf outside the tree has no proof and none verifies") {
  const auto log = sample_log(5);
  CHECK_FALSE(prove_inclusion({.index = 5, .size = 5}, log));
  CHECK_FALSE(prove_inclusion({.index = 0, .size = 0}, log));
  CHECK_FALSE(prove_consistency({.from = 6, .to = 5}, log));
  CHECK_FALSE(verify_inclusion(leaf_hash({}), 0, {.size = 0, .root = sha256({})}, {}));
  CHECK_FALSE(verify_inclusion(leaf_hash({}), ~0ull, {.size = ~0ull, .root = {}}, LogProof(64)));
}

TEST_CASE("a proof that needs a lost row isn't made") {
  auto log = sample_log(8);
  log.lose(3);
  CHECK_FALSE(prove_inclusion({.index = 5, .size = 8}, log));
  CHECK(prove_inclusion({.index = 0, .size = 2}, log));
  CHECK_FALSE(prove_consistency({.from = 6, .to = 8}, log));
}

TEST_CASE("appending gives one row a leaf that holds every complete subtree exactly once") {
  LogRow log;
  std::set<LogNode> seen;
  std::size_t hashes = 0;
  for (std::uint64_t leaf = 0; leaf < 1'000; ++leaf) {
    const auto completed = append(log, leaf_hash({}));
    CHECK(completed.size() == static_cast<std::size_t>(std::countr_one(leaf)) + 1);
    hashes += completed.size();
  }
  for (std::uint8_t level = 0; level < 10; ++level)
    for (std::uint64_t index = 0; (index + 1) << level <= 1'000; ++index) {
      const auto place = place_of({.level = level, .index = index});
      CHECK(place.leaf < 1'000);
      CHECK(place.position <= static_cast<std::size_t>(std::countr_one(place.leaf)));
      CHECK(seen.insert({.level = static_cast<std::uint8_t>(place.position), .index = place.leaf}).second);
    }
  CHECK(seen.size() == hashes);
}

TEST_CASE("rows sort by leaf, and a torn row gives no hash") {
  CHECK(log_hashes_key(255) < log_hashes_key(256));
  CHECK(log_hashes_key(1) != log_leaf_key(1));
  const auto row = encode_log_hashes({leaf_hash({}), Digest{}});
  CHECK(log_hash_at(row, 1) == Digest{});
  CHECK_FALSE(log_hash_at(row, 2));
  CHECK_FALSE(log_hash_at(ByteView{row}.first(63), 0));
}

}  // namespace
}  // namespace mnrt::tests
