#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "policies/config.hpp"
#include "policies/ledger/state.hpp"

namespace mnrt::policies {

// Whether and how the network grows out of its own economy. These decide nothing on the chain: they advise
// the operator and, later, the council.

/// What a step of growth costs, base units indexed by Token: GEN for major steps, NEX for the community's,
/// FLX for operation, AUR for premium capacity.
using ScalingCosts = Balances;

/// Whether the treasury can pay: of each token that is asked for it holds the cost, and the minimum that the
/// config (min_genesis_for_major, min_nexus_for_community, min_flux_for_operational, min_aurum_for_premium)
/// wants there before anything is spent.
bool can_afford(const Balances& treasury, const ScalingCosts& costs, const EconomyConfig& economy);

enum class Funding : std::uint8_t { treasury, gifted_nodes };

struct FundingDecision {
  Funding source{};
  ScalingCosts costs{};  ///< zero where gifted nodes are to be attracted
  /// (return − cost) / cost in per cent, both in AUR by the tokens' multipliers; negative for a loss, at most
  /// 2^31 − 1. Nothing: unbounded, because nothing is spent, or not expressible.
  std::optional<std::int64_t> roi_percent;
};

/// The treasury pays where it can afford to; else nodes are to be attracted as gifts.
FundingDecision decide_funding(const Balances& treasury, const ScalingCosts& costs,
                               const Balances& expected_return, const EconomyConfig& economy);

/// One day of the network's economy.
struct EconomicMetrics {
  Balances revenue{};  ///< base units that the treasury collected
  std::uint64_t transactions{};
  Balances value_locked{};  ///< base units in accounts, treasury and deposits
};

/// Micro-dollars for one AUR, the numeraire.
struct AurPrice {
  std::uint64_t micro_usd{};
};

enum class ScalingAction : std::uint8_t {
  maintain,
  spawn_additional_server,
  increase_capacity,
  expand_network
};

/// snake_case, as reports write it.
std::string_view name_of(ScalingAction action);

/// Whole dollars that amounts are worth, rounded down; nothing where that is over 2^64.
std::optional<std::uint64_t> worth_in_usd(const Balances& amounts, AurPrice price);

/// The first that holds: revenue over its threshold: spawn_additional_server; more transactions than theirs:
/// increase_capacity; more value locked than its: expand_network; else maintain. Also maintain where the
/// triggers are off (auto_scaling_economic_triggers).
ScalingAction judge_economy(const EconomicMetrics& day, AurPrice price, const EconomyConfig& economy);

}  // namespace mnrt::policies
