#include "actors/chain.hpp"

#include <catch2/catch.hpp>

#include <algorithm>

#include "policies/crypto/hash.hpp"
#include "policies/crypto/vrf.hpp"
#include "tests/actors/seats.hpp"

using namespace mnrt;
using namespace mnrt::tests;

TEST_CASE("an honest block passes, from the first on, also after a start", "[chain]") {
  Seats lone{1};
  for (int i = 0; i < 3; ++i) lone.commit({0});
  lone.reopen();
  lone.commit({0});
  CHECK(lone.tip().height.value == 4);
  Seats four{4};
  four.commit({0, 1, 2});
  four.reopen();
  four.commit({1, 2, 3});
  CHECK(four.tip().height.value == 2);
}

TEST_CASE("the next leader follows from what the tip keeps, also after a start", "[chain]") {
  Seats four{4};
  const auto proposer = actors::own_address(four.signer(0), KeyRole::consensus);
  for (int i = 0; i < 2; ++i) {
    four.commit({0, 1, 3});
    const auto sealed = four.seals_of_tip({0, 1, 3});
    for (int start = 0; start < 2; ++start) {
      CHECK(four.tip().proposer == proposer);
      CHECK(four.tip().seals == sealed);
      four.reopen();
    }
  }
}

TEST_CASE("a quorum sealed the parent, else the block is refused", "[chain]") {
  Seats four{4};
  four.commit({0, 1, 2});
  // The same block's seals, but others than the checking node holds, and of a later round.
  CHECK(four.check_with(four.seals_of_tip({1, 2, 3})).empty());
  CHECK(four.check_with(four.seals_of_tip({0, 1, 2, 3})).empty());
  CHECK(four.check_with(four.seals_of_tip({0, 1, 3}, {2})).empty());

  const std::string wrong = "parent_seals_wrong";
  CHECK(four.check_with({}) == wrong);
  CHECK(four.check_with(four.seals_of_tip({0, 1})) == wrong);
  SECTION("seals of two rounds don't add up") {
    auto mixed = four.seals_of_tip({0, 1, 2});
    mixed.signatures[0] = four.seals_of_tip({0, 1, 2}, {1}).signatures[0];
    CHECK(four.check_with(mixed) == wrong);
    auto claimed = four.seals_of_tip({0, 1, 2});
    claimed.round = {1};
    CHECK(four.check_with(claimed) == wrong);
  }
  SECTION("one signer counts once") {
    auto twice = four.seals_of_tip({0, 1, 2});
    twice.signatures[1] = twice.signatures[0];
    CHECK(four.check_with(twice) == wrong);
    auto more = four.seals_of_tip({0, 1});
    more.signatures.push_back(more.signatures[0]);
    CHECK(four.check_with(more) == wrong);
  }
  SECTION("of another block or height") {
    CHECK(four.check_with(four.seals({0, 1, 2}, {}, four.tip().height, {{7}})) == wrong);
    CHECK(four.check_with(four.seals({0, 1, 2}, {}, {2}, four.tip().digest)) == wrong);
  }
  SECTION("of a set of another size") {
    auto fifth = four.seals_of_tip({0, 1, 2});
    fifth.signers.push_back(false);
    CHECK(four.check_with(fifth) == wrong);
  }
}

TEST_CASE("a lone validator's block carries its parent's seal, too", "[chain]") {
  Seats lone{1};
  lone.commit({0});
  CHECK(lone.check_with({}) == "parent_seals_wrong");
  auto bent = lone.seals_of_tip({0});
  bent.signatures[0].bytes[5] ^= 1;
  CHECK(lone.check_with(bent) == "parent_seals_wrong");
}

TEST_CASE("the first block has no parent to be sealed", "[chain]") {
  Seats lone{1};
  CHECK(lone.check_with(lone.seals_of_tip({0})) == "parent_seals_of_genesis");
}

TEST_CASE("a block's time is later than its parent's", "[chain]") {
  Seats lone{1};
  CHECK(lone.check(lone.build({.ms = 0})) == "time_not_after_parent");
  CHECK(lone.check(lone.build({.ms = -1})) == "time_not_after_parent");
  lone.commit({0});
  CHECK(lone.check(lone.build({.ms = 0})) == "time_not_after_parent");
  CHECK(lone.check(lone.build({.ms = 1})).empty());
}

// docs/formats.md, Header.
TEST_CASE("a block's beacon is its proposer's proof over its height and the beacon before", "[chain]") {
  Seats lone{1};
  const auto key = lone.signer(0).public_key(KeyRole::consensus);
  auto before = policies::Bytes(64, 0);
  for (std::uint8_t height = 1; height <= 3; ++height) {
    policies::Bytes over{0, 0, 0, 0, 0, 0, 0, height};
    over.insert(over.end(), before.begin(), before.end());
    const auto input = policies::domain_hash(policies::Domain::beta, lone.chain().chain_id(), over);
    const auto block = lone.build();
    const auto output = policies::vrf_verify(key, input.bytes, block->header.beta_proof);
    REQUIRE(output);
    CHECK(std::ranges::equal(*output, block->header.beta));
    CHECK(block->header.beta != before);

    auto bent = *block;
    bent.header.beta[5] ^= 1;
    CHECK(lone.check(std::make_shared<const Block>(bent)) == "beta_wrong");
    bent = *block;
    bent.header.beta_proof[40] ^= 1;
    CHECK(lone.check(std::make_shared<const Block>(bent)) == "beta_wrong");
    // True, and of another input: whoever proposes can't choose.
    bent = *block;
    bent.header.beta_proof = lone.signer(0).prove(over);
    const auto other = policies::vrf_output(bent.header.beta_proof).value();
    bent.header.beta.assign(other.begin(), other.end());
    CHECK(lone.check(std::make_shared<const Block>(bent)) == "beta_wrong");

    before = block->header.beta;
    lone.commit({0});
  }
}

TEST_CASE("a stored chain is held to the same rules when it executes again", "[chain]") {
  Seats lone{1};
  lone.commit({0});
  CHECK(lone.replayed().empty());
  SECTION("parent seals") {
    lone.store_unchecked({.parent_seals = SealSet{}});
    CHECK(lone.replayed() == "block 2: parent_seals_wrong");
  }
  SECTION("time") {
    lone.store_unchecked({.ms = 0});
    CHECK(lone.replayed() == "block 2: time_not_after_parent");
  }
}
