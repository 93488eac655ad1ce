#include "policies/ledger/set_change.hpp"

#include <catch2/catch.hpp>

#include <algorithm>

#include "tests/policies/ledger/world.hpp"

// How seats join and leave the set (protocol section 1, Set changes).
using namespace mnrt::tests;

namespace {

constexpr std::uint32_t joiner = 300;  ///< the number of a seat's key and address
const auto bond = tokens(100);
constexpr std::uint64_t age_blocks = 20;
constexpr auto gen = static_cast<std::size_t>(Token::gen);

Validator seat_of(std::uint32_t number, std::uint32_t operated_by) {
  Validator seat;
  seat.address = address_of_number(number);
  seat.operated_by = address_of_number(operated_by);
  seat.consensus_key = key_of(number);
  return seat;
}

/// `seats` validators whose operators have money; a bond costs 100 GEN and ages in 20 blocks.
World world_of(std::size_t seats) {
  auto genesis = small_genesis(seats);
  for (std::uint32_t i = 1; i < seats; ++i)
    genesis.accounts.push_back(
        {.address = address_of_number(200 + i), .balances = {tokens(1'000), {}, tokens(1'000), {}}});
  std::ranges::sort(genesis.accounts, {}, &GenesisAccount::address);
  World world{genesis};
  world.set(Parameter::bond_units_min, static_cast<std::uint64_t>(bond.units));
  world.set(Parameter::epoch_blocks, age_blocks);
  return world;
}

std::uint32_t operator_of(std::uint32_t seat) {
  return seat == 0 ? owner : 200 + seat;
}

VoteSetChange change(std::vector<std::uint32_t> joins, std::vector<std::uint32_t> leaves = {}) {
  VoteSetChange made;
  for (auto number : joins) made.joins.push_back(address_of_number(number));
  for (auto number : leaves) made.leaves.push_back(address_of_number(number));
  std::ranges::sort(made.joins);
  std::ranges::sort(made.leaves);
  return made;
}

Draft free_ready(const World& world, std::uint32_t seat = joiner) {
  auto draft = world.draft(seat, Ready{world.height});
  draft.body.fee_limit = {};
  return draft;
}

/// Paid while nobody asks the seat to join.
Draft ready(const World& world, std::uint32_t seat = joiner) {
  const bool asked = is_asked_to_join(address_of_number(seat), world.state);
  return asked ? free_ready(world, seat) : world.draft(seat, Ready{world.height});
}

/// A seat's account needs FLX for what it says before it is asked.
void fund(World& world, std::uint32_t seat) {
  REQUIRE(world.outcome_of(world.draft(alice, Transfer{address_of_number(seat), Token::flx, tokens(1)})) ==
          Refusal::none);
}

void run_ready(World& world, const std::vector<std::uint32_t>& seats, std::uint64_t blocks) {
  for (; blocks > 0; --blocks) {
    std::vector<Draft> drafts;
    for (auto seat : seats) drafts.push_back(ready(world, seat));
    world.run(drafts);
  }
}

ValidatorSet set_in(const World& world) {
  return world.state.row<ValidatorsRow>(validators_key()).validators;
}
bool seated(const World& world, std::uint32_t seat) {
  return index_of(set_in(world), address_of_number(seat)).has_value();
}
BondRow bond_row(const World& world, std::uint32_t seat = joiner) {
  return world.state.row<BondRow>(bond_key(address_of_number(seat)));
}

Refusal bond_seat(World& world, std::uint32_t seat = joiner, std::uint32_t by = alice, Amount amount = bond) {
  return world.outcome_of(world.draft(by, Bond{seat_of(seat, by), amount}));
}

Refusal vote(World& world, std::uint32_t voter, const VoteSetChange& what) {
  return world.outcome_of(world.draft(operator_of(voter), what));
}

/// A world of `seats` with a joiner that is bonded, old enough and ready.
World with_joiner(std::size_t seats) {
  auto world = world_of(seats);
  REQUIRE(bond_seat(world) == Refusal::none);
  fund(world, joiner);
  run_ready(world, {joiner}, age_blocks);
  return world;
}

}  // namespace

