#include <catch2/catch.hpp>

#include <string>

#include "sims/simulation.hpp"

// Several validators, each a whole node, on a simulated network.
namespace mnrt::sims {
namespace {

Scenario scenario_of(const std::string& name) {
  auto scenario = load_scenario(name);
  REQUIRE(scenario);
  return *scenario;
}

Report run(const Scenario& scenario, std::uint64_t seed) {
  auto report = simulate(scenario, seed);
  INFO("seed " << seed << ": " << report.violation);
  for (const auto& line : report.last_events) UNSCOPED_INFO(line);
  CHECK(report.ok);
  return report;
}

TEST_CASE("four validators agree on blocks and take what clients send") {
  auto scenario = scenario_of("calm-4");
  scenario.virtual_ms = 30'000;
  const auto report = run(scenario, 1);
  CHECK(report.blocks > 6);
  CHECK(report.transactions > 20);
  CHECK(report.faults.empty());
}

TEST_CASE("the same seed gives the same trace of a whole network under faults") {
  auto scenario = scenario_of("crash-restart");
  scenario.virtual_ms = 20'000;
  scenario.reached.clear();
  const auto first = run(scenario, 7);
  CHECK(first.trace_hash == run(scenario, 7).trace_hash);
  CHECK(first.trace_hash != run(scenario, 8).trace_hash);
}

TEST_CASE("a lossy network changes rounds, and the blocks come all the same") {
  auto scenario = scenario_of("lossy");
  scenario.virtual_ms = 30'000;
  for (std::uint64_t seed = 1; seed <= 3; ++seed) run(scenario, seed);
}

TEST_CASE("without transactions and with a dead leader there is always a block") {
  const auto report = run(scenario_of("idle"), 1);
  CHECK(report.blocks > 12);
  CHECK(report.transactions == 0);
}

TEST_CASE("who tells two stories loses bond and seat by the reports of honest validators") {
  auto scenario = scenario_of("byzantine-equivocate");
  scenario.or_nodes = 0;
  scenario.faults = {};
  scenario.virtual_ms = 40'000;
  const auto report = run(scenario, 1);
  CHECK(report.punished == 1);
  CHECK(report.states.at("evidence_reported") > 0);
}

TEST_CASE("a validator that runs twice loses bond and seat") {
  auto scenario = scenario_of("twins");
  scenario.or_nodes = 0;
  scenario.faults = {};
  scenario.virtual_ms = 40'000;
  CHECK(run(scenario, 1).punished == 1);
}

TEST_CASE("what a scenario says must be reached and wasn't fails the run") {
  auto scenario = scenario_of("calm-4");
  scenario.virtual_ms = 5'000;
  scenario.reached = {"frame_lost"};
  const auto report = simulate(scenario, 1);
  CHECK_FALSE(report.ok);
  CHECK(report.violation == "`frame_lost` never happened: the scenario tried nothing");
}

}  // namespace
}  // namespace mnrt::sims
