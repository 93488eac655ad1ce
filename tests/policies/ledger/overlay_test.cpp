#include "policies/ledger/overlay.hpp"

#include <catch2/catch.hpp>

#include "policies/ledger/accounts.hpp"
#include "tests/policies/ledger/world.hpp"

using namespace mnrt::tests;

namespace {

constexpr std::size_t gen = 0;

struct Fixture {
  World world;
  Overlay overlay{world.state};
  Account& one{overlay.account(address_of_number(alice))};
  Account& two{overlay.account(address_of_number(bob))};
};

}  // namespace

TEST_CASE("what wasn't changed isn't among the changes") {
  Fixture f;
  CHECK(f.one.exists());
  CHECK_FALSE(f.overlay.account(address_of_number(carol)).exists());
  CHECK(f.overlay.find<ServiceRow>(service_key("none")) == nullptr);
  CHECK(f.overlay.changes().empty());
}

TEST_CASE("a rolled-back step leaves no trace, an outer one stays") {
  Fixture f;
  const auto outer = f.overlay.mark();
  f.overlay.change(f.one).nonce = 5;
  f.overlay.change_keys(f.one) = policy_of(alice);
  const auto inner = f.overlay.mark();
  f.overlay.change(f.one).nonce = 6;
  f.overlay.change_keys(f.one) = policy_of(bob);
  f.overlay.change_keys(f.one).reset();
  f.overlay.change(f.overlay.account(address_of_number(carol))).deposit = {1};
  f.overlay.change<ServiceRow>(service_key("one")).kind = "k";
  f.overlay.erase(log_key());
  f.overlay.change_pools().services = 9;

  f.overlay.roll_back(inner);
  CHECK(f.one.row().nonce == 5);
  CHECK(f.one.row().keys == policy_of(alice));
  CHECK_FALSE(f.overlay.account(address_of_number(carol)).exists());
  CHECK(f.overlay.changes().size() == 1);
  f.overlay.change(f.one).nonce = 7;
  CHECK(f.one.row().nonce == 7);

  f.overlay.roll_back(outer);
  CHECK(f.one.row().nonce == 0);
  CHECK_FALSE(f.one.row().keys);
  CHECK(f.overlay.changes().empty());
}

TEST_CASE("a row that came and went within a block isn't among the changes, a deleted one is") {
  Fixture f;
  f.overlay.change<ServiceRow>(service_key("one")).kind = "k";
  f.overlay.erase(service_key("one"));
  f.overlay.erase(log_key());
  const auto changes = f.overlay.changes();
  REQUIRE(changes.size() == 1);
  CHECK(changes.begin()->first == log_key());
  CHECK_FALSE(changes.begin()->second);
}

TEST_CASE("a breach is seen since a mark, however many steps a row changed in") {
  Fixture f;
  const auto earlier = f.overlay.mark();
  credit(f.overlay.change(f.one).balances[gen], {5});
  const auto mark = f.overlay.mark();
  CHECK_FALSE(f.overlay.breached_since(mark));
  CHECK(f.overlay.breached_since(earlier) == Token::gen);

  debit(f.overlay.change(f.one).balances[gen], {3});
  f.overlay.mark();
  debit(f.overlay.change(f.one).balances[gen], {4});
  CHECK(f.overlay.breached_since(mark) == Token::gen);
  credit(f.overlay.change(f.two).balances[gen], {6});
  CHECK(f.overlay.breached_since(mark) == Token::gen);
  credit(f.overlay.change_pools().treasury[gen], {1});
  CHECK_FALSE(f.overlay.breached_since(mark));

  // Over the whole block the first five still came from nowhere.
  CHECK(f.overlay.breached() == Token::gen);
  credit(f.overlay.change_pools().minted[gen], {5});
  CHECK_FALSE(f.overlay.breached());
  f.overlay.settle();
  CHECK_FALSE(f.overlay.breached());
}

TEST_CASE("deposits count as FLX") {
  Fixture f;
  const auto mark = f.overlay.mark();
  f.overlay.change_pools().deposits = {5};
  CHECK(f.overlay.breached_since(mark) == Token::flx);
  debit(f.overlay.change(f.one).balances[index_of(Token::flx)], {5});
  CHECK_FALSE(f.overlay.breached_since(mark));
}
