#include <algorithm>
#include <catch2/catch.hpp>
#include <set>

#include "policies/ledger/supply.hpp"
#include "policies/limits.hpp"
#include "tests/policies/ledger/world.hpp"

using namespace mnrt::tests;

TEST_CASE("genesis makes every row that execution reads") {
  const auto genesis = small_genesis(4);
  const MemoryState state{genesis_state(genesis)};
  CHECK(state.row<OwnerRow>(owner_key()).owner == address_of(genesis.owner));
  CHECK(state.row<OwnerRow>(owner_key()).renewed_time == genesis.time);
  CHECK(state.row<ValidatorsRow>(validators_key()).validators == genesis.validators);
  CHECK(state.row<ParametersRow>(parameters_key()).values == genesis.parameters);
  CHECK(state.row<PoolsRow>(pools_key()).treasury == genesis.treasury);
  CHECK(state.row<LogRow>(log_key()).size == 0);
  CHECK(state.row<WithdrawalsRow>(withdrawals_key()).entries.empty());
  CHECK(state.row<AccountRow>(account_key(address_of_number(owner))).keys == genesis.owner);
  CHECK(state.has(account_key(address_of_number(lease))));
  for (const auto& seat : genesis.validators) CHECK(state.has(account_key(seat.operated_by)));
  CHECK(supply_in(state) == std::array<uint128, 4>{tokens(13'000).units, tokens(13'000).units,
                                                   tokens(13'000).units, tokens(13'000).units});
}

TEST_CASE("a genesis that no chain should start from is refused with its fault") {
  REQUIRE(fault_of(small_genesis(4)).empty());
  const std::vector<void (*)(Genesis&)> faults{
      [](Genesis& g) { g.protocol_version = 2; },
      [](Genesis& g) { g.network.clear(); },
      [](Genesis& g) { g.network.assign(65, 'x'); },
      [](Genesis& g) { g.time.ms = -1; },
      [](Genesis& g) { g.owner.keys.clear(); },
      [](Genesis& g) { g.lease_key = g.owner.keys.front(); },
      [](Genesis& g) { g.validators.clear(); },
      [](Genesis& g) { g.validators.resize(101); },
      [](Genesis& g) { std::swap(g.validators[0], g.validators[1]); },
      [](Genesis& g) { g.validators[1] = g.validators[0]; },
      [](Genesis& g) { std::swap(g.accounts[0], g.accounts[1]); },
      [](Genesis& g) { g.accounts[1] = g.accounts[0]; },
      [](Genesis& g) { g.parameters[0].value = g.parameters[0].highest + 1; },
      [](Genesis& g) { g.parameters[0].lowest = 1; },
      [](Genesis& g) { g.parameters[0].highest = limits::block_bytes_max + 1; },
      [](Genesis& g) { g.parameters[1].lowest = 1; },
      [](Genesis& g) { g.treasury[3] = {~uint128{0}}; },
  };
  for (const auto& spoil : faults) {
    auto genesis = small_genesis(4);
    spoil(genesis);
    CHECK_FALSE(fault_of(genesis).empty());
  }
}

TEST_CASE("a recount finds what genesis gave out") {
  Recount recount;
  for (const auto& [key, row] : genesis_state(small_genesis())) recount.add(*row);
  CHECK(recount.genesis_supply() == Balances{tokens(13'000), tokens(13'000), tokens(13'000), tokens(13'000)});
  PoolsRow minted;
  minted.minted[0] = {1};
  recount.add(minted);
  CHECK(recount.genesis_supply()->at(0).units == tokens(13'000).units - 1);
  AccountRow rich;
  rich.balances[1] = {~uint128{0}};
  recount.add(rich);
  CHECK_FALSE(recount.genesis_supply());
}

TEST_CASE("money from nowhere is named by its token") {
  const Balances before{tokens(5), tokens(5), tokens(5), tokens(5)};
  for (auto token : all_tokens) {
    auto after = before;
    after[static_cast<std::size_t>(token)].units += 1;
    SupplyChange change;
    change.account(before, after);
    CHECK(change.breached() == token);
    change.account(after, before);
    CHECK_FALSE(change.breached());
  }
  PoolsRow start;
  auto end = start;
  end.minted[2] = {7};
  end.deposits = {7};
  SupplyChange change;
  change.pools(start, end);
  CHECK_FALSE(change.breached());
  end.burned[2] = {1};
  SupplyChange other;
  other.pools(start, end);
  CHECK(other.breached() == Token::flx);
}

TEST_CASE("sums that leave their range are a breach too") {
  const auto half = Amount{~uint128{0} / 2 + 1};
  SupplyChange change;
  change.account({}, {half, {}, {}, {}});
  change.account({}, {half, {}, {}, {}});
  change.account({half, {}, {}, {}}, {});
  change.account({half, {}, {}, {}}, {});
  CHECK(change.breached() == Token::gen);
}

TEST_CASE("each parameter's name leads back to it") {
  for (std::size_t i = 0; i < parameter_count; ++i) {
    const auto parameter = static_cast<Parameter>(i);
    CHECK(parameter_from_name(name_of(parameter)) == parameter);
  }
  CHECK_FALSE(parameter_from_name("nothing"));
}

TEST_CASE("each refusal has a name of its own and advice") {
  std::set<std::string_view> names;
  for (int i = 0; i <= static_cast<int>(refusal_last); ++i) {
    const auto refusal = static_cast<Refusal>(i);
    CHECK(names.insert(name_of(refusal)).second);
    CHECK(name_of(refusal) != "unknown");
    CHECK(advice_on(refusal).ends_with('.'));
  }
}

TEST_CASE("raw keys of different rows differ, and sort by kind and number") {
  const auto someone = address_of_number(alice);
  const std::vector<StateKey> keys{account_key(someone),
                                   lane_key(someone, 1),
                                   lane_key(someone, 2),
                                   lane_key(someone, 256),
                                   service_key("a"),
                                   service_key("b"),
                                   expiry_key({10'000}),
                                   expiry_key({2'560'000}),
                                   bond_key(someone),
                                   offence_key(someone, {255}),
                                   offence_key(someone, {256}),
                                   reporter_key(someone),
                                   sealing_set_key({255}),
                                   sealing_set_key({256}),
                                   pools_key(),
                                   owner_key(),
                                   log_key(),
                                   parameters_key(),
                                   parameter_history_key(Parameter::base_fee_units, {255}),
                                   parameter_history_key(Parameter::base_fee_units, {256}),
                                   validators_key(),
                                   withdrawals_key(),
                                   evidence_key(),
                                   set_change_key(),
                                   upgrade_key()};
  CHECK(std::ranges::is_sorted(keys, std::ranges::less_equal{}));
}
