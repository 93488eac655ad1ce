#include <catch2/catch.hpp>
#include <cstdlib>

#include "tests/policies/consensus/small_network.hpp"

using namespace mnrt::policies;
using namespace mnrt::policies::testing;

namespace {

/// MNRT_SEEDS multiplies the runs of each case.
std::uint64_t seeds(std::uint64_t usual) {
  auto* factor = std::getenv("MNRT_SEEDS");
  return usual * (factor ? std::strtoull(factor, nullptr, 10) : 1);
}

constexpr Weather storm{.delay_us_min = 100,
                        .delay_us_max = 150'000,
                        .lost_percent = 15,
                        .doubled_percent = 5,
                        .sync_us_max = 20'000,
                        .work_us_max = 60'000};

constexpr Weather squalls{.delay_us_min = 100,
                          .delay_us_max = 40'000,
                          .lost_percent = 4,
                          .doubled_percent = 5,
                          .sync_us_max = 5'000,
                          .work_us_max = 20'000};

struct Totals {
  std::uint64_t blocks{};
  std::uint64_t rounds{};
  std::uint64_t crashes{};
  std::uint64_t reproposed{};
  std::uint64_t refused{};
  std::uint64_t evidence{};
};

/// Ten seconds of bad weather with crashes and cut-off nodes, then calm: the chain must never fork, and must
/// grow again at every honest validator.
void weather_the_storm(NetworkSpec spec, Totals& totals) {
  auto n = spec.validators;
  spec.weather = spec.seed % 4 < 2 ? squalls : storm;
  if (spec.seed % 2 == 1) spec.weather.commits_lost_percent = 80;
  SmallNetwork network(spec);
  Draw draw(spec.seed ^ 0xabcdef);
  for (int i = 0; i < 60 && network.broken().empty(); ++i) {
    network.run_ms(draw.between(1, 340));
    auto victim = static_cast<std::size_t>(draw.between(0, static_cast<std::int64_t>(n) - 1));
    // Mostly no more are away than the protocol tolerates, sometimes all.
    bool spare = network.away() < faulty_max(n) || draw.chance(20);
    auto what = draw.between(0, 11);
    if (what == 0 && spare && network.is_up(victim)) {
      ++totals.crashes;
      network.crash(victim);
    }
    if (what == 1 && spare) network.cut(victim, true);
    if (what == 2 || what == 3) network.restart(victim);
    if (what == 4 || what == 5) network.cut(victim, false);
    if (what > 5) network.add_transaction(victim);
  }
  network.set_weather(Weather{});
  for (std::size_t i = 0; i < n; ++i) {
    network.cut(i, false);
    network.restart(i);
    network.reconnect(i);
  }
  auto target = network.highest() + 3;
  bool grew = network.run_until([&] { return network.lowest_honest() >= target; }, 300'000);
  INFO("n " << n << ", seed " << spec.seed << ": " << network.broken());
  REQUIRE(network.broken().empty());
  REQUIRE(grew);
  totals.blocks += network.highest();
  totals.rounds += network.count("round_entered");
  totals.reproposed += network.reproposed();
  totals.refused += network.count("proposal_refused");
  totals.evidence += network.evidence().size();
}

}  // namespace

TEST_CASE("a storm with crashes never forks an honest network, and after it the chain grows") {
  struct Row {
    std::size_t n;
    std::uint64_t runs;
  };
  for (auto [n, runs] :
       {Row{1, 2'000}, Row{2, 300}, Row{3, 300}, Row{4, 3'000}, Row{5, 300}, Row{7, 1'000}}) {
    Totals totals;
    for (std::uint64_t seed = 0; seed < seeds(runs); ++seed)
      weather_the_storm({.validators = n, .seed = seed, .weather = {}, .faults = {}}, totals);
    // A run in which nothing went wrong proves nothing.
    CHECK(totals.crashes > runs / 2);
    if (n > 1) CHECK(totals.rounds > runs);
    if (n > 3) CHECK(totals.reproposed > runs / 2);
  }
}

TEST_CASE("up to f faulty validators can't fork the chain, and don't stop it") {
  for (auto kind : {Fault::equivocates, Fault::hides_certificates, Fault::cries_round_change}) {
    Totals totals;
    for (std::uint64_t seed = 0; seed < seeds(1'000); ++seed) {
      std::vector<Fault> faults(4);
      faults[seed % 4] = kind;
      weather_the_storm({.validators = 4, .seed = seed, .weather = {}, .faults = faults}, totals);
    }
    for (std::uint64_t seed = 0; seed < seeds(300); ++seed) {
      std::vector<Fault> faults(7);
      faults[seed % 7] = kind;
      faults[(seed * 3 + 2) % 7] = Fault::equivocates;
      weather_the_storm({.validators = 7, .seed = seed, .weather = {}, .faults = faults}, totals);
    }
    CHECK(totals.evidence > 100);
    if (kind == Fault::hides_certificates) CHECK(totals.refused > 100);
  }
}

TEST_CASE("the same seed gives the same run") {
  auto run = [](std::uint64_t seed) {
    std::vector<std::string> trace;
    SmallNetwork network({.validators = 4, .seed = seed, .weather = storm, .faults = {}});
    network.trace = &trace;
    network.run_ms(2'000);
    return trace;
  };
  CHECK(run(7) == run(7));
  CHECK(run(7) != run(8));
}

TEST_CASE("f crashed validators don't stop the chain, f + 1 do, and their return starts it again") {
  for (std::size_t n : {4, 5, 6, 7}) {
    SmallNetwork network({.validators = n, .seed = n, .weather = {}, .faults = {}});
    auto f = faulty_max(n);
    for (std::size_t i = 0; i < f; ++i) network.crash(i);
    auto alive = [&](std::uint64_t target) {
      return network.run_until([&] { return network.height(n - 1) >= target; }, 60'000);
    };
    CHECK(alive(10));
    while (n - f >= quorum(n)) network.crash(f++);
    network.run_ms(5'000);
    auto stopped = network.highest();
    network.run_ms(60'000);
    CHECK(network.highest() == stopped);
    for (std::size_t i = 0; i < f; ++i) network.restart(i);
    CHECK(network.run_until([&] { return network.lowest_honest() >= stopped + 3; }, 120'000));
    CHECK(network.broken().empty());
  }
}

TEST_CASE("a lone validator makes a block at least every block time, and sooner for a transaction") {
  SmallNetwork network({.validators = 1,
                        .seed = 1,
                        .weather = {},
                        .faults = {},
                        .block_time_ms = 500,
                        .min_block_time_ms = 100});
  network.run_ms(10'100);
  CHECK(network.height(0) >= 18);
  CHECK(network.height(0) <= 20);
  CHECK(network.count("round_entered") == 0);
  auto before = network.height(0);
  for (int i = 0; i < 50; ++i) {
    network.add_transaction(0);
    network.run_ms(20);
  }
  CHECK(network.height(0) >= before + 7);
  CHECK(network.height(0) <= before + 10);
}

TEST_CASE("a lone validator that crashes at any moment goes on at once") {
  for (std::int64_t us = 0; us < 12; ++us) {
    SmallNetwork network({.validators = 1, .seed = 3, .weather = {.work_us_max = 1'000}, .faults = {}});
    network.run_ms(500 + us);
    network.crash(0);
    network.restart(0);
    auto before = network.height(0);
    CHECK(network.run_until([&] { return network.height(0) > before; }, 600));
    CHECK(network.broken().empty());
  }
}

TEST_CASE("a validator that lost its sign state follows the chain and signs nothing") {
  SmallNetwork network({.validators = 4, .seed = 5, .weather = {}, .faults = {}});
  network.run_ms(3'000);
  network.crash(2);
  network.lose_sign_state(2);
  network.restart(2);
  auto before = network.highest();
  CHECK(network.run_until([&] { return network.lowest_honest() >= before + 5; }, 60'000));
  CHECK_FALSE(network.core(2).signing());
  CHECK(network.count("sign_state_missing") == 1);
  // Following the chain doesn't heal it.
  network.crash(2);
  network.restart(2);
  network.run_ms(1'000);
  CHECK_FALSE(network.core(2).signing());
  CHECK(network.broken().empty());
}

TEST_CASE("a validator that was away catches up and signs again") {
  SmallNetwork network({.validators = 4, .seed = 6, .weather = {}, .faults = {}});
  network.crash(3);
  network.run_ms(20'000);
  auto gap = network.highest();
  REQUIRE(gap > 10);
  network.restart(3);
  CHECK(network.run_until([&] { return network.lowest_honest() >= gap + 3; }, 60'000));
  CHECK(network.core(3).signing());
  // Crashed right after it caught up by sync alone, it may still sign: its sign state came along with the
  // blocks.
  network.crash(3);
  network.restart(3);
  CHECK(network.core(3).signing());
  CHECK(network.broken().empty());
}
