#include "sims/shrink.hpp"

#include <catch2/catch.hpp>

#include "sims/scenario_file.hpp"

namespace mnrt::sims {
namespace {

/// Fails where power is cut in a network of at least three, and says so with numbers that differ.
Report power_cuts_hurt_three(const Scenario& scenario, std::uint64_t seed) {
  Report report;
  report.seed = seed;
  report.ok = scenario.faults.lose_power_every_ms == 0 || scenario.nodes < 3;
  if (!report.ok) report.violation = "node " + std::to_string(scenario.nodes) + " lost a block";
  return report;
}

Scenario swarm() {
  Scenario scenario;
  scenario.name = "swarm";
  scenario.about = "Everything \"at once\".";
  scenario.swarm = true;
  return scenario;
}

/// The first seed whose swarm fails.
Report first_failure(const Scenario& scenario) {
  for (std::uint64_t seed = 1;; ++seed)
    if (auto report = power_cuts_hurt_three(drawn(scenario, seed), seed); !report.ok) return report;
}

TEST_CASE("what doesn't matter to a failure is taken away, and what does stays") {
  const auto failed = first_failure(swarm());
  const auto shrunk =
      shrink(swarm(), failed, {.may_go_on = [] { return true; }, .run = power_cuts_hurt_three});
  CHECK(shrunk.tried > 10);
  CHECK_FALSE(shrunk.report.ok);
  const auto& least = shrunk.scenario;
  CHECK_FALSE(least.swarm);
  CHECK(least.nodes == 3);
  CHECK(least.virtual_ms == 1'000);
  CHECK(least.faults.lose_power_every_ms >= 60'000);
  CHECK(least.faults.crash_role_every_ms == 0);
  CHECK(least.faults.partition_every_ms == 0);
  CHECK(least.weather.lost_permille == 0);
  CHECK(least.workload.transfer_every_ms == 0);
  CHECK(least.byzantine.strategy.empty());
}

TEST_CASE("a smaller scenario is one that parses, and is the same then") {
  const auto failed = first_failure(swarm());
  const auto shrunk =
      shrink(swarm(), failed, {.may_go_on = [] { return true; }, .run = power_cuts_hurt_three});
  const auto text = scenario_text(shrunk.scenario);
  const auto again = parse_scenario(text, "least", "least.toml");
  REQUIRE(again);
  CHECK(scenario_text(*again) == text);
  CHECK(again->faults.lose_power_every_ms == shrunk.scenario.faults.lose_power_every_ms);
}

TEST_CASE("a smaller scenario asks nothing of a range of seeds") {
  auto scenario = swarm();
  scenario.reached_within = {{"frame_lost", 100}};
  const auto failed = first_failure(scenario);
  const auto shrunk =
      shrink(scenario, failed, {.may_go_on = [] { return false; }, .run = power_cuts_hurt_three});
  CHECK(shrunk.scenario.reached_within.empty());
}

TEST_CASE("shrinking ends when its time is up, with the best so far") {
  const auto failed = first_failure(swarm());
  std::size_t left = 3;
  const auto shrunk =
      shrink(swarm(), failed, {.may_go_on = [&] { return left-- > 0; }, .run = power_cuts_hurt_three});
  CHECK(shrunk.tried == 3);
  CHECK_FALSE(shrunk.report.ok);
}

TEST_CASE("violations are of one rule when numbers and digests are all they differ in") {
  CHECK(is_same_rule("at node 3 height 12 became final after 10", "at node 0 height 9 became final after 7"));
  CHECK_FALSE(is_same_rule("node 1 signed two digests", "the node halted: 7"));
}

TEST_CASE("a real run shrinks: a demand that nothing meets stays unmet with one calm node") {
  Scenario scenario;
  scenario.name = "planted";
  scenario.about = "Demands what never happens.";
  scenario.nodes = 4;
  scenario.virtual_ms = 2'000;
  scenario.weather.lost_permille = 50;
  scenario.reached = {"pigs_flew"};
  const auto failed = simulate(scenario, 1);
  REQUIRE_FALSE(failed.ok);
  const auto shrunk = shrink(scenario, failed, {.may_go_on = [] { return true; }, .run = {}});
  CHECK(shrunk.scenario.nodes == 1);
  CHECK(shrunk.scenario.weather.lost_permille == 0);
  CHECK(shrunk.report.violation == failed.violation);
}

}  // namespace
}  // namespace mnrt::sims
