#include <catch2/catch.hpp>

#include <string>

#include "sims/scenario.hpp"
#include "sims/scenario_file.hpp"
#include "sims/scenario_rules.hpp"

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
    CHECK(again->reached_within == scenario->reached_within);
  }
}

TEST_CASE("texts with line ends, quotes and control characters are written so that they can be read") {
  Scenario scenario;
  scenario.about = "a\nb\t\"c\" \\n \r\x1b[1m\x7f \u00e4";
  scenario.about += '\0';
  scenario.reached = {"x\ny"};
  scenario.reached_within = {{"a.b", 2}, {"c\"\n", 3}, {"plain", 4}};
  const auto text = scenario_text(scenario);
  const auto again = parse_scenario(text, "s", "s.toml");
  INFO(text << (again ? "" : again.error()));
  REQUIRE(again);
  CHECK(again->about == scenario.about);
  CHECK(again->reached == scenario.reached);
  CHECK(again->reached_within == scenario.reached_within);
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
  CHECK(refusal_of("about = \"x\"\n[nodes]\n") == "s.toml:2: `nodes` must be a whole number");
  CHECK(refusal_of("about = \"x\"\nnetwork = 7\n") == "s.toml:2: `network` must be a section: [network]");
  CHECK(refusal_of("about = \"x\"\nreached_within = 7\n") ==
        "s.toml:2: `reached_within` must be a section: [reached_within]");
  CHECK(refusal_of("about = \"x\"\n[change]\nat_ms = 7\n") ==
        "s.toml:2: `change` must be tables: [[change]]");
  CHECK(refusal_of("about = \"x\"\nreached = [1]\n") == "s.toml:2: `reached` must be a list of texts");
  CHECK(refusal_of("nodes = 4\n") == "s.toml:1: `about` is missing: one sentence that says what is tried");
}

TEST_CASE("changes of the set are tables in their order, each with a time and a size") {
  const auto scenario = parse_scenario(
      "about = \"x\"\nnodes = 7\nvalidators = 1\nepoch_blocks = 20\n[[change]]\nat_ms = 5\nvalidators = "
      "4\n[[change]]\nat_ms = "
      "9\nvalidators = 7\n",
      "s", "s.toml");
  REQUIRE(scenario);
  CHECK(scenario->seats() == 1);
  REQUIRE(scenario->changes.size() == 2);
  CHECK(scenario->changes[0].validators == 4);
  CHECK(scenario->changes[1].at_ms == 9);
  const std::string wrong = "a `change` has `at_ms` and `validators`, above 0, of validators at most 100";
  CHECK(refusal_of("about = \"x\"\n[[change]]\nat_ms = 5\n") == "s.toml:2: " + wrong);
  CHECK(refusal_of("about = \"x\"\nnodes = 4\nvalidators = 3\n[[change]]\nat_ms = 5\nvalidators = 5\n") ==
        "s.toml:1: `nodes` must be at least 5: who left doesn't join again");
}

/// Why a scenario that says this, and what it must, is refused.
std::string fault_in(const std::string& text) {
  const auto why = refusal_of("about = \"x\"\n" + text);
  const std::string where = "s.toml:1: ";
  return why.starts_with(where) ? why.substr(where.size()) : why;
}

TEST_CASE("what a scenario asks must be there in the smallest network that its seeds draw") {
  CHECK(fault_in("nodes = 4\nvalidators = 5\n") == "`nodes` must be at least 5: so many are `validators`");
  CHECK(fault_in("nodes = 7\nor_nodes = 3\nvalidators = 4\n") ==
        "`or_nodes` must be at least 4: so many are `validators`");
  CHECK(fault_in("nodes = 7\nor_nodes = 4\nvalidators = 4\n").empty());
  CHECK(fault_in("nodes = 7\nor_nodes = 2\ndead = 2\n") ==
        "`or_nodes` must be above 2: `dead` leaves no node");
  CHECK(fault_in("nodes = 7\nor_nodes = 3\n[byzantine]\nstrategy = \"drawn\"\n") ==
        "`or_nodes` must be at least 4 where f lie; of 3 nobody does, unless `byzantine.nodes` says so");
  CHECK(fault_in("nodes = 7\nor_nodes = 3\n[byzantine]\nstrategy = \"drawn\"\nnodes = 3\n") ==
        "`or_nodes` must be above 3: `byzantine.nodes` leaves nobody honest");
  CHECK(fault_in("nodes = 7\nor_nodes = 4\ndead = 2\nepoch_blocks = 20\nupgrade_at_ms = 5\n") ==
        "`dead` must be at most 1 with `upgrade_at_ms`: more leave no quorum of 4 validators");
  CHECK(fault_in("nodes = 7\nor_nodes = 1\nowner_dies_ms = 5\nlength_ms = 90000\n") ==
        "`owner_dies_ms`: the others are no quorum. Of 1 validators 0 may fail, and the owner, `dead` and "
        "liars are 1");
}

