#include "actors/replay.hpp"

#include <catch2/catch.hpp>

#include "messages/keys.hpp"
#include "messages/outcome_codec.hpp"
#include "tests/runtime/gateway/test_chain.hpp"

using namespace mnrt;
using actors::replay;
using messages::Table;
using policies::Bytes;

namespace {

/// Five blocks; in each alice pays bob, and the node notarises a digest.
struct Paid {
  tests::TestChain chain;

  Paid() {
    for (int i = 0; i < 5; ++i) {
      const policies::Transfer payment{
          .to = tests::TestChain::address("bob"), .token = policies::Token::flx, .amount = {1'000}};
      REQUIRE(chain.admit(chain.sign("alice", payment)) == policies::Refusal::none);
      chain.admit_own(
          {policies::Notarise{.document = {{static_cast<std::uint8_t>(i + 1)}}, .label_hash = {}}});
      chain.commit();
    }
  }

  actors::MemoryStore& store() { return chain.store(); }
  void write(Table table, const Bytes& key, std::optional<Bytes> value) {
    store().append({{table, key, std::move(value)}}, [](auto) {});
  }
  Bytes read(Table table, const Bytes& key) { return store().snapshot()->get(table, key)->value(); }
  std::string fault() {
    const auto replayed = replay(store());
    REQUIRE_FALSE(replayed);
    CHECK(replayed.error().kind == actors::ReplayFault::Kind::differs);
    return replayed.error().text;
  }
};

}  // namespace

TEST_CASE("a chain executes again to the state that is stored", "[replay]") {
  Paid paid;
  const auto replayed = replay(paid.store());
  REQUIRE(replayed);
  CHECK(replayed->height.value == 5);
  CHECK(replayed->transactions == 10);
  const auto tip = actors::LedgerView{paid.store().snapshot()}.header({5});
  CHECK(replayed->state_root == (*tip)->header.state_root);
}

TEST_CASE("money that no block moved is found when the chain executes again", "[replay]") {
  Paid paid;
  const auto bob = policies::account_key(tests::TestChain::address("bob"));
  const auto alice = policies::account_key(tests::TestChain::address("alice"));
  paid.write(Table::state, bob, paid.read(Table::state, alice));
  CHECK(paid.fault().starts_with("the table `state` differs at the key "));
}

TEST_CASE("a leaf that is gone from the log is found", "[replay]") {
  Paid paid;
  const auto first = paid.store().snapshot()->scan(Table::log, {}, {}, 1);
  paid.write(Table::log, first->front().key, std::nullopt);
  CHECK(paid.fault().starts_with("the table `log` differs at the key "));
}

TEST_CASE("a block with a changed seal, body or place doesn't replay", "[replay]") {
  Paid paid;
  const auto third = messages::height_key({3});
  SECTION("another block's body") {
    paid.write(Table::blocks, third, paid.read(Table::blocks, messages::height_key({2})));
    CHECK(paid.fault().starts_with("block 3: "));
  }
  SECTION("another block's header") {
    paid.write(Table::headers, third, paid.read(Table::headers, messages::height_key({2})));
    CHECK(paid.fault().starts_with("block 3: "));
  }
  SECTION("a body that is gone") {
    paid.write(Table::blocks, third, std::nullopt);
    CHECK(paid.fault() == "block 3: its body is not stored, so the chain can't be executed again");
  }
  SECTION("a bent bit of its header or seals") {
    auto row = paid.read(Table::headers, third);
    // Every byte would do; these cover all fields and the seal.
    for (std::size_t at = 0; at < row.size(); at += 7) {
      auto bent = row;
      bent[at] ^= 1;
      paid.write(Table::headers, third, bent);
      CHECK(paid.fault().starts_with("block "));
    }
  }
}

TEST_CASE("a pruned chain is not damaged: it is said from where on it has bodies", "[replay]") {
  Paid paid;
  for (std::uint64_t height = 1; height <= 3; ++height)
    paid.write(Table::blocks, messages::height_key({height}), std::nullopt);
  const auto replayed = replay(paid.store());
  REQUIRE_FALSE(replayed);
  CHECK(replayed.error().kind == actors::ReplayFault::Kind::pruned);
  CHECK(replayed.error().text == "the bodies of blocks are kept from height 4 on");
}

TEST_CASE("a chain without any body is damaged: the last ones are always kept", "[replay]") {
  Paid paid;
  for (std::uint64_t height = 1; height <= 5; ++height)
    paid.write(Table::blocks, messages::height_key({height}), std::nullopt);
  CHECK(paid.fault() == "block 1: its body is not stored, so the chain can't be executed again");
}
