#include <benchmark/benchmark.h>

#include <cstdint>

#include "sims/simulation.hpp"

// The simulator's own speed, on one core: virtual seconds, and frames between nodes, per second of processor
// time. Everything is in it: making keys and genesis, the run, and the checks at its end, the execution of
// the whole chain once more among them. Signatures are real ones.
namespace mnrt::bench {
namespace {

/// What came of all iterations, as rates.
void count(benchmark::State& state, const sims::Scenario& scenario) {
  double virtual_seconds = 0;
  std::uint64_t messages = 0;
  std::uint64_t blocks = 0;
  std::uint64_t transactions = 0;
  std::uint64_t seed = 0;
  for (auto _ : state) {
    const auto report = sims::simulate(scenario, ++seed);
    if (!report.ok) return state.SkipWithError(report.violation.c_str());
    virtual_seconds += report.virtual_seconds;
    messages += report.messages;
    blocks += report.blocks;
    transactions += report.transactions;
  }
  using benchmark::Counter;
  state.counters["virtual_s_per_s"] = Counter(virtual_seconds, Counter::kIsRate);
  state.counters["messages_per_s"] = Counter(static_cast<double>(messages), Counter::kIsRate);
  state.counters["blocks"] = Counter(static_cast<double>(blocks), Counter::kAvgIterations);
  state.counters["transactions"] = Counter(static_cast<double>(transactions), Counter::kAvgIterations);
}

/// Validators; virtual seconds of work.
void validators(benchmark::State& state) {
  auto scenario = sims::load_scenario("steady").value();
  scenario.nodes = static_cast<std::uint64_t>(state.range(0));
  scenario.virtual_ms = static_cast<std::uint64_t>(state.range(1)) * 1'000;
  count(state, scenario);
}
BENCHMARK(validators)
    ->ArgNames({"n", "seconds"})
    ->Args({4, 600})
    ->Args({7, 300})
    ->Args({31, 60})
    ->Args({100, 20})
    ->Unit(benchmark::kSecond);

/// Four validators; transactions a second.
void transactions(benchmark::State& state) {
  auto scenario = sims::load_scenario("steady").value();
  const auto a_second = static_cast<std::uint64_t>(state.range(0));
  scenario.workload.transfer_every_ms = 1'000 / a_second;
  // Each waits for its last one, up to a block's time and some more.
  scenario.workload.clients = 40 + 15 * a_second;
  scenario.virtual_ms = 120'000;
  count(state, scenario);
}
BENCHMARK(transactions)->ArgName("per_s")->Arg(1)->Arg(100)->Unit(benchmark::kSecond);

}  // namespace
}  // namespace mnrt::bench
