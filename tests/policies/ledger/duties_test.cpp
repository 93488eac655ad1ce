#include "policies/ledger/duties.hpp"

#include <catch2/catch.hpp>
#include <set>

#include "policies/consensus/evidence.hpp"
#include "policies/ledger/evidence.hpp"
#include "policies/ledger/set_change.hpp"
#include "policies/limits.hpp"
#include "tests/policies/ledger/world.hpp"

// What a validator sends of its own accord, held against the ledger that it sends it to.
using namespace mnrt::tests;

namespace {

constexpr std::uint32_t offender = 101;
const auto bond = tokens(1'000);

ReportEvidence report(std::uint64_t height, std::uint32_t seat = offender) {
  const auto say = [&](std::uint64_t number) {
    SignedStatement made{.body = {.kind = Statement::Kind::prepare,
                                  .height = {height},
                                  .round = {0},
                                  .digest = digest_of_number(number),
                                  .prepared = {}},
                         .signature = {}};
    made.signature.bytes[0] = static_cast<std::uint8_t>(number);
    return made;
  };
  return {.offender = address_of_number(seat),
          .key = key_of(seat),
          .first = say(1),
          .second = say(2),
          .salt = digest_of_number(9)};
}

/// A chain, and one node that sends what its findings say with alice's account.
struct Node {
  World world{bonded_genesis(4, bond)};
  Findings findings;
  std::uint32_t seat{first_in_turn(world)};

  /// The seat whose turn comes at once for height 1.
  static std::uint32_t first_in_turn(const World& world) {
    for (std::uint32_t number = 100; number < 104; ++number)
      if (number != offender && wait(world, number, 1) == 0) return number;
    FAIL("nobody is first");
    return 0;
  }
  static std::uint64_t wait(const World& world, std::uint32_t seat, std::uint64_t height) {
    const auto set = world.state.row<ValidatorsRow>(validators_key()).validators;
    return blocks_before_turn(set, address_of_number(seat), address_of_number(offender), {height});
  }

  std::optional<Operation> asked() {
    return findings.next({.rows = world.state,
                          .block = {world.height.value + 1},
                          .account = address_of_number(alice),
                          .seat = address_of_number(seat),
                          .chain_id = world.chain_id});
  }
  Draft draft(const Operation& operation) const {
    auto made = world.draft(alice, operation);
    if (std::holds_alternative<ReportEvidence>(operation)) made.body.fee_limit = {};
    return made;
  }
  bool is_found_and_asks_for_commitment(std::uint64_t height) {
    if (!findings.add(report(height), {world.height.value + 1})) return false;
    const auto operation = asked();
    return operation && std::holds_alternative<CommitEvidence>(*operation);
  }
};

}  // namespace

TEST_CASE("evidence is committed to, then reported in a later block, and its reporter gets the share") {
  Node node;
  REQUIRE(node.findings.add(report(1), {1}));
  const auto before = node.world.balance(alice, Token::gen);
  const auto commit = node.asked();
  REQUIRE(commit);
  REQUIRE(std::holds_alternative<CommitEvidence>(*commit));
  CHECK_FALSE(node.asked());
  REQUIRE(node.world.outcome_of(node.draft(*commit)) == Refusal::none);
  const auto reported = node.asked();
  REQUIRE(reported);
  CHECK(std::get<ReportEvidence>(*reported) == report(1));
  CHECK_FALSE(node.asked());
  REQUIRE(node.world.outcome_of(node.draft(*reported)) == Refusal::none);
  CHECK(before < node.world.balance(alice, Token::gen));
  CHECK_FALSE(node.asked());
  CHECK(node.findings.size() == 0);
  CHECK(node.findings.take_settled() == std::vector<Findings::Key>{{address_of_number(offender), {1}}});
  CHECK(node.findings.take_settled().empty());
}

TEST_CASE("what did not get into a block is sent again when it has expired") {
  Node node;
  REQUIRE(node.is_found_and_asks_for_commitment(1));
  for (std::uint64_t i = 1; i < duty_expiry_blocks; ++i) {
    node.world.run({});
    CHECK_FALSE(node.asked());
  }
  node.world.run({});
  const auto again = node.asked();
  REQUIRE(again);
  CHECK(std::holds_alternative<CommitEvidence>(*again));
}

TEST_CASE("what the pool didn't take is sent again at the next block, and at last without a commitment") {
  Node node;
  REQUIRE(node.is_found_and_asks_for_commitment(1));
  node.findings.not_taken();
  const auto second = node.asked();
  REQUIRE(second);
  CHECK(std::holds_alternative<CommitEvidence>(*second));
  node.findings.not_taken();
  const auto third = node.asked();
  REQUIRE(third);
  REQUIRE(std::holds_alternative<ReportEvidence>(*third));
  CHECK(node.world.outcome_of(node.draft(*third)) == Refusal::none);
}

TEST_CASE("another's report of the same offence ends a validator's own") {
  Node node;
  REQUIRE(node.is_found_and_asks_for_commitment(1));
  auto others = report(1);
  others.salt = {};
  REQUIRE(node.world.outcome_of(node.world.draft(bob, others)) == Refusal::none);
  CHECK_FALSE(node.asked());
  CHECK(node.findings.size() == 0);
}

TEST_CASE("an account's second report waits until it is free again") {
  Node node;
  node.world.height = {5};
  REQUIRE(node.findings.add(report(1), {6}));
  REQUIRE(node.findings.add(report(4), {6}));
  std::vector<std::uint64_t> reported;
  for (int block = 0; block < 40; ++block) {
    std::vector<Draft> drafts;
    if (const auto operation = node.asked()) {
      REQUIRE(node.world.invalid(node.draft(*operation)) == Refusal::none);
      drafts.push_back(node.draft(*operation));
      if (std::holds_alternative<ReportEvidence>(*operation)) reported.push_back(node.world.height.value + 1);
    }
    node.world.run(drafts);
  }
  REQUIRE(reported.size() == 2);
  CHECK(reported[1] - reported[0] == free_report_blocks);
  CHECK(node.findings.size() == 0);
}

TEST_CASE("evidence of a height to come waits for its block, and of nothing left to lose is forgotten") {
  Node node;
  REQUIRE(node.findings.add(report(3), {1}));
  REQUIRE(node.findings.add(report(1, 150), {1}));
  CHECK_FALSE(node.asked());
  CHECK(node.findings.size() == 1);
  for (int block = 0; block < 20; ++block) node.world.run({});
  CHECK(node.asked());
}

TEST_CASE("one finding an offender and height, and no more than the bound") {
  Findings findings;
  CHECK(findings.add(report(1), {1}));
  CHECK_FALSE(findings.add(report(1), {2}));
  for (std::uint64_t height = 2; height <= limits::findings_max; ++height)
    CHECK(findings.add(report(height), {1}));
  CHECK_FALSE(findings.add(report(1'000), {1}));
  CHECK(findings.size() == limits::findings_max);
}

TEST_CASE("validators report in turn: nobody shares one up to nine, and each is first at some height") {
  for (std::size_t n = 2; n <= 20; ++n) {
    const auto set = bonded_genesis(n, bond).validators;
    const auto accused = set[n / 2].address;
    std::set<Address> firsts;
    for (std::uint64_t height = 1; height <= n; ++height) {
      std::multiset<std::uint64_t> waits;
      for (const auto& seat : set) {
        if (seat.address == accused) continue;
        const auto wait = blocks_before_turn(set, seat.address, accused, {height});
        waits.insert(wait);
        if (wait == 0) firsts.insert(seat.address);
        CHECK(wait % report_turn_blocks == 0);
        CHECK(wait < report_turns_max * report_turn_blocks);
      }
      CHECK(waits.contains(0));
      if (n <= report_turns_max + 1) CHECK(waits.count(0) == 1);
    }
    CHECK(firsts.size() == n - 1);
    CHECK(blocks_before_turn(set, address_of_number(999), accused, {1}) ==
          std::min<std::uint64_t>(n - 1, report_turns_max) * report_turn_blocks);
  }
}

TEST_CASE("a report carries what both messages say, and the key that the chain knows of the offender") {
  World world{bonded_genesis(4, bond)};
  const auto address = address_of_number(offender);
  const auto message = [&](std::uint64_t number) {
    return Signed<Commit>{{{3}, {1}, digest_of_number(number)}, address, {}};
  };
  const Evidence evidence{address, message(1), message(2)};
  const auto made = report_of(evidence, world.state);
  REQUIRE(made);
  CHECK(made->offender == address);
  CHECK(made->key == key_of(offender));
  CHECK(made->first == statement_of(evidence.first));
  CHECK(made->second == statement_of(evidence.second));
  auto stranger = evidence;
  stranger.offender = address_of_number(150);
  CHECK_FALSE(report_of(stranger, world.state));
}

TEST_CASE("a seat is ready once a block while a change that lets it join is voted on") {
  constexpr std::uint32_t joiner = 120;
  World world{bonded_genesis(1, bond)};
  const auto seat = address_of_number(joiner);
  const Validator record{.address = seat,
                         .operated_by = address_of_number(bob),
                         .consensus_key = key_of(joiner),
                         .log_key = key_of(joiner + 1),
                         .cosigner_key = key_of(joiner + 2),
                         .tsa_certificate = {}};
  CHECK_FALSE(ready_due(seat, world.height, world.state));
  const auto minimum = Amount{world.parameter(Parameter::bond_units_min)};
  REQUIRE(world.outcome_of(world.draft(bob, Bond{record, minimum})) == Refusal::none);
  CHECK_FALSE(ready_due(seat, world.height, world.state));
  REQUIRE(world.outcome_of(world.draft(owner, VoteSetChange{{seat}, {}})) == Refusal::none);
  for (int block = 0; block < 3; ++block) {
    const auto due = ready_due(seat, world.height, world.state);
    REQUIRE(due);
    CHECK(due->final == world.height);
    auto draft = world.draft(joiner, *due);
    draft.body.fee_limit = {};
    REQUIRE(world.invalid(draft) == Refusal::none);
    REQUIRE(world.outcome_of(draft) == Refusal::none);
  }
  const auto row = world.state.row<BondRow>(bond_key(seat));
  CHECK(row.ready_blocks == 3);
  auto unbonding = row;
  unbonding.unbonding = world.time;
  world.state.put(bond_key(seat), unbonding);
  CHECK_FALSE(ready_due(seat, world.height, world.state));
}
