#include <catch2/catch.hpp>
#include <cstdlib>
#include <fstream>
#include <sstream>

#include "tests/policies/consensus/small_network.hpp"

// What validators sign and store in a run, line by line: microseconds, seat, what. A change of behaviour
// shows up as a difference to read. MNRT_WRITE_GOLDEN=1 writes the files anew.
using namespace mnrt::policies;
using namespace mnrt::policies::testing;

namespace {

void compare(const std::string& name, const std::vector<std::string>& trace) {
  auto path = std::string(MNRT_SOURCE_DIR) + "/tests/policies/consensus/golden/" + name + ".txt";
  std::string text;
  for (auto& line : trace) text += line + "\n";
  if (std::getenv("MNRT_WRITE_GOLDEN")) std::ofstream(path) << text;
  std::ifstream file(path);
  std::stringstream golden;
  golden << file.rdbuf();
  CHECK(text == golden.str());
}

/// Every delay is one millisecond, so that a trace reads like a timetable.
constexpr Weather still{.delay_us_min = 1'000, .delay_us_max = 1'000, .sync_us_max = 0, .work_us_max = 0};

}  // namespace

TEST_CASE("a lone validator's course is the golden one: idle, busy, restarted") {
  std::vector<std::string> trace;
  SmallNetwork network({.validators = 1, .seed = 1, .weather = still, .faults = {}, .skew_ms_max = 0});
  network.trace = &trace;
  network.run_ms(600);
  network.add_transaction(0);
  network.run_ms(100);
  network.crash(0);
  network.restart(0);
  network.run_ms(600);
  CHECK(network.broken().empty());
  compare("alone", trace);
}

TEST_CASE("four validators' course is the golden one: a block, a crashed leader, a prepared block repeated") {
  std::vector<std::string> trace;
  SmallNetwork network({.validators = 4, .seed = 1, .weather = still, .faults = {}, .skew_ms_max = 0});
  network.trace = &trace;
  network.run_ms(550);
  network.crash(1);
  network.run_ms(700);
  trace.push_back("every commit is lost for a while");
  auto deaf = still;
  deaf.commits_lost_percent = 100;
  network.set_weather(deaf);
  network.run_ms(700);
  network.set_weather(still);
  trace.push_back("commits arrive again");
  network.run_ms(500);
  CHECK(network.reproposed() > 0);
  CHECK(network.broken().empty());
  compare("four", trace);
}
