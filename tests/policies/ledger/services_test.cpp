#include <catch2/catch.hpp>

#include "policies/ledger/expiry.hpp"
#include "tests/policies/ledger/world.hpp"

using namespace mnrt::tests;

namespace {

RegisterService service(const std::string& id, std::uint32_t ttl_seconds = 60) {
  return {.id = id,
          .kind = "api",
          .version = "1.0",
          .endpoints = {"tcp://example.org:1234"},
          .labels = {"region=eu"},
          .ttl_seconds = ttl_seconds};
}

/// Lets time pass in blocks of 5 s.
void wait(World& world, std::int64_t ms) {
  for (; ms > 0; ms -= 5'000) world.run({}, 5'000);
}

std::size_t expiry_rows(const World& world) {
  std::size_t count = 0;
  for (const auto& [key, row] : world.state.rows()) count += std::holds_alternative<ExpiryRow>(row) ? 1 : 0;
  return count;
}

}  // namespace

TEST_CASE("a registered service stands in the state with its deposit") {
  World world;
  REQUIRE(world.outcome_of(world.draft(alice, service("one"))) == Refusal::none);
  const auto row = world.state.row<ServiceRow>(service_key("one"));
  CHECK(row.owner == address_of_number(alice));
  CHECK(row.expires.ms == world.time.ms + 60'000);
  CHECK(row.registered == world.height);
  CHECK(row.deposit.units == world.parameter(Parameter::row_deposit_units));
  CHECK(world.pools().deposits == row.deposit);
  CHECK(world.pools().services == 1);
}

TEST_CASE("removing a service returns its deposit to its owner") {
  World world;
  const auto supply = supply_in(world.state);
  const auto first = world.run({world.draft(alice, service("one"))}).outcomes.front();
  const auto second = world.run({world.draft(alice, RemoveService{"one"})}).outcomes.front();
  CHECK(second.refusal == Refusal::none);
  CHECK(world.balance(alice).units == tokens(1'000).units - first.fee.units - second.fee.units);
  CHECK_FALSE(world.state.has(service_key("one")));
  CHECK(expiry_rows(world) == 0);
  CHECK(world.pools().services == 0);
  CHECK(world.pools().deposits.units == 0);
  CHECK(supply_in(world.state) == supply);
}

TEST_CASE("a renewed service lives its time from the renewal on") {
  World world;
  world.run({world.draft(alice, service("one"))});
  wait(world, 40'000);
  REQUIRE(world.outcome_of(world.draft(alice, RenewService{"one"})) == Refusal::none);
  CHECK(world.state.row<ServiceRow>(service_key("one")).expires.ms == world.time.ms + 60'000);
  wait(world, 50'000);
  CHECK(world.state.has(service_key("one")));
  CHECK(expiry_rows(world) == 1);
}

TEST_CASE("a service that isn't renewed goes at its time, and its deposit comes back") {
  World world;
  const auto fee = world.run({world.draft(alice, service("one"))}).outcomes.front().fee;
  wait(world, 60'000 + expiry_span_ms);
  CHECK_FALSE(world.state.has(service_key("one")));
  CHECK(world.balance(alice).units == tokens(1'000).units - fee.units);
  CHECK(world.pools().services == 0);
  CHECK(expiry_rows(world) == 0);
}

TEST_CASE("an expired service counts as gone before the sweep reaches it") {
  World world;
  world.run({world.draft(alice, service("one", 30))});
  const auto expires = world.state.row<ServiceRow>(service_key("one")).expires;
  const auto until = expires.ms - world.time.ms;
  SECTION("another account may take the name, and the first owner gets the deposit back") {
    const auto before = world.balance(alice);
    REQUIRE(world.outcome_of(world.draft(bob, service("one")), until) == Refusal::none);
    CHECK(world.state.row<ServiceRow>(service_key("one")).owner == address_of_number(bob));
    CHECK(world.balance(alice).units == before.units + world.parameter(Parameter::row_deposit_units));
    CHECK(world.pools().services == 1);
  }
  SECTION("its owner can't renew it") {
    CHECK(world.outcome_of(world.draft(alice, RenewService{"one"}), until) == Refusal::service_unknown);
  }
  SECTION("a millisecond earlier its owner can") {
    CHECK(world.outcome_of(world.draft(alice, RenewService{"one"}), until - 1) == Refusal::none);
  }
}

TEST_CASE("the sweep does a bounded part of a long absence in each block, and all of it in the end") {
  World world;
  for (int i = 0; i < 3; ++i)
    world.run({world.draft(alice, service("s" + std::to_string(i), 30)),
               world.draft(bob, service("t" + std::to_string(i), 300))});
  constexpr std::int64_t day_ms = 86'400'000;
  world.run({}, day_ms);
  CHECK(world.pools().services == 0);
  CHECK(world.pools().services_swept == span_of(world.time));

  // More than one block may delete.
  auto many = world;
  many.set(Parameter::services_max, 10'000);
  for (std::uint32_t block = 0; block < 10; ++block) {
    std::vector<Draft> drafts;
    for (std::uint32_t i = 0; i < 60; ++i)
      drafts.push_back(
          many.draft(alice, service("b" + std::to_string(block) + "." + std::to_string(i), 300), i));
    many.run(drafts, 1);
  }
  CHECK(many.pools().services == 600);
  many.run({}, 400'000);
  CHECK(many.pools().services == 600 - swept_services_max);
  many.run({}, 1);
  CHECK(many.pools().services == 600 - 2 * swept_services_max);
  many.run({}, 1);
  CHECK(many.pools().services == 0);
  CHECK(many.pools().deposits.units == 0);
  CHECK(expiry_rows(many) == 0);
}

TEST_CASE("service operations say why they can't be done") {
  World world;
  world.run({world.draft(alice, service("taken"))});
  auto long_lived = service("long");
  long_lived.ttl_seconds = 301;
  const std::vector<std::pair<Operation, Refusal>> table{
      {service("taken"), Refusal::service_exists},
      {service("Upper"), Refusal::service_malformed},
      {long_lived, Refusal::service_malformed},
      {RenewService{"nothing"}, Refusal::service_unknown},
      {RemoveService{"nothing"}, Refusal::service_unknown},
      {RenewService{"taken"}, Refusal::service_not_yours},
      {RemoveService{"taken"}, Refusal::service_not_yours},
  };
  for (const auto& [operation, refusal] : table)
    CHECK(world.outcome_of(world.draft(bob, operation)) == refusal);
  world.set(Parameter::services_max, 1);
  CHECK(world.outcome_of(world.draft(bob, service("second"))) == Refusal::registry_full);
  world.set(Parameter::services_max, 2);
  world.set(Parameter::row_deposit_units, 2'000'000'000'000);
  CHECK(world.outcome_of(world.draft(bob, service("second"))) == Refusal::balance_too_low);
}
