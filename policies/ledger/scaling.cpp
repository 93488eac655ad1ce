#include "policies/ledger/scaling.hpp"

#include <algorithm>
#include <array>
#include <limits>

#include "policies/ledger/accounts.hpp"
#include "policies/ledger/billing.hpp"

namespace mnrt::policies {
namespace {

Balances minimums_of(const EconomyConfig& economy) {
  return {economy.min_genesis_for_major, economy.min_nexus_for_community, economy.min_flux_for_operational,
          economy.min_aurum_for_premium};
}

std::optional<std::int64_t> roi_percent(const ScalingCosts& costs, const Balances& expected_return) {
  const auto cost = worth_in_aur(costs);
  const auto gain = worth_in_aur(expected_return);
  if (!cost || !gain || cost->units == 0) return std::nullopt;
  const bool is_loss = *gain < *cost;
  const auto difference = is_loss ? Amount{cost->units - gain->units} : Amount{gain->units - cost->units};
  const auto hundredfold = checked_mul(difference, 100);
  if (!hundredfold) return std::nullopt;
  constexpr uint128 largest = std::numeric_limits<std::int32_t>::max();
  const auto percent = static_cast<std::int64_t>(std::min(hundredfold->units / cost->units, largest));
  return is_loss ? -percent : percent;
}

bool over(const Balances& amounts, AurPrice price, std::uint64_t threshold_usd) {
  // More than fits is more than any threshold.
  return worth_in_usd(amounts, price).value_or(std::numeric_limits<std::uint64_t>::max()) > threshold_usd;
}

}  // namespace

bool can_afford(const Balances& treasury, const ScalingCosts& costs, const EconomyConfig& economy) {
  const auto minimums = minimums_of(economy);
  for (std::size_t i = 0; i < costs.size(); ++i)
    if (costs[i].units != 0 && treasury[i] < std::max(costs[i], minimums[i])) return false;
  return true;
}

FundingDecision decide_funding(const Balances& treasury, const ScalingCosts& costs,
                               const Balances& expected_return, const EconomyConfig& economy) {
  if (!can_afford(treasury, costs, economy))
    return {.source = Funding::gifted_nodes, .costs = {}, .roi_percent = {}};
  return {.source = Funding::treasury, .costs = costs, .roi_percent = roi_percent(costs, expected_return)};
}

std::string_view name_of(ScalingAction action) {
  switch (action) {
    case ScalingAction::maintain:
      return "maintain";
    case ScalingAction::spawn_additional_server:
      return "spawn_additional_server";
    case ScalingAction::increase_capacity:
      return "increase_capacity";
    case ScalingAction::expand_network:
      return "expand_network";
  }
  return "maintain";
}

std::optional<std::uint64_t> worth_in_usd(const Balances& amounts, AurPrice price) {
  const auto aur = worth_in_aur(amounts);
  const auto micro = aur ? checked_mul(*aur, price.micro_usd) : std::nullopt;
  if (!micro) return std::nullopt;
  constexpr uint128 units_of_aur = 1'000'000'000;
  constexpr uint128 micro_of_dollar = 1'000'000;
  const auto dollars = micro->units / (units_of_aur * micro_of_dollar);
  if (dollars > std::numeric_limits<std::uint64_t>::max()) return std::nullopt;
  return static_cast<std::uint64_t>(dollars);
}

ScalingAction judge_economy(const EconomicMetrics& day, AurPrice price, const EconomyConfig& economy) {
  if (!economy.auto_scaling_economic_triggers) return ScalingAction::maintain;
  if (over(day.revenue, price, economy.revenue_scale_up_threshold_usd))
    return ScalingAction::spawn_additional_server;
  if (day.transactions > economy.transaction_volume_economic_trigger) return ScalingAction::increase_capacity;
  if (over(day.value_locked, price, economy.network_value_expansion_threshold_usd))
    return ScalingAction::expand_network;
  return ScalingAction::maintain;
}

}  // namespace mnrt::policies
