#include "sims/scenario_rules.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <string_view>
#include <utility>

#include "policies/consensus/round_timing.hpp"
#include "policies/ledger/parameters.hpp"
#include "policies/ledger/set_change.hpp"
#include "policies/validator_set.hpp"
#include "sims/upgrade_vote.hpp"

namespace mnrt::sims {
namespace {

using Fault = std::optional<std::string>;

/// The least that a swarm draws for `delay_us_max`.
constexpr std::uint64_t swarm_delay_us_max = 1'000;

/// It draws as few as one node, and who lies.
Fault fault_of_swarm(const Scenario& scenario) {
  if (!scenario.swarm) return std::nullopt;
  const std::pair<bool, std::string_view> taken[]{
      {scenario.or_nodes != 0, "or_nodes"},
      {scenario.validators != 0, "validators"},
      {!scenario.changes.empty(), "change"},
      {scenario.dead != 0, "dead"},
      {scenario.owner_dies_ms != 0, "owner_dies_ms"},
      {scenario.upgrade_at_ms != 0, "upgrade_at_ms"},
      {scenario.liars() != 0 || !scenario.byzantine.strategy.empty(), "byzantine"}};
  for (const auto& [is_said, key] : taken)
    if (is_said)
      return fmt::format("`{}` doesn't go with `swarm`, which draws the nodes and who lies: leave it out",
                         key);
  if (scenario.weather.delay_us_min > swarm_delay_us_max)
    return fmt::format("network.delay_us_min must be at most {} with `swarm`, which draws delay_us_max",
                       swarm_delay_us_max);
  return std::nullopt;
}

/// Honest clocks are off by half of what the protocol bears between two of them.
Fault fault_of_clocks(const Scenario& scenario) {
  const auto& clocks = scenario.clocks;
  constexpr auto most_ms = static_cast<std::uint64_t>(policies::clock_slack_ms / 2);
  if (clocks.skew_ms_max + scenario.virtual_ms * clocks.drift_ppm_max / 1'000'000 <= most_ms)
    return std::nullopt;
  return fmt::format(
      "`clocks.skew_ms_max` and what `clocks.drift_ppm_max` comes to in `length_ms` must be at most {} ms; "
      "`far_skew_ms_max` is for clocks that are wrong",
      most_ms);
}

/// What comes after the end never comes.
Fault fault_of_times(const Scenario& scenario) {
  const auto too_late = [&](std::uint64_t at_ms, std::string_view key) -> Fault {
    if (at_ms < scenario.virtual_ms) return std::nullopt;
    return fmt::format("`{}` must be less than `length_ms`, which is {}", key, scenario.virtual_ms);
  };
  if (auto fault = too_late(scenario.owner_dies_ms, "owner_dies_ms")) return fault;
  if (auto fault = too_late(scenario.upgrade_at_ms, "upgrade_at_ms")) return fault;
  for (const auto& change : scenario.changes)
    if (auto fault = too_late(change.at_ms, "change.at_ms")) return fault;
  return std::nullopt;
}

std::uint64_t epoch_of(const Scenario& scenario) {
  return scenario.epoch_blocks != 0
             ? scenario.epoch_blocks
             : policies::value_of(policies::default_parameters(), policies::Parameter::epoch_blocks);
}

/// A change is one, and has its time.
Fault fault_of_changes(const Scenario& scenario) {
  auto size = scenario.seats();
  for (const auto& change : scenario.changes) {
    if (change.validators == size)
      return fmt::format("`change.validators` must be another number than {}: so many are there", size);
    // Whoever joins has a bond an epoch old.
    const auto blocks = policies::set_change_blocks + (change.validators > size ? epoch_of(scenario) : 0);
    const auto least_ms = change.at_ms + blocks * scenario.min_block_time_ms;
    if (scenario.virtual_ms <= least_ms)
      return fmt::format("`length_ms` must be above {}: the change to {} validators takes {} blocks",
                         least_ms, change.validators, blocks);
    size = change.validators;
  }
  return std::nullopt;
}

/// Whoever is off from the start can't do what else is asked of it.
Fault fault_of_dead(const Scenario& scenario) {
  if (scenario.dead == 0) return std::nullopt;
  if (!scenario.byzantine.strategy.empty())
    return "`dead` doesn't go with `byzantine`: who isn't started doesn't lie";
  if (scenario.faults.lose_power_every_ms != 0 && scenario.faults.off_at_once_max <= scenario.dead)
    return fmt::format("`faults.off_at_once_max` must be above {}: the `dead` are off already",
                       scenario.dead);
  return std::nullopt;
}

Fault fault_of_liars(const Scenario& scenario) {
  const auto& lies = scenario.byzantine;
  if (lies.strategy.empty() && lies.nodes != 0)
    return "`byzantine.nodes` wants `byzantine.strategy`: how they lie, or `drawn`";
  const auto least = 3 * std::max<std::uint64_t>(1, scenario.liars()) + 1;
  if (!lies.strategy.empty() && !scenario.changes.empty() && least > scenario.smallest())
    return fmt::format("every `change` must leave at least {} validators: liars are among the f of each set",
                       least);
  return std::nullopt;
}

Fault fault_of_upgrade(const Scenario& scenario) {
  if (scenario.upgrade_at_ms == 0) return std::nullopt;
  if (scenario.epoch_blocks == 0)
    return "`upgrade_at_ms` wants `epoch_blocks`: the notice that an upgrade needs";
  if (!scenario.byzantine.strategy.empty() || scenario.owner_dies_ms != 0 || !scenario.changes.empty())
    return "`upgrade_at_ms` goes neither with `byzantine` nor with `owner_dies_ms` nor with `change`";
  const auto blocks = blocks_of_vote(scenario.epoch_blocks);
  const auto least_ms = scenario.upgrade_at_ms + blocks * scenario.min_block_time_ms;
  if (scenario.virtual_ms <= least_ms)
    return fmt::format("`length_ms` must be above {}: the first vote for an upgrade takes {} blocks",
                       least_ms, blocks);
  return std::nullopt;
}

/// Some fail for good, and the rest must make the blocks that a lease outlives its owner by.
Fault fault_of_succession(const Scenario& scenario) {
  if (scenario.owner_dies_ms == 0) return std::nullopt;
  const auto few = scenario.faulty();
  const auto failing = 1 + scenario.dead + scenario.liars();
  if (failing > few)
    return fmt::format(
        "`owner_dies_ms`: the others are no quorum. Of {} validators {} may fail, and the owner, `dead` and "
        "liars are {}",
        scenario.smallest(), few, failing);
  using policies::Parameter;
  const auto parameters = policies::default_parameters();
  const auto blocks = std::max<std::uint64_t>(value_of(parameters, Parameter::lease_blocks), 2 * (few + 1));
  const auto least_ms =
      scenario.owner_dies_ms + value_of(parameters, Parameter::lease_ms) + blocks * scenario.block_time_ms;
  if (scenario.virtual_ms < least_ms)
    return fmt::format("`length_ms` must be at least {}: until then the dead owner's lease may run",
                       least_ms);
  return std::nullopt;
}

/// With so many nodes, as the key `key` says.
Fault fault_of_size(const Scenario& scenario, std::string_view key) {
  if (scenario.nodes_needed() > scenario.nodes)
    return fmt::format("`{}` must be at least {}: {}", key, scenario.nodes_needed(),
                       scenario.changes.empty() ? "so many are `validators`" : "who left doesn't join again");
  if (scenario.dead >= scenario.nodes)
    return fmt::format("`{}` must be above {}: `dead` leaves no node", key, scenario.dead);
  if (auto fault = fault_of_liars(scenario)) return fault;
  if (!scenario.byzantine.strategy.empty() && scenario.liars() == 0)
    return fmt::format(
        "`{}` must be at least 4 where f lie; of {} nobody does, unless `byzantine.nodes` says so",
        scenario.validators == 0 ? key : "validators", scenario.seats());
  if (scenario.liars() >= std::min(scenario.nodes, scenario.seats()))
    return fmt::format("`{}` must be above {}: `byzantine.nodes` leaves nobody honest",
                       scenario.validators == 0 ? key : "validators", scenario.liars());
  if (scenario.upgrade_at_ms != 0 && scenario.dead > policies::faulty_max(scenario.seats()))
    return fmt::format(
        "`dead` must be at most {} with `upgrade_at_ms`: more leave no quorum of {} validators",
        policies::faulty_max(scenario.seats()), scenario.seats());
  return fault_of_succession(scenario);
}

}  // namespace

std::optional<std::string> fault_of(const Scenario& scenario) {
  if (scenario.weather.delay_us_min > scenario.weather.delay_us_max)
    return "network.delay_us_min is above delay_us_max";
  if (scenario.sync.shortest_us > scenario.sync.longest_us) return "disk.sync_us_min is above sync_us_max";
  if (scenario.min_block_time_ms > scenario.block_time_ms)
    return "`min_block_time_ms` is above `block_time_ms`";
  if (!scenario.changes.empty() && scenario.dead != 0) return "`change` doesn't go with `dead`";
  for (const auto rule : {fault_of_swarm, fault_of_clocks, fault_of_times})
    if (auto fault = rule(scenario)) return fault;
  if (auto fault = fault_of_size(scenario, "nodes")) return fault;
  if (scenario.or_nodes != 0) {
    auto other = scenario;
    other.nodes = scenario.or_nodes;
    if (auto fault = fault_of_size(other, "or_nodes")) return fault;
  }
  for (const auto rule : {fault_of_dead, fault_of_changes, fault_of_upgrade})
    if (auto fault = rule(scenario)) return fault;
  return std::nullopt;
}

}  // namespace mnrt::sims
