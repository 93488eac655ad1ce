#include "policies/ledger/upgrade.hpp"

#include <catch2/catch.hpp>

#include <algorithm>

#include "tests/policies/ledger/world.hpp"

// Another version of the protocol comes by a vote of seats (protocol section 3).
using namespace mnrt::tests;

namespace {

constexpr std::uint64_t epoch_blocks = 20;

std::uint32_t operator_of(std::uint32_t seat) {
  return seat == 0 ? owner : 200 + seat;
}

World world_of(std::size_t seats) {
  auto genesis = small_genesis(seats);
  for (std::uint32_t i = 1; i < seats; ++i)
    genesis.accounts.push_back(
        {.address = address_of_number(200 + i), .balances = {Amount{}, {}, tokens(1'000), {}}});
  std::ranges::sort(genesis.accounts, {}, &GenesisAccount::address);
  World world{genesis};
  world.set(Parameter::epoch_blocks, epoch_blocks);
  return world;
}

Refusal vote(World& world, std::uint32_t seat, std::uint32_t version, std::uint64_t height) {
  return world.outcome_of(world.draft(operator_of(seat), Upgrade{version, {height}}));
}

std::vector<UpgradeRow::Proposal> proposals(const World& world) {
  return world.state.row<UpgradeRow>(upgrade_key()).proposals;
}

}  // namespace

TEST_CASE("a quorum of seats brings another version from its height on, and not before") {
  auto world = world_of(4);
  CHECK(protocol_version_of(world.state) == 1);
  for (std::uint32_t seat : {0u, 1u}) REQUIRE(vote(world, seat, 2, 30) == Refusal::none);
  CHECK_FALSE(proposals(world)[0].decided);
  REQUIRE(vote(world, 3, 2, 30) == Refusal::none);
  CHECK(proposals(world)[0].decided);
  // The state after block 29 is what block 30 is executed on.
  while (world.height < Height{29}) {
    CHECK(protocol_version_of(world.state) == 1);
    world.run({});
  }
  CHECK(protocol_version_of(world.state) == 2);
  CHECK(proposals(world).empty());
}

TEST_CASE("a transaction of the old version is refused in a block of the new one") {
  auto world = world_of(1);
  REQUIRE(vote(world, 0, 2, 21) == Refusal::none);
  while (world.height < Height{20}) world.run({});
  auto context = world.next();
  context.protocol_version = protocol_version_of(world.state);
  const auto old = World::sign(world.draft(alice, Transfer{address_of_number(bob), Token::flx, {1}}));
  CHECK(admissible(*old, world.state, context) == Refusal::unsupported_version);
}

TEST_CASE("what isn't decided by its height lapses") {
  auto world = world_of(4);
  for (std::uint32_t seat : {0u, 1u}) REQUIRE(vote(world, seat, 2, 30) == Refusal::none);
  while (world.height < Height{28}) world.run({});
  CHECK(proposals(world).size() == 1);
  world.run({});
  CHECK(proposals(world).empty());
  CHECK(protocol_version_of(world.state) == 1);
}

TEST_CASE("a seat votes for one upgrade at a time, and for none once one is decided") {
  auto world = world_of(4);
  REQUIRE(vote(world, 0, 2, 40) == Refusal::none);
  CHECK(vote(world, 0, 2, 40) == Refusal::voted_already);
  REQUIRE(vote(world, 1, 2, 40) == Refusal::none);
  REQUIRE(vote(world, 1, 3, 40) == Refusal::none);
  REQUIRE(proposals(world).size() == 2);
  CHECK(proposals(world)[0].votes.size() == 1);
  REQUIRE(vote(world, 2, 2, 40) == Refusal::none);
  CHECK_FALSE(proposals(world)[0].decided);
  REQUIRE(vote(world, 3, 2, 40) == Refusal::none);
  REQUIRE(proposals(world).size() == 1);
  CHECK(proposals(world)[0].decided);
  CHECK(vote(world, 1, 3, 50) == Refusal::upgrade_decided);
}

TEST_CASE("an upgrade is to a later version, an epoch ahead, and the validators' alone") {
  auto world = world_of(4);
  CHECK(vote(world, 0, 1, 100) == Refusal::upgrade_malformed);
  CHECK(vote(world, 0, 0, 100) == Refusal::upgrade_malformed);
  // The vote is in block 3.
  CHECK(vote(world, 0, 2, 3 + epoch_blocks - 1) == Refusal::upgrade_malformed);
  CHECK(vote(world, 0, 2, 4 + epoch_blocks) == Refusal::none);
  CHECK(world.outcome_of(world.draft(alice, Upgrade{2, {100}})) == Refusal::not_a_validator);
}
