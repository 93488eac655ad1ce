#include <catch2/catch.hpp>

#include "policies/ledger/fees.hpp"
#include "tests/policies/ledger/world.hpp"

using namespace mnrt::tests;

namespace {

Transfer to(std::uint32_t receiver, Amount amount, Token token = Token::gen) {
  return {.to = address_of_number(receiver), .token = token, .amount = amount};
}

}  // namespace

TEST_CASE("the receiver gets exactly the amount, and the sender pays fees on top") {
  World world;
  const auto before = world.balance(alice, Token::gen);
  const auto outcome = world.run({world.draft(alice, to(bob, tokens(5)))}).outcomes.front();
  CHECK(outcome.refusal == Refusal::none);
  CHECK(world.balance(bob, Token::gen) == tokens(1'005));
  // 0.1 % of 5 GEN, in GEN, to the treasury.
  CHECK(world.balance(alice, Token::gen).units == before.units - tokens(5).units - 5'000'000);
  CHECK(world.pools().treasury[0].units == tokens(10'000).units + 5'000'000);
}

TEST_CASE("the base fee is what the fee table says, and goes to the treasury") {
  World world;
  const auto outcome = world.run({world.draft(alice, to(bob, tokens(5)))}).outcomes.front();
  // 1,000 a transaction, 10 a byte, 1,000 a signature, 500 a transfer.
  CHECK(outcome.fee.units == 1'000 + 200 * 10 + 1'000 + 500);
  CHECK(world.balance(alice).units == tokens(1'000).units - outcome.fee.units);
  CHECK(world.pools().treasury[2].units == tokens(10'000).units + outcome.fee.units);
}

TEST_CASE("the infrastructure fee is rounded up, so dust pays too") {
  World world;
  REQUIRE(world.outcome_of(world.draft(alice, to(bob, {1}))) == Refusal::none);
  CHECK(world.balance(alice, Token::gen).units == tokens(1'000).units - 2);
}

TEST_CASE("the priority goes to the operator of the proposer's seat") {
  World world;
  auto draft = world.draft(alice, to(bob, {1}));
  draft.body.priority = {77};
  const auto outcome = world.run({draft}).outcomes.front();
  CHECK(outcome.fee.units == 4'500 + 77);
  CHECK(world.balance(owner).units == tokens(1'000).units + 77);
}

TEST_CASE("a receiver without an account costs its deposit, which the sender pays") {
  World world;
  const auto fee = world.run({world.draft(alice, to(carol, tokens(1)))}).outcomes.front().fee;
  const auto deposit = world.parameter(Parameter::row_deposit_units);
  CHECK(world.balance(carol, Token::gen) == tokens(1));
  CHECK(world.balance(alice).units == tokens(1'000).units - fee.units - deposit);
  CHECK(world.pools().deposits.units == deposit);
  CHECK(world.state.row<AccountRow>(account_key(address_of_number(carol))).deposit.units == deposit);
}

TEST_CASE("a transfer says why it can't be done") {
  const auto maximum = Amount{~uint128{0}};
  const std::vector<std::pair<Transfer, Refusal>> table{
      {to(bob, {0}), Refusal::amount_is_zero},
      {to(alice, {1}), Refusal::receiver_is_sender},
      {to(bob, maximum), Refusal::overflow},
      {to(bob, tokens(1'000)), Refusal::balance_too_low},  // the fee on top isn't there
      {to(bob, tokens(1'000), Token::flx), Refusal::balance_too_low},
  };
  for (const auto& [transfer, refusal] : table) {
    World world;
    CHECK(world.outcome_of(world.draft(alice, transfer)) == refusal);
  }
}

TEST_CASE("a receiver's deposit that the sender can't pay refuses the transfer") {
  World world;
  world.set(Parameter::row_deposit_units, 2'000'000'000'000);
  CHECK(world.outcome_of(world.draft(alice, to(carol, {1}))) == Refusal::balance_too_low);
  CHECK_FALSE(world.state.has(account_key(address_of_number(carol))));
}

TEST_CASE("a failing operation undoes those before it, but nonce and fee stay") {
  World world;
  auto draft = world.draft(alice, to(carol, tokens(1)));
  draft.body.operations.push_back(Notarise{.document = digest_of_number(1), .label_hash = {}});
  draft.body.operations.push_back(to(bob, {0}));
  const auto execution = world.run({draft});
  const auto& outcome = execution.outcomes.front();
  CHECK(outcome.refusal == Refusal::amount_is_zero);
  CHECK(outcome.operation == 2);
  CHECK(outcome.leaves.empty());
  CHECK(execution.leaves.empty());
  CHECK(execution.log.size == 0);
  CHECK_FALSE(world.state.has(account_key(address_of_number(carol))));
  CHECK(world.pools().deposits.units == 0);
  CHECK(world.balance(alice, Token::gen) == tokens(1'000));
  CHECK(world.balance(alice).units == tokens(1'000).units - outcome.fee.units);
  CHECK(nonce_of(world.state, address_of_number(alice), 0) == 1);
}

TEST_CASE("a fee limit below the fee is charged whole, and the operations don't run") {
  World world;
  auto draft = world.draft(alice, to(bob, tokens(1)));
  draft.body.fee_limit = {4'499};
  const auto outcome = world.run({draft}).outcomes.front();
  CHECK(outcome.refusal == Refusal::fee_limit_too_low);
  CHECK(outcome.fee.units == 4'499);
  CHECK(world.balance(bob, Token::gen) == tokens(1'000));
  CHECK(world.balance(alice).units == tokens(1'000).units - 4'499);
}

TEST_CASE("where a fee limit doesn't cover the priority, the base fee comes first") {
  World world;
  auto draft = world.draft(alice, to(bob, tokens(1)));
  draft.body.priority = {1'000};
  draft.body.fee_limit = {5'000};
  CHECK(world.run({draft}).outcomes.front().fee.units == 5'000);
  CHECK(world.balance(owner).units == tokens(1'000).units + 500);
}

TEST_CASE("what is held for the fee can't be spent by the operations") {
  World world;
  world.set(Parameter::infrastructure_fee_ppb, 0);
  auto draft = world.draft(alice, to(bob, {tokens(1'000).units - 99'999}, Token::flx));
  CHECK(world.outcome_of(draft) == Refusal::balance_too_low);
}

TEST_CASE("a block that is executed twice does the same") {
  World world;
  const TransactionList list{World::sign(world.draft(alice, to(carol, tokens(1)))),
                             World::sign(world.draft(bob, to(alice, tokens(2), Token::aur)))};
  const auto one = execute(world.next(), list, world.state);
  const auto two = execute(world.next(), list, world.state);
  CHECK(one.changes == two.changes);
  CHECK(one.outcomes == two.outcomes);
}