TEST_CASE("an owner dies only where a quorum is left, with the dead and the liars gone too") {
  const std::string dies = "owner_dies_ms = 5\nlength_ms = 90000\n";
  const std::string liar = "[byzantine]\nstrategy = \"delay\"\nnodes = 1\n";
  CHECK(fault_in("nodes = 3\n" + dies).find("no quorum") != std::string::npos);
  CHECK(fault_in("nodes = 4\n" + dies).empty());
  CHECK(fault_in("nodes = 4\ndead = 1\n" + dies).find("no quorum") != std::string::npos);
  CHECK(fault_in("nodes = 4\n" + dies + liar).find("no quorum") != std::string::npos);
  CHECK(fault_in("nodes = 7\n" + dies + liar).empty());
}

TEST_CASE("what would come after the end of a scenario is refused") {
  CHECK(fault_in("nodes = 4\nowner_dies_ms = 60000\n") ==
        "`owner_dies_ms` must be less than `length_ms`, which is 60000");
  CHECK(fault_in("nodes = 4\nepoch_blocks = 20\nupgrade_at_ms = 60000\n") ==
        "`upgrade_at_ms` must be less than `length_ms`, which is 60000");
  CHECK(fault_in("nodes = 4\nvalidators = 1\n[[change]]\nat_ms = 60000\nvalidators = 4\n") ==
        "`change.at_ms` must be less than `length_ms`, which is 60000");
  // The lease is 30 s and six blocks.
  CHECK(fault_in("nodes = 4\nblock_time_ms = 1000\nowner_dies_ms = 24000\n").empty());
  CHECK(fault_in("nodes = 4\nblock_time_ms = 1000\nowner_dies_ms = 24001\n") ==
        "`length_ms` must be at least 60001: until then the dead owner's lease may run");
  CHECK(fault_in("nodes = 4\nepoch_blocks = 20\nmin_block_time_ms = 500\nupgrade_at_ms = 34999\n").empty());
  CHECK(fault_in("nodes = 4\nepoch_blocks = 20\nmin_block_time_ms = 500\nupgrade_at_ms = 35000\n") ==
        "`length_ms` must be above 60000: the first vote for an upgrade takes 50 blocks");
}

TEST_CASE("a change that can't come about in time, or changes nothing, is refused") {
  const std::string one = "nodes = 4\nvalidators = 1\nmin_block_time_ms = 500\n";
  CHECK(fault_in(one + "[[change]]\nat_ms = 5\nvalidators = 1\n") ==
        "`change.validators` must be another number than 1: so many are there");
  CHECK(fault_in(one + "[[change]]\nat_ms = 5\nvalidators = 4\n") ==
        "`length_ms` must be above 370005: the change to 4 validators takes 740 blocks");
  CHECK(fault_in(one + "epoch_blocks = 20\n[[change]]\nat_ms = 39999\nvalidators = 4\n").empty());
  CHECK(fault_in("nodes = 4\nmin_block_time_ms = 500\n[[change]]\nat_ms = 50000\nvalidators = 3\n") ==
        "`length_ms` must be above 60000: the change to 3 validators takes 20 blocks");
}

TEST_CASE("clocks that honest nodes couldn't have are refused") {
  CHECK(fault_in("length_ms = 100000\n[clocks]\nskew_ms_max = 200\ndrift_ppm_max = 500\n").empty());
  const std::string most =
      "`clocks.skew_ms_max` and what `clocks.drift_ppm_max` comes to in `length_ms` must be at "
      "most 250 ms; `far_skew_ms_max` is for clocks that are wrong";
  CHECK(fault_in("[clocks]\nskew_ms_max = 251\n") == most);
  CHECK(fault_in("length_ms = 100000\n[clocks]\nskew_ms_max = 200\ndrift_ppm_max = 510\n") == most);
  CHECK(fault_in("block_time_ms = 500\nmin_block_time_ms = 501\n") ==
        "`min_block_time_ms` is above `block_time_ms`");
}

