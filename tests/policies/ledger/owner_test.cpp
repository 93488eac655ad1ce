#include <catch2/catch.hpp>

#include "tests/policies/ledger/world.hpp"

using namespace mnrt::tests;

namespace {

constexpr std::int64_t day_ms = 86'400'000;

/// Blocks without a renewal until the lease's time and blocks have passed.
Execution let_lease_run_out(World& world) {
  for (int i = 0; i < 5; ++i) world.run({}, 6'000);
  return world.run({}, 6'000);
}

WithdrawTreasury withdraw(Amount amount, std::uint32_t receiver = owner, std::uint64_t epoch = 0) {
  return {.epoch = {epoch}, .to = address_of_number(receiver), .token = Token::gen, .amount = amount};
}

ChangeParameter change(Parameter parameter, std::uint64_t value, std::uint64_t epoch = 0) {
  return {.epoch = {epoch}, .parameter = parameter, .value = value};
}

}  // namespace

TEST_CASE("a renewal is free and moves the lease to its block") {
  World world;
  world.run({}, 9'000);
  const auto execution = world.run({world.renewal()});
  CHECK(execution.outcomes.front().refusal == Refusal::none);
  CHECK(execution.outcomes.front().fee.units == 0);
  CHECK(world.owner_row().renewed_time == world.time);
  CHECK(world.owner_row().renewed_height == world.height);
}

TEST_CASE("a lone owner whose lease ran out has failed, and a renewal ends that") {
  World world;
  const auto execution = let_lease_run_out(world);
  CHECK(execution.owner == OwnerStatus::failed);
  CHECK(execution.epoch == Epoch{0});
  CHECK(world.outcome_of(world.renewal()) == Refusal::none);
  CHECK(world.run({}).owner == OwnerStatus::healthy);
}

TEST_CASE("the epoch changes only when time, blocks and enough others all say so") {
  struct Row {
    std::size_t validators;
    std::size_t eligible;
    int blocks;
    std::int64_t ms_each;
    OwnerStatus expected;
  };
  const std::vector<Row> table{
      {4, 3, 6, 5'000, OwnerStatus::deposed},
      {4, 3, 6, 4'999, OwnerStatus::healthy},
      {4, 3, 5, 6'000, OwnerStatus::healthy},
      {4, 2, 6, 5'000, OwnerStatus::failed},
      {3, 3, 6, 5'000, OwnerStatus::failed},  // two others, whatever the caller counts
      {1, 9, 6, 5'000, OwnerStatus::failed},
      {10, 9, 7, 5'000, OwnerStatus::healthy},  // 2(f + 1) = 8 blocks
      {10, 9, 8, 5'000, OwnerStatus::deposed},
  };
  for (const auto& row : table) {
    World world{small_genesis(row.validators)};
    world.eligible = row.eligible;
    Execution last;
    for (int i = 0; i < row.blocks; ++i) last = world.run({}, row.ms_each);
    CHECK(last.owner == row.expected);
    CHECK(last.epoch == Epoch{row.expected == OwnerStatus::deposed ? 1u : 0u});
    CHECK(world.owner_row().deposed == (row.expected == OwnerStatus::deposed));
  }
}

TEST_CASE("seats of one operator count once towards a council") {
  auto genesis = small_genesis(4);
  for (auto& seat : genesis.validators)
    if (seat.operated_by != address_of_number(owner)) seat.operated_by = address_of_number(201);
  World world{genesis};
  CHECK(let_lease_run_out(world).owner == OwnerStatus::failed);
}

TEST_CASE("a renewal in the block that changes the epoch is too late") {
  World world{small_genesis(4)};
  for (int i = 0; i < 5; ++i) world.run({}, 6'000);
  CHECK(world.outcome_of(world.renewal()) == Refusal::lease_ended);
  CHECK(world.owner_row().epoch == Epoch{1});
  // From the next block on it can't stand in any.
  CHECK(world.invalid(world.renewal(1)) == Refusal::lease_ended);
}

TEST_CASE("the epoch changes once, and stays until a handback") {
  World world{small_genesis(4)};
  let_lease_run_out(world);
  CHECK(let_lease_run_out(world).epoch == Epoch{1});
}

TEST_CASE("the reserved lane takes the lease key's renewals alone, one a window") {
  World world;
  auto stranger = world.draft(alice, RenewLease{});
  stranger.body.fee_limit = {};
  CHECK(world.invalid(stranger) == Refusal::not_the_lease_key);
  CHECK(world.invalid(world.renewal(), 4'999) == Refusal::renewed_already);
  CHECK(world.invalid(world.renewal(3), 5'000) == Refusal::wrong_epoch);
  CHECK(world.invalid(world.renewal(), 5'000) == Refusal::none);
  world.run({world.renewal()}, 5'000);
  CHECK(world.invalid(world.renewal(), 4'999) == Refusal::renewed_already);

  const TransactionList twice{World::sign(world.renewal()), [&] {
                                auto second = world.renewal();
                                second.body.nonce += 1;
                                return World::sign(second);
                              }()};
  const auto execution = execute(world.next(6'000), twice, world.state);
  REQUIRE(execution.invalid);
  CHECK(*execution.invalid == InvalidTransaction{.index = 1, .refusal = Refusal::renewed_already});
}

TEST_CASE("a renewal that pays stands among the ordinary, with outcomes instead of invalid blocks") {
  World world;
  auto paying = world.draft(owner, Transfer{address_of_number(lease), Token::flx, tokens(1)});
  world.run({paying});
  CHECK(world.outcome_of(world.draft(lease, RenewLease{})) == Refusal::none);
  CHECK(world.outcome_of(world.draft(lease, RenewLease{.epoch = {5}})) == Refusal::wrong_epoch);
  CHECK(world.outcome_of(world.draft(alice, RenewLease{})) == Refusal::not_the_lease_key);
}

TEST_CASE("the lease key can do nothing but renew") {
  World world;
  world.run({world.draft(owner, Transfer{address_of_number(lease), Token::flx, tokens(1)})});
  CHECK(world.invalid(world.draft(lease, ChangeKeys{policy_of(alice)})) == Refusal::not_the_lease_key);
  CHECK(world.invalid(world.draft(lease, Transfer{address_of_number(bob), Token::flx, {1}})) ==
        Refusal::not_the_lease_key);
}

TEST_CASE("a withdrawal is paid after its delay, at the start of a block") {
  World world;
  REQUIRE(world.outcome_of(world.draft(owner, withdraw(tokens(1'000)))) == Refusal::none);
  CHECK(world.pools().treasury[0] == tokens(10'000));
  world.run({}, day_ms - 1);
  CHECK(world.balance(owner, Token::gen) == tokens(1'000));
  world.run({}, 1);
  CHECK(world.balance(owner, Token::gen) == tokens(2'000));
  CHECK(world.pools().treasury[0] == tokens(9'000));
  world.run({}, day_ms);
  CHECK(world.balance(owner, Token::gen) == tokens(2'000));
}

TEST_CASE("withdrawals of a window share one limit, and it comes back with the window's end") {
  World world;
  REQUIRE(world.outcome_of(world.draft(owner, withdraw(tokens(600)))) == Refusal::none);
  CHECK(world.outcome_of(world.draft(owner, withdraw(tokens(401)))) == Refusal::withdrawal_over_limit);
  CHECK(world.outcome_of(world.draft(owner, withdraw(tokens(400)))) == Refusal::none);
  world.run({}, day_ms);
  CHECK(world.outcome_of(world.draft(owner, withdraw({1}))) == Refusal::withdrawal_over_limit);
  world.run({}, 29 * day_ms);
  CHECK(world.outcome_of(world.draft(owner, withdraw(tokens(900)))) == Refusal::none);
  CHECK(world.outcome_of(world.draft(owner, withdraw({1}))) == Refusal::withdrawal_over_limit);
}

TEST_CASE("the window holds at most 64 withdrawals") {
  World world;
  for (int i = 0; i < 64; ++i)
    REQUIRE(world.outcome_of(world.draft(owner, withdraw({1})), 1) == Refusal::none);
  CHECK(world.outcome_of(world.draft(owner, withdraw({1}))) == Refusal::withdrawal_over_limit);
}

TEST_CASE("a withdrawal to a new account opens it, with a deposit of the owner's") {
  World world;
  REQUIRE(world.outcome_of(world.draft(owner, withdraw(tokens(1), carol))) == Refusal::none);
  CHECK(world.pools().deposits.units == world.parameter(Parameter::row_deposit_units));
  world.run({}, day_ms);
  CHECK(world.balance(carol, Token::gen) == tokens(1));
}

TEST_CASE("an epoch change cancels the withdrawals that wait") {
  World world{small_genesis(4)};
  world.run({world.draft(owner, withdraw(tokens(1'000)))});
  let_lease_run_out(world);
  CHECK(world.state.row<WithdrawalsRow>(withdrawals_key()).entries.empty());
  world.run({}, 2 * day_ms);
  CHECK(world.pools().treasury[0] == tokens(10'000));
}

TEST_CASE("a withdrawal that the treasury no longer covers is dropped") {
  World world;
  world.run({world.draft(owner, withdraw(tokens(1'000)))});
  auto pools = world.pools();
  pools.treasury[0] = tokens(999);
  world.state.put(pools_key(), pools);
  world.run({}, day_ms);
  CHECK(world.balance(owner, Token::gen) == tokens(1'000));
  CHECK(world.state.row<WithdrawalsRow>(withdrawals_key()).entries.empty());
}

TEST_CASE("the owner's operations say why they can't be done") {
  World world;
  const std::vector<std::pair<Draft, Refusal>> table{
      {world.draft(alice, withdraw({1})), Refusal::not_the_owner},
      {world.draft(alice, change(Parameter::base_fee_units, 2)), Refusal::not_the_owner},
      {world.draft(owner, withdraw({1}, owner, 1)), Refusal::wrong_epoch},
      {world.draft(owner, change(Parameter::base_fee_units, 2, 1)), Refusal::wrong_epoch},
      {world.draft(owner, withdraw({0})), Refusal::amount_is_zero},
      {world.draft(owner, withdraw({tokens(1'000).units + 1})), Refusal::withdrawal_over_limit},
      {world.draft(owner, change(Parameter::base_fee_units, 0)), Refusal::parameter_out_of_range},
      {world.draft(owner, change(Parameter::block_bytes_max, 5'000'000)), Refusal::parameter_out_of_range},
      {world.draft(owner, change(Parameter::count_, 1)), Refusal::parameter_out_of_range},
      {world.draft(owner, change(Parameter::base_fee_units, 3)), Refusal::parameter_step_too_large},
      {world.draft(owner, change(Parameter::services_max, 499)), Refusal::parameter_step_too_large},
  };
  for (const auto& [draft, refusal] : table) {
    auto copy = world;
    CHECK(copy.outcome_of(draft) == refusal);
  }
  world.set(Parameter::withdrawal_share_ppb, 0);
  CHECK(world.outcome_of(world.draft(owner, withdraw({1}))) == Refusal::withdrawal_disabled);
  world.set(Parameter::withdrawal_share_ppb, 100'000'000);
  world.set(Parameter::row_deposit_units, 2'000'000'000'000);
  CHECK(world.outcome_of(world.draft(owner, withdraw({1}, carol))) == Refusal::balance_too_low);
}

TEST_CASE("a deposed owner has no privileges, in the old epoch or the new") {
  World world{small_genesis(4)};
  let_lease_run_out(world);
  for (std::uint64_t epoch : {0u, 1u}) {
    CHECK(world.outcome_of(world.draft(owner, withdraw({1}, owner, epoch))) == Refusal::lease_ended);
    CHECK(world.outcome_of(world.draft(owner, change(Parameter::base_fee_units, 2, epoch))) ==
          Refusal::lease_ended);
  }
}

TEST_CASE("from four validators on the owner can't move its own limits") {
  for (auto parameter : {Parameter::lease_ms, Parameter::lease_blocks, Parameter::withdrawal_share_ppb,
                         Parameter::withdrawal_window_ms, Parameter::withdrawal_delay_ms}) {
    World three{small_genesis(3)};
    const auto value = three.parameter(parameter);
    CHECK(three.outcome_of(three.draft(owner, change(parameter, value))) == Refusal::none);
    World four{small_genesis(4)};
    CHECK(four.outcome_of(four.draft(owner, change(parameter, value))) == Refusal::needs_quorum);
    CHECK(four.outcome_of(four.draft(owner, change(Parameter::base_fee_units, 2))) == Refusal::none);
  }
}

TEST_CASE("a parameter takes effect an epoch of blocks later and leaves its history") {
  World world;
  world.set(Parameter::epoch_blocks, 20);
  REQUIRE(world.outcome_of(world.draft(owner, change(Parameter::base_fee_units, 2))) == Refusal::none);
  const auto asked = world.height;
  while (world.height.value + 1 < asked.value + 20) world.run({});
  CHECK(world.parameter(Parameter::base_fee_units) == 1);
  const auto fee = world.run({world.draft(alice, Notarise{digest_of_number(1), {}})}).outcomes.front().fee;
  CHECK(fee.units == 2 * (1'000 + 2'000 + 1'000 + 2'000));  // in force for the block's own transactions
  CHECK(world.parameter(Parameter::base_fee_units) == 2);
  CHECK(world.state.row<ParametersRow>(parameters_key()).pending.empty());
  const auto key = parameter_history_key(Parameter::base_fee_units, asked + 20);
  CHECK(world.state.row<ParameterHistoryRow>(key).value == 1);
}

TEST_CASE("asking again replaces a change that waits, and starts its epoch anew") {
  World world;
  world.run({world.draft(owner, change(Parameter::services_max, 2'000))});
  world.run({world.draft(owner, change(Parameter::services_max, 1'500))});
  const auto pending = world.state.row<ParametersRow>(parameters_key()).pending;
  REQUIRE(pending.size() == 1);
  CHECK(pending.front().value == 1'500);
  CHECK(pending.front().effective == world.height + world.parameter(Parameter::epoch_blocks));
}
