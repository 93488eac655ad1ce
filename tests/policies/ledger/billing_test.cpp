#include "policies/ledger/billing.hpp"

#include <catch2/catch.hpp>
#include <set>

#include "policies/ledger/scaling.hpp"
#include "tests/policies/ledger/world.hpp"

using namespace mnrt::tests;

namespace {

constexpr AurPrice one_dollar{1'000'000};

Balances only(Token token, Amount amount) {
  Balances balances{};
  balances[static_cast<std::size_t>(token)] = amount;
  return balances;
}

}  // namespace

TEST_CASE("each service is billed in its own token") {
  CHECK(token_of(ServiceType::transaction) == Token::flx);
  CHECK(token_of(ServiceType::consensus) == Token::gen);
  CHECK(token_of(ServiceType::storage) == Token::nex);
  CHECK(token_of(ServiceType::cross_border) == Token::aur);
  CHECK(token_of(ServiceType::notarisation) == Token::flx);
  CHECK(token_of(ServiceType::registry) == Token::flx);
  CHECK(token_of(ServiceType::other) == Token::flx);
  std::set<std::string_view> names;
  for (std::size_t i = 0; i < service_type_count; ++i)
    CHECK(names.insert(name_of(static_cast<ServiceType>(i))).second);
}

TEST_CASE("every operation counts as a service") {
  CHECK(service_of(Transfer{}) == ServiceType::transaction);
  CHECK(service_of(Notarise{}) == ServiceType::notarisation);
  CHECK(service_of(RegisterService{}) == ServiceType::registry);
  CHECK(service_of(RenewService{}) == ServiceType::registry);
  CHECK(service_of(RemoveService{}) == ServiceType::registry);
  CHECK(service_of(RenewLease{}) == ServiceType::consensus);
  CHECK(service_of(WithdrawTreasury{}) == ServiceType::consensus);
  CHECK(service_of(ChangeParameter{}) == ServiceType::consensus);
  CHECK(service_of(ChangeKeys{}) == ServiceType::other);
}

TEST_CASE("a bill adds up units times price in each token") {
  PriceTable prices{};
  for (std::size_t i = 0; i < prices.size(); ++i) prices[i] = {i + 1};
  const std::vector<Usage> usage{{ServiceType::transaction, 10}, {ServiceType::consensus, 3},
                                 {ServiceType::storage, 5},      {ServiceType::cross_border, 2},
                                 {ServiceType::other, 1},        {ServiceType::transaction, 1}};
  const auto bill = charge(usage, prices);
  REQUIRE(bill);
  CHECK(*bill == Balances{Amount{6}, Amount{15}, Amount{11 + 7}, Amount{8}});
  CHECK(merge(*bill, *bill) == Balances{Amount{12}, Amount{30}, Amount{36}, Amount{16}});
  prices[0] = {~uint128{0}};
  CHECK_FALSE(charge(usage, prices));
  CHECK_FALSE(merge(Balances{Amount{~uint128{0}}}, *bill));
}

TEST_CASE("amounts compare by the tokens' multipliers") {
  CHECK(worth_in_aur({Amount{1}, Amount{1}, Amount{1}, Amount{1}}) == Amount{1'111});
  CHECK_FALSE(worth_in_aur(only(Token::gen, {~uint128{0}})));
  CHECK(worth_in_usd(only(Token::aur, tokens(3)), one_dollar) == 3);
  CHECK(worth_in_usd(only(Token::aur, {tokens(3).units - 1}), one_dollar) == 2);
  CHECK_FALSE(worth_in_usd(only(Token::gen, {~uint128{0}}), one_dollar));
}

TEST_CASE("the treasury pays what it can afford; else gifted nodes are sought") {
  EconomyConfig economy;
  economy.min_genesis_for_major = tokens(10);
  economy.min_nexus_for_community = tokens(10);
  const ScalingCosts costs = only(Token::gen, tokens(4));
  const auto expected = only(Token::gen, tokens(16));
  struct Row {
    Balances treasury;
    bool affordable;
  };
  const std::vector<Row> table{
      {only(Token::gen, tokens(10)), true},  // of the other tokens nothing is asked
      {only(Token::gen, {tokens(10).units - 1}), false},
      {{tokens(3), tokens(99), tokens(99), tokens(99)}, false},
  };
  for (const auto& row : table) {
    CHECK(can_afford(row.treasury, costs, economy) == row.affordable);
    const auto decision = decide_funding(row.treasury, costs, expected, economy);
    CHECK(decision.source == (row.affordable ? Funding::treasury : Funding::gifted_nodes));
    CHECK(decision.costs == (row.affordable ? costs : ScalingCosts{}));
    CHECK(decision.roi_percent == (row.affordable ? std::optional<std::int64_t>{300} : std::nullopt));
  }
  const auto rich = only(Token::gen, tokens(1'000));
  CHECK(decide_funding(rich, costs, only(Token::gen, tokens(1)), economy).roi_percent == -75);
  CHECK(decide_funding(rich, {}, expected, economy).roi_percent == std::nullopt);
  CHECK(decide_funding(rich, only(Token::gen, {1}), expected, economy).roi_percent == 2'147'483'647);
}

TEST_CASE("the economic triggers look at revenue, then transactions, then value") {
  struct Row {
    std::uint64_t revenue_usd;
    std::uint64_t transactions;
    std::uint64_t value_usd;
    ScalingAction action;
  };
  const std::vector<Row> table{
      {100, 10'000, 10'000, ScalingAction::maintain},
      {101, 10'001, 10'001, ScalingAction::spawn_additional_server},
      {100, 10'001, 10'001, ScalingAction::increase_capacity},
      {100, 10'000, 10'001, ScalingAction::expand_network},
  };
  EconomyConfig economy;
  for (const auto& row : table) {
    const EconomicMetrics day{.revenue = only(Token::aur, tokens(row.revenue_usd)),
                              .transactions = row.transactions,
                              .value_locked = only(Token::aur, tokens(row.value_usd))};
    CHECK(judge_economy(day, one_dollar, economy) == row.action);
  }
  economy.auto_scaling_economic_triggers = false;
  CHECK(judge_economy({.revenue = {}, .transactions = 99'999, .value_locked = {}}, one_dollar, economy) ==
        ScalingAction::maintain);
  CHECK(name_of(ScalingAction::spawn_additional_server) == "spawn_additional_server");
}
