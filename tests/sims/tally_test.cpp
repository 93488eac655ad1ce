#include "sims/tally.hpp"

#include <catch2/catch.hpp>

namespace mnrt::sims {
namespace {

using Names = std::vector<std::string>;

Report holding(std::map<std::string, std::uint64_t> faults, std::map<std::string, std::uint64_t> states) {
  Report report;
  report.ok = true;
  report.faults = std::move(faults);
  report.states = std::move(states);
  return report;
}

TEST_CASE("what enough seeds never came to is named") {
  Scenario scenario;
  scenario.reached_within = {{"block_synced", 2}, {"frame_lost", 2}, {"rounds_jumped", 3}};
  Tally tally;
  tally.add(holding({{"frame_lost", 0}}, {}));
  CHECK(tally.missing(scenario).empty());
  tally.add(holding({{"frame_lost", 0}}, {}));
  CHECK(tally.missing(scenario) == Names{"block_synced", "frame_lost"});
  tally.add(holding({{"frame_lost", 1}}, {{"block_synced", 4}}));
  CHECK(tally.missing(scenario) == Names{"rounds_jumped"});
}

TEST_CASE("a tally adds up what came of each seed") {
  Tally tally;
  tally.add(holding({{"frame_lost", 2}}, {}));
  CHECK(tally.text().starts_with("1 seed, 0 failed: 0 blocks, "));
  auto failed = holding({{"frame_lost", 3}}, {});
  failed.blocks = 1;
  failed.ok = false;
  tally.add(failed);
  CHECK(tally.seeds() == 2);
  CHECK(tally.text().starts_with("2 seeds, 1 failed: 1 block, 0 transactions, "));
  CHECK(tally.failed() == 1);
  CHECK(tally.all().find("\n  frame_lost: 5") != std::string::npos);
}

}  // namespace
}  // namespace mnrt::sims
