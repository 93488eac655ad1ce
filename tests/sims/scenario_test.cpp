#include <catch2/catch.hpp>

#include <string>

#include "sims/scenario.hpp"
#include "sims/scenario_file.hpp"

namespace mnrt::sims {
namespace {

std::string refusal_of(std::string_view text) {
  const auto parsed = parse_scenario(text, "s", "s.toml");
  return parsed ? "" : parsed.error();
}

TEST_CASE("every scenario of the program is well formed and says what it tries") {
  for (const auto name : scenario_names()) {
    const auto scenario = load_scenario(std::string{name});
    INFO((scenario ? "" : scenario.error()));
    REQUIRE(scenario);
    CHECK(scenario->name == name);
    CHECK_FALSE(scenario->about.empty());
  }
}

TEST_CASE("a scenario sets what it names and leaves the rest") {
  const auto scenario = parse_scenario(
      "about = \"x\"\nnodes = 7\nreached = [\"a\", \"b\"]\n[network]\nlost_permille = 5\n[disk]\nsync_us_max "
      "= 9000\n",
      "s", "s.toml");
  REQUIRE(scenario);
  CHECK(scenario->nodes == 7);
  CHECK(scenario->weather.lost_permille == 5);
  CHECK(scenario->weather.doubled_permille == 0);
  CHECK(scenario->sync.longest_us == 9'000);
  CHECK(scenario->reached == std::vector<std::string>{"a", "b"});
}

TEST_CASE("a scenario that was written is read again as the same") {
  for (const auto name : scenario_names()) {
    INFO(name);
    const auto scenario = load_scenario(std::string{name});
    REQUIRE(scenario);
    const auto text = scenario_text(*scenario);
    const auto again = parse_scenario(text, name, "s.toml");
    REQUIRE(again);
    CHECK(scenario_text(*again) == text);
  }
}

TEST_CASE("a scenario says within how many seeds something must come") {
  const auto scenario = parse_scenario("about = \"x\"\n[reached_within]\na = 100\n", "s", "s.toml");
  REQUIRE(scenario);
  CHECK(scenario->reached_within == std::map<std::string, std::uint64_t>{{"a", 100}});
  CHECK(refusal_of("about = \"x\"\n[reached_within]\na = 0\n") ==
        "s.toml:3: `reached_within.a` must be a number of seeds");
}

TEST_CASE("a key that doesn't exist is refused with its line") {
  CHECK(refusal_of("about = \"x\"\nnods = 7\n") == "s.toml:2: unknown key `nods`");
  CHECK(refusal_of("about = \"x\"\n\n[network]\nlost = 7\n") == "s.toml:4: unknown key `network.lost`");
  CHECK(refusal_of("about = \"x\"\n[weather]\nlost_permille = 7\n") == "s.toml:2: unknown key `weather`");
}

TEST_CASE("a value of the wrong type or out of its range is refused with its line") {
  CHECK(refusal_of("about = \"x\"\nnodes = \"7\"\n") == "s.toml:2: `nodes` must be a whole number");
  CHECK(refusal_of("about = \"x\"\nnodes = 101\n") == "s.toml:2: `nodes` must be 1 to 100");
  CHECK(refusal_of("about = \"x\"\nnodes = -1\n") == "s.toml:2: `nodes` must be a whole number");
  CHECK(refusal_of("about = \"x\"\nreached = [1]\n") == "s.toml:2: `reached` must be a list of texts");
  CHECK(refusal_of("nodes = 4\n") == "s.toml:1: `about` is missing: one sentence that says what is tried");
}

TEST_CASE("changes of the set are tables in their order, each with a time and a size") {
  const auto scenario = parse_scenario(
      "about = \"x\"\nnodes = 7\nvalidators = 1\n[[change]]\nat_ms = 5\nvalidators = 4\n[[change]]\nat_ms = "
      "9\nvalidators = 7\n",
      "s", "s.toml");
  REQUIRE(scenario);
  CHECK(scenario->seats() == 1);
  REQUIRE(scenario->changes.size() == 2);
  CHECK(scenario->changes[0].validators == 4);
  CHECK(scenario->changes[1].at_ms == 9);
  const std::string wrong = "a `change` has `at_ms` and `validators`, above 0, of validators at most 100";
  CHECK(refusal_of("about = \"x\"\n[[change]]\nat_ms = 5\n") == "s.toml:2: " + wrong);
  CHECK(refusal_of("about = \"x\"\nnodes = 4\nvalidators = 5\n") ==
        "s.toml:1: `nodes` must be at least 5: who left doesn't join again");
  CHECK(refusal_of("about = \"x\"\nnodes = 3\nowner_dies_ms = 5\n") ==
        "s.toml:1: `owner_dies_ms`: the others are no quorum");
}

TEST_CASE("a name that is neither a scenario nor a file says what there is") {
  const auto missing = load_scenario("no-such");
  REQUIRE_FALSE(missing);
  CHECK(missing.error().find("calm, ") != std::string::npos);
}

TEST_CASE("a swarm is what its seed makes of it, and nothing else is changed by one") {
  const auto swarm = load_scenario("swarm");
  REQUIRE(swarm);
  CHECK(drawn(*swarm, 3).nodes == drawn(*swarm, 3).nodes);
  std::uint64_t sizes = 0;
  for (std::uint64_t seed = 1; seed <= 500; ++seed) sizes |= 1u << drawn(*swarm, seed).nodes;
  CHECK(sizes == 0b11'1100'1111'1110);  // 1 to 7, and sometimes 10 to 13
  const auto calm = load_scenario("calm");
  REQUIRE(calm);
  CHECK(drawn(*calm, 3).weather.lost_permille == 0);
}

}  // namespace
}  // namespace mnrt::sims
