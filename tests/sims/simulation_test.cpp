#include "sims/simulation.hpp"

#include <catch2/catch.hpp>

#include "sims/scenario.hpp"

namespace mnrt::sims {
namespace {

Report run(std::string_view name, std::uint64_t seed) {
  const auto scenario = load_scenario(std::string{name});
  REQUIRE(scenario);
  auto report = simulate(*scenario, seed);
  INFO("seed " << seed << ": " << report.violation);
  for (const auto& line : report.last_events) UNSCOPED_INFO(line);
  CHECK(report.ok);
  return report;
}

TEST_CASE("a calm validator makes blocks and takes what clients send") {
  const auto report = run("calm", 1);
  CHECK(report.blocks > 10);
  CHECK(report.transactions > 50);
  CHECK(report.faults.empty());
}

TEST_CASE(
    "where nothing fails a validator checks 2 x quorum - 1 signatures of a block's votes, and no more") {
  const auto four = run("calm-4", 1);
  CHECK(four.votes_checked.most == 5);
  CHECK(four.votes_checked.blocks > 4 * 20);
  CHECK(four.new_seals_checked.most <= 4 - 3);
  const auto seven = run("calm-7", 1);
  CHECK(seven.votes_checked.most == 9);
  CHECK(seven.new_seals_checked.most <= 7 - 5);
  CHECK(run("lossy", 1).votes_checked.blocks == 0);
}

TEST_CASE("the same seed gives the same trace, another seed another") {
  const auto first = run("calm", 7);
  CHECK(first.trace_hash == run("calm", 7).trace_hash);
  CHECK(first.trace_hash != run("calm", 8).trace_hash);
}

TEST_CASE("roles that crash lose nothing that was acknowledged") {
  for (std::uint64_t seed = 1; seed <= 5; ++seed) {
    const auto report = run("crash-roles", seed);
    CHECK(report.faults.at("role_crash") > 5);
    CHECK(report.transactions > 20);
  }
}

TEST_CASE("power cuts lose unsynced bytes and nothing that was acknowledged") {
  std::uint64_t lost = 0;
  for (std::uint64_t seed = 1; seed <= 10; ++seed) {
    const auto report = run("power-loss", seed);
    CHECK(report.faults.at("power_loss") > 5);
    if (const auto found = report.faults.find("unsynced_append_lost"); found != report.faults.end())
      lost += found->second;
  }
  CHECK(lost > 0);
}

TEST_CASE("a set grows and shrinks as its operators vote, and who joins seals blocks") {
  auto scenario = load_scenario("growth");
  REQUIRE(scenario);
  // One, four, seven, four.
  scenario->nodes = 7;
  scenario->changes.resize(3);
  scenario->virtual_ms = 200'000;
  scenario->reached = {"set_of_4", "set_of_7", "block_synced"};
  for (std::uint64_t seed = 1; seed <= 2; ++seed) {
    const auto report = simulate(*scenario, seed);
    INFO("seed " << seed << ": " << report.violation);
    CHECK(report.ok);
    CHECK(report.faults.at("set_of_4") == 2);
    CHECK(report.transactions > 50);
  }
  // There are no nodes for an eighth seat.
  scenario->changes.push_back({.at_ms = 60'000, .validators = 8});
  const auto report = simulate(*scenario, 1);
  CHECK(report.violation == "the sets had 1, 4, 7, 4 validators, and 1, 4, 7, 4, 8 were asked for");
}

TEST_CASE("a network whose owner dies goes on in the next epoch") {
  for (std::uint64_t seed = 1; seed <= 3; ++seed) {
    const auto report = run("owner-dies", seed);
    CHECK(report.faults.at("owner_died") == 1);
    CHECK(report.transactions > 50);
  }
}

TEST_CASE("a network of which no node is left fails") {
  Scenario scenario;
  scenario.virtual_ms = 5'000;
  scenario.owner_dies_ms = 1'000;
  const auto report = simulate(scenario, 1);
  CHECK_FALSE(report.ok);
  CHECK(report.violation.find("made no progress") != std::string::npos);
}

TEST_CASE("an owner that dies has no twin that renews its lease") {
  Scenario scenario;
  scenario.nodes = 7;
  scenario.virtual_ms = 90'000;
  scenario.settle_ms = 60'000;
  scenario.owner_dies_ms = 5'000;
  scenario.byzantine = {.strategy = "twins", .nodes = 1};
  // Liars are among the first f then.
  scenario.clocks.far_skew_ms_max = 1;
  const auto report = simulate(scenario, 1);
  INFO(report.violation);
  CHECK(report.ok);
  CHECK(report.faults.contains("byzantine_twins"));
}

}  // namespace
}  // namespace mnrt::sims
