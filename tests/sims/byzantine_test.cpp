#include <catch2/catch.hpp>

#include <string>

#include "sims/cast.hpp"
#include "sims/scenario.hpp"
#include "sims/scenario_file.hpp"
#include "sims/simulation.hpp"
#include "sims/strategy.hpp"

namespace mnrt::sims {
namespace {

TEST_CASE("up to f liars of any kind neither break the chain nor stop it") {
  auto scenario = load_scenario("byzantine");
  REQUIRE(scenario);
  for (const auto& [name, strategy] : strategy_names) {
    scenario->byzantine.strategy = name;
    for (std::uint64_t seed = 1; seed <= 2; ++seed) {
      // Which faults fire in so few seeds is chance.
      scenario->faults = {};
      const auto report = simulate(*scenario, seed);
      INFO(name << ", seed " << seed << ": " << report.violation);
      CHECK(report.ok);
      CHECK(report.faults.at("byzantine_" + std::string{name}) > 0);
    }
  }
}

TEST_CASE("more than f liars break agreement, and honest nodes find out who it was") {
  const auto scenario = load_scenario("more-than-f");
  REQUIRE(scenario);
  std::uint64_t broken = 0;
  for (std::uint64_t seed = 1; seed <= 8; ++seed) {
    const auto report = simulate(*scenario, seed);
    INFO("seed " << seed << ": " << report.violation);
    CHECK(report.ok);
    broken += report.faults.contains("agreement_broken") ? 1 : 0;
  }
  CHECK(broken > 0);
}

TEST_CASE("a cast has f liars where nothing else is said, and twins are one identity in two places") {
  Scenario scenario;
  scenario.nodes = 7;
  scenario.byzantine.strategy = "twins";
  SeededChance chance{1};
  const Cast cast{scenario, chance};
  CHECK(cast.liars() == 2);
  REQUIRE(cast.nodes() == 9);
  CHECK_FALSE(cast.is_beyond_f());
  for (std::size_t twin : {7, 8}) {
    CHECK(cast.dishonest()[twin]);
    CHECK(cast.identity(twin) < 7);
    CHECK(cast.dishonest()[cast.identity(twin)]);
  }
  CHECK(cast.identity(7) != cast.identity(8));
}

TEST_CASE("a strategy that doesn't exist is refused with its line") {
  const auto parsed = parse_scenario("about = \"x\"\n[byzantine]\nstrategy = \"lie\"\n", "s", "s.toml");
  REQUIRE_FALSE(parsed);
  CHECK(parsed.error().starts_with("s.toml:3: `byzantine.strategy` must be one of drawn, equivocate, "));
}

}  // namespace
}  // namespace mnrt::sims