TEST_CASE("keys that exclude each other are refused, and those that do nothing alone") {
  CHECK(fault_in("nodes = 4\n[byzantine]\nnodes = 1\n") ==
        "`byzantine.nodes` wants `byzantine.strategy`: how they lie, or `drawn`");
  CHECK(fault_in("nodes = 7\nvalidators = 4\n[byzantine]\nstrategy = \"delay\"\n").empty());
  CHECK(fault_in("nodes = 7\n[[change]]\nat_ms = 5\nvalidators = 3\n[byzantine]\nstrategy = \"delay\"\n") ==
        "every `change` must leave at least 4 validators: liars are among the f of each set");
  CHECK(fault_in("nodes = 7\n[[change]]\nat_ms = 5\nvalidators = 4\n[byzantine]\nstrategy = \"delay\"\nnodes "
                 "= 2\n") ==
        "every `change` must leave at least 7 validators: liars are among the f of each set");
  CHECK(fault_in("nodes = 7\ndead = 1\n[byzantine]\nstrategy = \"delay\"\nnodes = 1\n") ==
        "`dead` doesn't go with `byzantine`: who isn't started doesn't lie");
  CHECK(fault_in("nodes = 7\ndead = 2\n[faults]\nlose_power_every_ms = 5000\noff_at_once_max = 2\n") ==
        "`faults.off_at_once_max` must be above 2: the `dead` are off already");
  CHECK(fault_in("nodes = 7\nupgrade_at_ms = 5\nepoch_blocks = 20\n[byzantine]\nstrategy = \"delay\"\n") ==
        "`upgrade_at_ms` goes neither with `byzantine` nor with `owner_dies_ms` nor with `change`");
  CHECK(fault_in("swarm = true\nor_nodes = 7\n") ==
        "`or_nodes` doesn't go with `swarm`, which draws the nodes and who lies: leave it out");
  CHECK(fault_in("swarm = true\n[network]\ndelay_us_min = 2000\n") ==
        "network.delay_us_min must be at most 1000 with `swarm`, which draws delay_us_max");
}

TEST_CASE("a value that can't be read is named before what it would have gone with") {
  CHECK(refusal_of("about = \"x\"\nnodes = 4\n[byzantine]\nnodes = 1\nstrategy = \"x\"\n")
            .starts_with("s.toml:5: `byzantine.strategy` must be one of drawn, "));
}

using Names = std::vector<std::string>;

/// What each seed of a scenario that says this must meet.
Names demanded_by(const std::string& text) {
  const auto scenario = parse_scenario("about = \"x\"\n" + text, "s", "s.toml");
  INFO((scenario ? "" : scenario.error()));
  REQUIRE(scenario);
  return demands_of(*scenario);
}

TEST_CASE("a fault is demanded where it comes three times on average, and is none of few") {
  CHECK(demanded_by("[faults]\ncrash_role_every_ms = 20000\n") == Names{"role_crash"});
  CHECK(demanded_by("[faults]\ncrash_role_every_ms = 20001\n").empty());
  CHECK(demanded_by("nodes = 4\n[faults]\nlose_power_every_ms = 20000\n") == Names{"power_loss"});
}

TEST_CASE("a fault that seldom finds a node on is not demanded") {
  // Broken disks keep a node off for most of the time, and one is to be off at once.
  CHECK(demanded_by("nodes = 4\n[faults]\nlose_power_every_ms = 15000\nbreak_disk_every_ms = 3000\n") ==
        Names{"disk_broken"});
  CHECK(demanded_by("nodes = 4\n[faults]\nlose_power_every_ms = 5000\nbreak_disk_every_ms = 3000\n") ==
        Names{"power_loss", "disk_broken"});
  CHECK(demanded_by("[faults]\nlose_power_every_ms = 1000\npower_off_ms_max = 60000\nfill_disk_every_ms = "
                    "10000\ndisk_full_ms_max = 1000\n") == Names{"power_loss"});
}