TEST_CASE("a bond moves GEN from the operator, with deposits for its row and the seat's account") {
  auto world = world_of(1);
  const auto supply = supply_in(world.state);
  REQUIRE(bond_seat(world) == Refusal::none);
  CHECK(world.balance(alice, Token::gen) == tokens(900));
  CHECK(world.pools().bonds == bond);
  CHECK(world.pools().deposits.units == 2 * world.parameter(Parameter::row_deposit_units));
  CHECK(bond_row(world).bonded == world.height);
  REQUIRE(bond_seat(world, joiner, alice, {1}) == Refusal::none);
  CHECK(bond_row(world).amount == Amount{bond.units + 1});
  CHECK(world.pools().deposits.units == 2 * world.parameter(Parameter::row_deposit_units));
  CHECK(bond_row(world).bonded == Height{1});
  CHECK(supply_in(world.state) == supply);
}

TEST_CASE("a bond is the operator's, of the least amount, and for a seat whose address is its key's") {
  auto world = world_of(2);
  CHECK(bond_seat(world, joiner, alice, {bond.units - 1}) == Refusal::bond_too_low);
  CHECK(bond_seat(world, joiner, alice, {}) == Refusal::amount_is_zero);
  CHECK(bond_seat(world, joiner, alice, tokens(1'001)) == Refusal::balance_too_low);
  CHECK(world.outcome_of(world.draft(bob, Bond{seat_of(joiner, alice), bond})) == Refusal::not_the_operator);
  auto other = seat_of(joiner, alice);
  other.address = address_of_number(301);
  CHECK(world.outcome_of(world.draft(alice, Bond{other, bond})) == Refusal::seat_malformed);
  // A seat of the set has a record already.
  CHECK(bond_seat(world, 101, alice) == Refusal::seat_malformed);
  CHECK(bond_seat(world, 101, operator_of(1)) == Refusal::none);
  REQUIRE(bond_seat(world) == Refusal::none);
  CHECK(bond_seat(world, joiner, bob) == Refusal::seat_malformed);
}

TEST_CASE("a bond is paid out 21 days after it was asked for, and pays for offences until then") {
  auto world = world_of(1);
  REQUIRE(bond_seat(world) == Refusal::none);
  const auto unbond = [&](std::uint32_t by) { return world.draft(by, Unbond{address_of_number(joiner)}); };
  CHECK(world.outcome_of(unbond(bob)) == Refusal::not_the_operator);
  REQUIRE(world.outcome_of(unbond(alice)) == Refusal::none);
  CHECK(world.balance(alice, Token::gen) == tokens(900));
  CHECK(bond_seat(world) == Refusal::seat_unbonding);
  CHECK(world.invalid(free_ready(world)) == Refusal::seat_unbonding);
  CHECK(vote(world, 0, change({joiner})) == Refusal::seat_unbonding);

  const auto say = [](std::uint64_t number) {
    return SignedStatement{.body = {.kind = Statement::Kind::commit,
                                    .height = {1},
                                    .round = {0},
                                    .digest = digest_of_number(number),
                                    .prepared = {}},
                           .signature = {}};
  };
  const ReportEvidence report{address_of_number(joiner), key_of(joiner), say(1), say(2), {}};
  REQUIRE(world.outcome_of(world.draft(bob, report)) == Refusal::none);
  CHECK(world.outcome_of(unbond(alice), unbonding_ms - 100'000) == Refusal::unbonding_not_over);
  REQUIRE(world.outcome_of(unbond(alice), 100'000) == Refusal::none);
  CHECK(world.balance(alice, Token::gen) == tokens(995));
  CHECK_FALSE(world.state.has(bond_key(address_of_number(joiner))));
  CHECK(world.pools().bonds == Amount{});
  CHECK(world.outcome_of(unbond(alice)) == Refusal::seat_unknown);
  CHECK(world.outcome_of(world.draft(bob, report)) == Refusal::offender_unknown);
}

TEST_CASE("a seat says ready once a block, and names what it holds; free once it is asked to join") {
  auto world = world_of(1);
  auto stranger = world.draft(alice, Ready{world.height});
  stranger.body.fee_limit = {};
  CHECK(world.invalid(stranger) == Refusal::seat_unknown);
  REQUIRE(bond_seat(world) == Refusal::none);
  REQUIRE(bond_seat(world, 100, owner) == Refusal::none);
  auto inside = world.draft(100, Ready{world.height});
  inside.body.fee_limit = {};
  CHECK(world.invalid(inside) == Refusal::seat_in_use);
  CHECK(world.invalid(free_ready(world)) == Refusal::ready_unasked);
  REQUIRE(vote(world, 0, change({joiner})) == Refusal::none);
  for (int i = 0; i < 5; ++i) world.run({});
  struct Row {
    std::uint64_t final;
    Refusal refusal;
  };
  // The next block is the 9th.
  for (auto [final, refusal] : {Row{9, Refusal::ready_too_old},
                                {8, Refusal::none},
                                {5, Refusal::none},
                                {4, Refusal::ready_too_old},
                                {0, Refusal::ready_too_old}}) {
    auto draft = ready(world);
    draft.body.operations = {Ready{{final}}};
    CHECK(world.invalid(draft) == refusal);
  }
  auto second = ready(world);
  second.body.nonce += 1;
  const TransactionList twice{World::sign(ready(world)), World::sign(second)};
  const auto execution = execute(world.next(), twice, world.state);
  REQUIRE(execution.invalid);
  CHECK(*execution.invalid == InvalidTransaction{.index = 1, .refusal = Refusal::ready_already});
  run_ready(world, {joiner}, 3);
  CHECK(bond_row(world).ready_blocks == 3);
  for (std::uint64_t without = 0; without < ready_lag_blocks; ++without) world.run({});
  run_ready(world, {joiner}, 1);
  CHECK(bond_row(world).ready_blocks == 3 + ready_lag_blocks + 1);
  for (std::uint64_t without = 0; without <= ready_lag_blocks; ++without) world.run({});
  run_ready(world, {joiner}, 1);
  CHECK(bond_row(world).ready_blocks == 1);
}

TEST_CASE("a quorum of seats decides, and twenty blocks later the set is another") {
  for (std::size_t n : {1, 3, 4, 7}) {
    INFO(n << " seats");
    auto world = with_joiner(n);
    for (std::uint32_t voter = 0; voter < quorum(n); ++voter) {
      REQUIRE(world.state.has(set_change_key()) == (voter > 0));
      std::vector<Draft> drafts{ready(world), world.draft(operator_of(voter), change({joiner}))};
      CHECK(world.run(drafts).outcomes[1].refusal == Refusal::none);
      const auto row = world.state.row<SetChangeRow>(set_change_key());
      CHECK(row.proposals[0].decided.has_value() == (voter + 1 == quorum(n)));
    }
    const auto before = set_in(world);
    for (std::uint64_t i = 1; i < set_change_blocks; ++i)
      CHECK(world.run({ready(world)}).next_validators == before);
    const auto changed = world.run({ready(world)});
    CHECK(seated(world, joiner));
    CHECK(changed.next_validators == set_in(world));
    CHECK(set_in(world).size() == n + 1);
    CHECK(std::ranges::is_sorted(set_in(world)));
    CHECK(world.state.row<SealingSetRow>(sealing_set_key(world.height)) == SealingSetRow{before});
    CHECK_FALSE(world.state.has(set_change_key()));
  }
}

TEST_CASE("seats count, not operators, and each once") {
  auto world = with_joiner(4);
  CHECK(vote(world, 0, change({joiner})) == Refusal::none);
  CHECK(vote(world, 0, change({joiner})) == Refusal::voted_already);
  CHECK(world.outcome_of(world.draft(alice, change({joiner}))) == Refusal::not_a_validator);
  CHECK(world.state.row<SetChangeRow>(set_change_key()).proposals[0].votes.size() == 1);

  auto genesis = small_genesis(4);
  for (auto& seat : genesis.validators) seat.operated_by = address_of_number(owner);
  World one{genesis};
  one.set(Parameter::bond_units_min, 1);
  REQUIRE(bond_seat(one) == Refusal::none);
  REQUIRE(one.outcome_of(one.draft(owner, change({joiner}))) == Refusal::none);
  const auto row = one.state.row<SetChangeRow>(set_change_key());
  CHECK(row.proposals[0].votes.size() == 4);
  CHECK(row.proposals[0].decided.has_value());
}

TEST_CASE(
    "a voted change waits until all that join are bonded, old enough and ready, and joins them at once") {
  auto world = world_of(1);
  REQUIRE(bond_seat(world, 300) == Refusal::none);
  REQUIRE(bond_seat(world, 301, bob) == Refusal::none);
  fund(world, 300);
  // The first is old enough, the second isn't yet.
  run_ready(world, {300}, age_blocks - 2);
  REQUIRE(vote(world, 0, change({300, 301})) == Refusal::none);
  run_ready(world, {300}, set_change_blocks + 5);
  CHECK(set_in(world).size() == 1);
  run_ready(world, {300, 301}, ready_blocks_min - ready_lag_blocks - 2);
  CHECK(set_in(world).size() == 1);
  // The second is ready for long enough when the first has been silent for too long, and counts anew.
  run_ready(world, {301}, ready_lag_blocks + 2);
  CHECK(set_in(world).size() == 1);
  run_ready(world, {300, 301}, ready_blocks_min - 1);
  CHECK(set_in(world).size() == 1);
  run_ready(world, {300, 301}, 1);
  CHECK(set_in(world).size() == 3);
}

TEST_CASE("a seat whose links are slower than blocks joins, and not when it has fallen silent") {
  auto world = world_of(1);
  REQUIRE(bond_seat(world) == Refusal::none);
  REQUIRE(vote(world, 0, change({joiner})) == Refusal::none);
  for (std::uint64_t block = 0; block < age_blocks; ++block) world.run({});
  const auto seldom = [&](std::uint64_t times) {
    for (std::uint64_t i = 0; i < times; ++i) {
      for (std::uint64_t without = 0; without < ready_lag_blocks; ++without) world.run({});
      CHECK_FALSE(seated(world, joiner));
      run_ready(world, {joiner}, 1);
    }
  };
  constexpr auto times = ready_blocks_min / (ready_lag_blocks + 1);
  run_ready(world, {joiner}, 1);
  seldom(times - 1);
  CHECK(bond_row(world).ready_blocks == ready_blocks_min - ready_lag_blocks);
  for (std::uint64_t without = 0; without <= ready_lag_blocks; ++without) world.run({});
  CHECK_FALSE(seated(world, joiner));
  run_ready(world, {joiner}, 1);
  CHECK(bond_row(world).ready_blocks == 1);
  seldom(times);
  CHECK(seated(world, joiner));
}

TEST_CASE("a seat joins only at the age of an epoch, with a bond that is still large enough") {
  auto world = world_of(1);
  world.set(Parameter::epoch_blocks, 60);
  REQUIRE(bond_seat(world) == Refusal::none);
  REQUIRE(vote(world, 0, change({joiner})) == Refusal::none);
  const auto bonded = bond_row(world).bonded;
  while (world.height + 1 < bonded + 60) {
    run_ready(world, {joiner}, 1);
    CHECK_FALSE(seated(world, joiner));
  }
  world.set(Parameter::bond_units_min, static_cast<std::uint64_t>(bond.units) + 1);
  run_ready(world, {joiner}, 1);
  CHECK_FALSE(seated(world, joiner));
  REQUIRE(bond_seat(world, joiner, alice, {1}) == Refusal::none);
  CHECK(seated(world, joiner));
}

TEST_CASE(
    "a seat joins with the twentieth block in a row that it is ready in, and its bond stays till then") {
  auto world = world_of(1);
  REQUIRE(bond_seat(world) == Refusal::none);
  REQUIRE(vote(world, 0, change({joiner})) == Refusal::none);
  for (int block = 0; block < 40; ++block) world.run({});
  run_ready(world, {joiner}, 19);
  CHECK_FALSE(seated(world, joiner));
  const auto unbond = world.draft(alice, Unbond{address_of_number(joiner)});
  CHECK(world.run({ready(world), unbond}).outcomes[1].refusal == Refusal::seat_in_use);
  CHECK(seated(world, joiner));
}

TEST_CASE("what no set can become is refused by name") {
  auto world = world_of(4);
  CHECK(vote(world, 0, change({joiner})) == Refusal::seat_unknown);
  REQUIRE(bond_seat(world) == Refusal::none);
  CHECK(vote(world, 0, change({})) == Refusal::set_change_malformed);
  CHECK(vote(world, 0, change({}, {joiner})) == Refusal::set_change_malformed);
  CHECK(vote(world, 0, change({}, {100, 101, 102, 103})) == Refusal::set_change_malformed);
  REQUIRE(bond_seat(world, 101, operator_of(1)) == Refusal::none);
  CHECK(vote(world, 0, change({101})) == Refusal::set_change_malformed);
  auto unsorted = change({joiner});
  unsorted.joins.push_back(unsorted.joins[0]);
  CHECK(vote(world, 0, unsorted) == Refusal::set_change_malformed);
  world.set(Parameter::bond_units_min, static_cast<std::uint64_t>(bond.units) + 1);
  CHECK(vote(world, 0, change({joiner})) == Refusal::bond_too_low);
}

TEST_CASE("one operator gains at most max(1, f) seats") {
  CHECK(seats_per_operator(1) == 1);
  CHECK(seats_per_operator(6) == 1);
  CHECK(seats_per_operator(7) == 2);
  CHECK(seats_per_operator(31) == 10);
  auto world = world_of(4);
  REQUIRE(bond_seat(world, 300) == Refusal::none);
  REQUIRE(bond_seat(world, 301) == Refusal::none);
  REQUIRE(bond_seat(world, 302, bob) == Refusal::none);
  CHECK(vote(world, 0, change({300, 301})) == Refusal::too_many_seats);
  CHECK(vote(world, 0, change({300})) == Refusal::none);
  // With a seventh seat f is two.
  CHECK(vote(world, 0, change({300, 301, 302})) == Refusal::none);
}

TEST_CASE("a set doesn't shrink so far that one operator holds too much of it, unless he did before") {
  auto genesis = small_genesis(7);
  const auto sixth = std::ranges::find(genesis.validators, address_of_number(106), &Validator::address);
  sixth->operated_by = address_of_number(operator_of(5));  // two of seven are allowed
  World world{genesis};
  CHECK(vote(world, 0, change({}, {100, 101, 102})) == Refusal::too_many_seats);
  CHECK(vote(world, 0, change({}, {100, 101, 106})) == Refusal::none);

  auto four = small_genesis(4);
  for (auto& seat : four.validators) seat.operated_by = address_of_number(owner);
  World of_one{four};
  CHECK(of_one.outcome_of(of_one.draft(owner, change({}, {103}))) == Refusal::none);
}

TEST_CASE("seats leave by vote, and a bond follows only then") {
  auto world = world_of(4);
  REQUIRE(bond_seat(world, 103, operator_of(3)) == Refusal::none);
  const auto unbond = [&] { return world.draft(operator_of(3), Unbond{address_of_number(103)}); };
  CHECK(world.outcome_of(unbond()) == Refusal::seat_in_use);
  for (std::uint32_t voter : {0u, 1u, 2u}) REQUIRE(vote(world, voter, change({}, {103})) == Refusal::none);
  for (std::uint64_t i = 0; i < set_change_blocks; ++i) world.run({});
  CHECK_FALSE(seated(world, 103));
  CHECK(world.outcome_of(unbond()) == Refusal::none);
}

TEST_CASE("a change lapses after a thousand blocks, decided or not") {
  auto world = world_of(4);
  REQUIRE(bond_seat(world) == Refusal::none);
  REQUIRE(vote(world, 0, change({joiner})) == Refusal::none);
  const auto proposed = world.height.value;
  for (std::uint32_t voter : {1u, 2u}) REQUIRE(vote(world, voter, change({joiner})) == Refusal::none);
  world.height = {proposed + set_change_lapses_blocks - 2};
  world.run({});
  CHECK(world.state.has(set_change_key()));
  CHECK(world.outcome_of(world.draft(alice, Unbond{address_of_number(joiner)})) == Refusal::seat_in_use);
  CHECK_FALSE(world.state.has(set_change_key()));
  CHECK(world.outcome_of(world.draft(alice, Unbond{address_of_number(joiner)})) == Refusal::none);
  CHECK_FALSE(seated(world, joiner));
}

TEST_CASE("sixteen changes are voted on at once; one more takes the place of that with the fewest votes") {
  auto world = world_of(4);
  std::vector<std::uint32_t> seats;
  for (std::uint32_t i = 0; i < 8; ++i) {
    seats.push_back(300 + i);
    REQUIRE(bond_seat(world, seats[i], i < 4 ? alice : bob) == Refusal::none);
  }
  // Seven join alone, the others with one that leaves.
  std::vector<VoteSetChange> changes;
  for (auto seat : seats) changes.push_back(change({seat}));
  for (auto seat : seats) changes.push_back(change({seat}, {103}));
  for (auto& one : changes) REQUIRE(vote(world, 0, one) == Refusal::none);
  REQUIRE(vote(world, 1, changes[0]) == Refusal::none);
  REQUIRE(vote(world, 1, change({}, {102})) == Refusal::none);
  auto row = world.state.row<SetChangeRow>(set_change_key());
  CHECK(row.proposals.size() == 16);
  CHECK(row.proposals[0].joins == changes[0].joins);
  CHECK(row.proposals[1].joins == changes[2].joins);
  CHECK(row.proposals.back().leaves == change({}, {102}).leaves);
}

TEST_CASE("an offender leaves even while another change waits, and its vote no longer counts") {
  auto world = with_joiner(4);
  REQUIRE(vote(world, 0, change({joiner})) == Refusal::none);
  REQUIRE(vote(world, 3, change({joiner})) == Refusal::none);
  const auto say = [](std::uint64_t number) {
    return SignedStatement{.body = {.kind = Statement::Kind::prepare,
                                    .height = {1},
                                    .round = {0},
                                    .digest = digest_of_number(number),
                                    .prepared = {}},
                           .signature = {}};
  };
  REQUIRE(world.outcome_of(
              world.draft(bob, ReportEvidence{address_of_number(103), key_of(103), say(1), say(2), {}})) ==
          Refusal::none);
  for (std::uint64_t i = 0; i < set_change_blocks; ++i) world.run({});
  CHECK_FALSE(seated(world, 103));
  // Of three seats two are a quorum; the offender's vote isn't one of them.
  CHECK_FALSE(world.state.row<SetChangeRow>(set_change_key()).proposals[0].decided);
  REQUIRE(vote(world, 1, change({joiner})) == Refusal::none);
  const auto proposal = world.state.row<SetChangeRow>(set_change_key()).proposals[0];
  CHECK(proposal.decided.has_value());
  CHECK(proposal.votes.size() == 2);
}
