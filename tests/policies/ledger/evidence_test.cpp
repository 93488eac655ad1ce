#include "policies/ledger/evidence.hpp"

#include <rapidcheck.h>
#include <catch2/catch.hpp>

#include "policies/ledger/set_change.hpp"
#include "tests/policies/ledger/world.hpp"

// What follows from two statements that no honest validator signs both (protocol section 6).
using namespace mnrt::tests;

namespace {

using Kind = Statement::Kind;

constexpr std::uint32_t offender = 101;  ///< the number of a seat's key and address
const auto bond = tokens(1'000);
constexpr auto gen = static_cast<std::size_t>(Token::gen);

SignedStatement say(Kind kind, std::uint64_t height, std::uint32_t round, std::uint64_t number) {
  SignedStatement made{
      .body = {.kind = kind, .height = {height}, .round = {round}, .digest = {}, .prepared = {}},
      .signature = {}};
  if (kind == Kind::round_change) {
    if (number != 0) made.body.prepared = {{0}, digest_of_number(number)};
  } else {
    made.body.digest = digest_of_number(number);
  }
  made.signature.bytes[0] = static_cast<std::uint8_t>(number);
  return made;
}

/// Two prepares of one round.
ReportEvidence report(std::uint64_t height = 1, std::uint32_t seat = offender) {
  return {.offender = address_of_number(seat),
          .key = key_of(seat),
          .first = say(Kind::prepare, height, 0, 1),
          .second = say(Kind::prepare, height, 0, 2),
          .salt = {}};
}

Draft fee_free(const World& world, const ReportEvidence& operation, std::uint32_t reporter = alice) {
  auto draft = world.draft(reporter, operation);
  draft.body.fee_limit = {};
  return draft;
}

Amount bond_of(const World& world, std::uint32_t seat = offender) {
  return world.state.row<BondRow>(bond_key(address_of_number(seat))).amount;
}

ValidatorSet set_in(const World& world) {
  return world.state.row<ValidatorsRow>(validators_key()).validators;
}

bool seated(const World& world, std::uint32_t seat = offender) {
  return index_of(set_in(world), address_of_number(seat)).has_value();
}

void move_to(World& world, std::uint64_t height) {
  world.height = {height};
}

}  // namespace

TEST_CASE("exactly what no honest validator signs is evidence") {
  struct Row {
    SignedStatement first, second;
    bool proves;
  };
  const Row rows[] = {
      {say(Kind::proposal, 1, 0, 1), say(Kind::proposal, 1, 0, 2), true},
      {say(Kind::prepare, 1, 3, 1), say(Kind::prepare, 1, 3, 2), true},
      {say(Kind::commit, 1, 0, 1), say(Kind::commit, 1, 0, 2), true},
      {say(Kind::round_change, 1, 1, 0), say(Kind::round_change, 1, 1, 1), true},
      {say(Kind::commit, 1, 0, 1), say(Kind::round_change, 1, 1, 0), true},
      {say(Kind::round_change, 1, 1, 2), say(Kind::commit, 1, 0, 1), true},
      {say(Kind::commit, 1, 0, 1), say(Kind::round_change, 1, 1, 1), false},
      {say(Kind::prepare, 1, 0, 1), say(Kind::prepare, 1, 0, 1), false},
      {say(Kind::prepare, 1, 0, 1), say(Kind::prepare, 1, 1, 2), false},
      {say(Kind::prepare, 1, 0, 1), say(Kind::commit, 1, 0, 2), false},
      {say(Kind::prepare, 1, 0, 1), say(Kind::prepare, 2, 0, 2), false},
      {say(Kind::commit, 1, 1, 1), say(Kind::round_change, 1, 1, 0), false},
      {say(Kind::prepare, 0, 0, 1), say(Kind::prepare, 0, 0, 2), false},
      {say(Kind::prepare, 2, 0, 1), say(Kind::prepare, 2, 0, 2), false},
  };
  for (const auto& row : rows) {
    World world{bonded_genesis(4, bond)};
    auto operation = report();
    operation.first = row.first;
    operation.second = row.second;
    CHECK(world.invalid(fee_free(world, operation)) ==
          (row.proves ? Refusal::none : Refusal::evidence_unproved));
    CHECK(world.outcome_of(world.draft(alice, operation)) ==
          (row.proves ? Refusal::none : Refusal::evidence_unproved));
    CHECK((bond_of(world) < bond) == row.proves);
  }
}

TEST_CASE("the key must be the seat's, which has to have a seat or a bond") {
  World world{bonded_genesis(4, bond)};
  auto stranger = report(1, 150);
  CHECK(world.invalid(fee_free(world, stranger)) == Refusal::offender_unknown);
  auto other_key = report();
  other_key.key = key_of(102);
  CHECK(world.invalid(fee_free(world, other_key)) == Refusal::offender_unknown);
  World without{small_genesis(4)};
  CHECK(without.invalid(fee_free(without, report())) == Refusal::none);
}

TEST_CASE("one report a height and offender") {
  World world{bonded_genesis(4, bond)};
  move_to(world, 10);
  CHECK(world.outcome_of(world.draft(alice, report(1))) == Refusal::none);
  CHECK(world.outcome_of(world.draft(bob, report(1))) == Refusal::evidence_known);
  auto commits = report(1);
  commits.first = say(Kind::commit, 1, 0, 1);
  commits.second = say(Kind::commit, 1, 0, 2);
  CHECK(world.invalid(fee_free(world, commits, bob)) == Refusal::evidence_known);
  CHECK(world.outcome_of(world.draft(bob, report(2))) == Refusal::none);
  CHECK(world.outcome_of(world.draft(bob, report(1, 102))) == Refusal::none);
  const auto row = world.state.row<OffenceRow>(offence_key(address_of_number(offender), {1}));
  CHECK(row == OffenceRow{address_of_number(alice), {11}, tokens(50)});
}

TEST_CASE("five per cent of the bond go at once, half burned and half to the treasury") {
  World world{bonded_genesis(4, bond)};
  const auto supply = supply_in(world.state);
  REQUIRE(world.outcome_of(fee_free(world, report())) == Refusal::none);
  CHECK(bond_of(world) == tokens(950));
  CHECK(world.pools().bonds == tokens(3'950));
  CHECK(world.pools().burned[gen] == tokens(25));
  CHECK(world.pools().treasury[gen] == tokens(10'025));
  CHECK(world.balance(alice, Token::gen) == tokens(1'000));
  CHECK(supply_in(world.state) == supply);
}

TEST_CASE("amounts that don't divide are rounded against the offender, and odd units are burned") {
  World world{bonded_genesis(4, {39})};
  REQUIRE(world.outcome_of(fee_free(world, report())) == Refusal::none);
  CHECK(bond_of(world) == Amount{37});
  CHECK(world.pools().burned[gen] == Amount{1});
  move_to(world, 40);
  World one{bonded_genesis(4, {1})};
  REQUIRE(one.outcome_of(fee_free(one, report())) == Refusal::none);
  CHECK(bond_of(one) == Amount{0});
  CHECK(one.pools().burned[gen] == Amount{1});
}

TEST_CASE("the offender's seat goes with the next change of the set, for every node at one height") {
  World world{bonded_genesis(4, bond)};
  const auto before = set_in(world);
  REQUIRE(world.outcome_of(fee_free(world, report())) == Refusal::none);
  for (std::uint64_t i = 1; i < set_change_blocks; ++i) CHECK(world.run({}).next_validators == before);
  const auto changed = world.run({});
  CHECK(changed.next_validators.size() == 3);
  CHECK_FALSE(seated(world));
  CHECK(changed.next_validators == set_in(world));
  CHECK(world.state.row<SealingSetRow>(sealing_set_key(world.height)) == SealingSetRow{before});
  CHECK_FALSE(world.state.has(set_change_key()));
  // Its bond stays, and pays for what else comes to light.
  REQUIRE(world.outcome_of(world.draft(alice, report(2))) == Refusal::none);
  CHECK(bond_of(world) == tokens(900));
  CHECK_FALSE(world.state.has(set_change_key()));
}

TEST_CASE("the set never becomes empty: a last offender keeps its seat") {
  World lone{bonded_genesis(1, bond)};
  REQUIRE(lone.outcome_of(fee_free(lone, report(1, 100))) == Refusal::none);
  for (int i = 0; i < 30; ++i) CHECK(lone.run({}).next_validators.size() == 1);
  CHECK(bond_of(lone, 100) == tokens(950));

  World both{bonded_genesis(2, bond)};
  both.run({fee_free(both, report(1, 100)), fee_free(both, report(1, 101), bob)});
  for (int i = 0; i < 30; ++i) both.run({});
  CHECK(set_in(both).size() == 1);
}

TEST_CASE("a commitment of an earlier block earns the reporter a tenth") {
  auto operation = report();
  operation.salt = digest_of_number(77);
  const auto commitment_of = [&](const World& world, std::uint32_t reporter) {
    return CommitEvidence{evidence_commitment(world.chain_id, address_of_number(reporter), operation)};
  };
  struct Row {
    const char* why;
    std::uint32_t committed_for;
    bool same_block;
    std::uint64_t salt;
    bool paid;
  };
  for (const auto& row :
       {Row{"committed before", alice, false, 77, true}, Row{"in the same block", alice, true, 77, false},
        Row{"to another's report", bob, false, 77, false},
        Row{"with another salt", alice, false, 78, false}}) {
    INFO(row.why);
    World world{bonded_genesis(4, bond)};
    const auto supply = supply_in(world.state);
    auto commit = world.draft(alice, commitment_of(world, row.committed_for));
    operation.salt = digest_of_number(row.salt);
    if (row.same_block) {
      auto second = world.draft(alice, operation, 1);
      world.run({commit, second});
    } else {
      REQUIRE(world.outcome_of(commit) == Refusal::none);
      REQUIRE(world.outcome_of(fee_free(world, operation)) == Refusal::none);
    }
    operation.salt = digest_of_number(77);
    CHECK(world.balance(alice, Token::gen) == (row.paid ? tokens(1'005) : tokens(1'000)));
    CHECK(world.state.has(reporter_key(address_of_number(alice))) == !row.paid);
    CHECK(world.pools().deposits ==
          (row.paid ? Amount{} : Amount{world.parameter(Parameter::row_deposit_units)}));
    CHECK(bond_of(world) == tokens(950));
    CHECK(supply_in(world.state) == supply);
  }
}

TEST_CASE("a commitment tells nothing, replaces the one before, and can't be copied") {
  World world{bonded_genesis(4, bond)};
  CHECK(world.outcome_of(world.draft(alice, CommitEvidence{})) == Refusal::commitment_is_empty);
  const auto mine = evidence_commitment(world.chain_id, address_of_number(alice), report());
  auto swapped = report();
  std::swap(swapped.first, swapped.second);
  CHECK(mine != evidence_commitment(world.chain_id, address_of_number(bob), report()));
  CHECK(mine != evidence_commitment(world.chain_id, address_of_number(alice), swapped));
  CHECK(mine != evidence_commitment(digest_of_number(8), address_of_number(alice), report()));
  REQUIRE(world.outcome_of(world.draft(alice, CommitEvidence{digest_of_number(1)})) == Refusal::none);
  const auto deposits = world.pools().deposits;
  REQUIRE(world.outcome_of(world.draft(alice, CommitEvidence{mine})) == Refusal::none);
  CHECK(world.pools().deposits == deposits);
  // Bob saw the commitment and repeats it: the report that opens it is Alice's.
  REQUIRE(world.outcome_of(world.draft(bob, CommitEvidence{mine})) == Refusal::none);
  REQUIRE(world.outcome_of(world.draft(bob, report())) == Refusal::none);
  CHECK(world.balance(bob, Token::gen) == tokens(1'000));
}

TEST_CASE("a report travels free in the reserved lane, one in ten blocks, or pays like others") {
  World world{bonded_genesis(4, bond)};
  move_to(world, 20);
  const auto flx = world.balance(alice);
  REQUIRE(world.outcome_of(fee_free(world, report(1))) == Refusal::none);
  CHECK(world.balance(alice) == flx);
  CHECK(world.invalid(fee_free(world, report(2))) == Refusal::evidence_too_soon);
  CHECK(world.invalid(fee_free(world, report(2), bob)) == Refusal::none);
  CHECK(world.outcome_of(world.draft(alice, report(2))) == Refusal::none);
  CHECK(world.balance(alice) < flx);
  for (int i = 0; i < 8; ++i) world.run({});
  CHECK(world.invalid(fee_free(world, report(3))) == Refusal::evidence_too_soon);
  world.run({});
  CHECK(world.invalid(fee_free(world, report(3))) == Refusal::none);
  // Nobody pays for a new account's row here, so there must be one.
  CHECK(world.invalid(fee_free(world, report(3), carol)) == Refusal::fee_balance_too_low);

  const TransactionList late{
      World::sign(world.draft(bob, Transfer{address_of_number(alice), Token::flx, {5}})),
      World::sign(fee_free(world, report(3)))};
  const auto execution = execute(world.next(), late, world.state);
  REQUIRE(execution.invalid);
  CHECK(execution.invalid->refusal == Refusal::out_of_order);
}

TEST_CASE("twenty reports in a window take the whole bond, and no more is left to report") {
  World world{bonded_genesis(4, bond)};
  move_to(world, 100);
  for (std::uint64_t i = 1; i <= 20; ++i) {
    REQUIRE(world.outcome_of(world.draft(alice, report(i))) == Refusal::none);
    CHECK(bond_of(world) == tokens(1'000 - 50 * i));
  }
  CHECK(world.invalid(fee_free(world, report(21), bob)) == Refusal::evidence_moot);
  World poor{small_genesis(4)};
  move_to(poor, 100);
  REQUIRE(poor.outcome_of(poor.draft(alice, report(1))) == Refusal::none);
  CHECK(poor.invalid(fee_free(poor, report(2), bob)) == Refusal::evidence_moot);
}

TEST_CASE("what a window's end takes grows with the square of the offenders") {
  struct Row {
    std::uint64_t offenders, seats, due_of_1690;
  };
  // 9k²/n² of 1,690: at 13 seats 90 for one offender, four times that for two, and all from a third on.
  for (auto [k, n, due] : {Row{1, 13, 90},
                           {2, 13, 360},
                           {3, 13, 810},
                           {4, 13, 1'440},
                           {5, 13, 1'690},
                           {13, 13, 1'690},
                           {1, 10, 0},
                           {10, 10, 0},
                           {1, 11, 125},
                           {1, 100, 1}}) {
    CHECK(penalty_at_end({1'690}, {}, k, n) == Amount{due});
    CHECK(penalty_at_end({1'690}, {due}, k, n) == Amount{0});
    CHECK(penalty_at_end({1'690}, {2'000}, k, n) == Amount{0});
  }
  CHECK(penalty_at_end({~uint128{0}}, {}, 5, 13) == Amount{~uint128{0}});
  CHECK(rc::check("never more than the bond, with what was taken", [] {
    const auto whole = Amount{*rc::gen::arbitrary<std::uint64_t>()};
    const auto taken = Amount{*rc::gen::arbitrary<std::uint64_t>() % (std::uint64_t(whole.units) | 1)};
    const auto seats = *rc::gen::inRange<std::uint64_t>(1, 101);
    const auto offenders = *rc::gen::inRange<std::uint64_t>(1, seats + 1);
    const auto rest = penalty_at_end(whole, taken, offenders, seats);
    RC_ASSERT(rest.units + taken.units <= std::max(whole.units, taken.units));
    if (offenders > 1) RC_ASSERT(penalty_at_end(whole, taken, offenders - 1, seats) <= rest);
  }));
}

TEST_CASE("above ten seats the window's end takes the rest from each offender") {
  World world{bonded_genesis(13, bond)};
  const auto supply = supply_in(world.state);
  move_to(world, 8'600);
  REQUIRE(world.outcome_of(world.draft(alice, report(1, 101))) == Refusal::none);
  REQUIRE(world.outcome_of(world.draft(alice, report(2, 101))) == Refusal::none);
  REQUIRE(world.outcome_of(world.draft(alice, report(1, 102))) == Refusal::none);
  CHECK(bond_of(world, 101) == tokens(900));
  CHECK(bond_of(world, 102) == tokens(950));
  move_to(world, 8'638);
  world.run({});
  CHECK(bond_of(world, 101) == tokens(900));
  world.run({});
  REQUIRE(world.height == Height{8'640});
  // 36/169 of 1,000 tokens, rounded down, at 13 seats and two offenders; whatever went at once is part of it.
  const Amount due{36 * tokens(1'000).units / 169};
  CHECK(bond_of(world, 101) == Amount{tokens(1'000).units - due.units});
  CHECK(bond_of(world, 102) == Amount{tokens(1'000).units - due.units});
  CHECK(bond_of(world, 103) == bond);
  CHECK_FALSE(world.state.has(evidence_key()));
  CHECK(supply_in(world.state) == supply);
  // A new window counts anew.
  REQUIRE(world.outcome_of(world.draft(alice, report(3, 103))) == Refusal::none);
  CHECK(world.state.row<EvidenceRow>(evidence_key()).entries.size() == 1);
}

TEST_CASE("up to ten seats a window's end takes nothing more") {
  World world{bonded_genesis(10, bond)};
  move_to(world, 8'600);
  for (std::uint32_t seat = 100; seat < 105; ++seat)
    REQUIRE(world.outcome_of(world.draft(alice, report(1, seat))) == Refusal::none);
  move_to(world, 8'639);
  world.run({});
  for (std::uint32_t seat = 100; seat < 105; ++seat) CHECK(bond_of(world, seat) == tokens(950));
}