TEST_CASE("what can't come with so many nodes or liars is not demanded") {
  const std::string flips = "[faults]\nflip_bit_every_ms = 2000\n";
  const std::string liars = "[byzantine]\nstrategy = \"delay\"\n";
  CHECK(demanded_by("nodes = 4\n" + flips) == Names{"bit_flip"});
  CHECK(demanded_by("nodes = 3\n" + flips).empty());
  CHECK(demanded_by("nodes = 4\n" + liars + flips).empty());
  CHECK(demanded_by("nodes = 7\n" + liars + "nodes = 1\n" + flips) == Names{"bit_flip"});
  CHECK(demanded_by("nodes = 4\n" + flips + "flips_unnoticed_permille = 900\n") == Names{"bit_flip"});
  CHECK(demanded_by("nodes = 4\n" + flips + "flips_unnoticed_permille = 901\n").empty());
  CHECK(demanded_by("nodes = 4\n" + flips + "flips_unnoticed_permille = 1000\n").empty());
  const std::string apart =
      "[faults]\nbreak_link_every_ms = 1000\npartition_every_ms = 1000\n"
      "jump_clock_every_ms = 1000\n[network]\nlost_permille = 500\n";
  CHECK(demanded_by("nodes = 1\n" + apart).empty());
  CHECK(demanded_by("nodes = 3\n" + apart) == Names{"link_broken", "frame_swallowed", "frame_lost"});
  CHECK(demanded_by("nodes = 4\n" + apart) ==
        Names{"link_broken", "frame_swallowed", "clock_jump", "frame_lost"});
}

TEST_CASE("the scenarios of the program demand the faults that they are about") {
  const auto demands = [](const std::string& name) {
    const auto scenario = load_scenario(name);
    REQUIRE(scenario);
    return demands_of(*scenario);
  };
  CHECK(demands("bad-disk") == Names{"damage_found", "disk_broken", "disk_full", "bit_flip"});
  CHECK(demands("byzantine") == Names{"power_loss", "frame_swallowed", "frame_lost"});
  CHECK(demands("power-loss") == Names{"power_loss", "role_crash", "role_crash", "power_loss"});
  CHECK(demands("clocks") == Names{"clock_far_off", "clock_jump", "clock_jump", "clock_skewed",
                                   "clock_drifting", "clock_far_off"});
}

TEST_CASE("whatever a swarm draws is a scenario that can be run") {
  const auto swarm = load_scenario("swarm");
  REQUIRE(swarm);
  for (std::uint64_t seed = 1; seed <= 2'000; ++seed) {
    auto made = drawn(*swarm, seed);
    made.swarm = false;
    INFO("seed " << seed);
    CHECK(fault_of(made).value_or("") == "");
  }
}

TEST_CASE("a name that is neither a scenario nor a file says what there is") {
  const auto missing = load_scenario("no-such");
  REQUIRE_FALSE(missing);
  CHECK(missing.error().find("calm, ") != std::string::npos);
}

TEST_CASE("as many may fail as the smallest of a scenario's sets bears") {
  Scenario scenario;
  scenario.nodes = 10;
  CHECK(scenario.faulty() == 3);
  scenario.validators = 7;
  CHECK(scenario.faulty() == 2);
  scenario.changes = {{.at_ms = 1, .validators = 10}, {.at_ms = 2, .validators = 4}};
  CHECK(scenario.faulty() == 1);
}

TEST_CASE("a swarm is what its seed makes of it, and nothing else is changed by one") {
  const auto swarm = load_scenario("swarm");
  REQUIRE(swarm);
  CHECK(drawn(*swarm, 3).nodes == drawn(*swarm, 3).nodes);
  std::uint64_t sizes = 0;
  std::uint64_t changed = 0;
  bool lies_and_changes = false;
  for (std::uint64_t seed = 1; seed <= 500; ++seed) {
    const auto made = drawn(*swarm, seed);
    sizes |= 1u << made.seats();
    CHECK(made.nodes == made.nodes_needed());
    CHECK(made.liars() <= made.faulty());
    lies_and_changes = lies_and_changes || (made.liars() != 0 && !made.changes.empty());
    for (const auto& change : made.changes) changed |= 1u << change.validators;
  }
  CHECK(sizes == 0b11'1100'1111'1110);  // 1 to 7, and sometimes 10 to 13
  CHECK(changed == 0b1111'1110);
  CHECK(lies_and_changes);
  const auto calm = load_scenario("calm");
  REQUIRE(calm);
  CHECK(drawn(*calm, 3).weather.lost_permille == 0);
}

}  // namespace
}  // namespace mnrt::sims
