#include "policies/scaler.hpp"

#include <catch2/catch.hpp>
#include <vector>

using namespace mnrt::policies;

namespace {

constexpr WorkerLimits one_to_ten{.min = 1, .max = 10};
constexpr Instant second(std::int64_t n) {
  return {n * 1'000'000'000};
}

constexpr ScalerReading quiet{};
constexpr ScalerReading busy{.cpu_ppb = 700'000'000};

}  // namespace

TEST_CASE("each reading that reaches its threshold asks for a worker more") {
  struct Row {
    ScalerReading reading;
    ScalingReason reason;
  };
  const std::vector<Row> table{
      {{.cpu_ppb = 699'999'999, .memory_ppb = 799'999'999, .connections = 39, .transactions = 799},
       ScalingReason::none},
      {{.cpu_ppb = 700'000'000}, ScalingReason::cpu},
      {{.memory_ppb = 800'000'000}, ScalingReason::memory},
      {{.connections = 40}, ScalingReason::connections},
      {{.transactions = 800}, ScalingReason::transactions},
  };
  for (const auto& row : table) {
    const auto decision = step({}, row.reading, second(1), one_to_ten, {});
    CHECK(decision.reason == row.reason);
    CHECK(decision.state.workers == (row.reason == ScalingReason::none ? 1 : 2));
  }
}

TEST_CASE("steps up are five seconds apart and end at the limit") {
  ScalerState state;
  std::vector<std::uint64_t> workers;
  for (std::int64_t s = 0; s <= 20; ++s) {
    state = step(state, busy, second(s), {.min = 1, .max = 4}, {}).state;
    workers.push_back(state.workers);
  }
  CHECK(workers[0] == 2);
  CHECK(workers[4] == 2);
  CHECK(workers[5] == 3);
  CHECK(workers[10] == 4);
  CHECK(workers[20] == 4);
}

TEST_CASE("workers go only after the whole cooldown was calm") {
  ScalerState state{.workers = 3, .last_change = second(0), .calm_since = {}};
  state = step(state, quiet, second(10), one_to_ten, {}).state;
  CHECK(step(state, quiet, second(309), one_to_ten, {}).state.workers == 3);
  // A reading between calm and busy starts the count anew.
  const auto stirred = step(state, {.cpu_ppb = 500'000'000}, second(200), one_to_ten, {}).state;
  CHECK(step(stirred, quiet, second(310), one_to_ten, {}).state.workers == 3);
  const auto decision = step(state, quiet, second(310), one_to_ten, {});
  CHECK(decision.reason == ScalingReason::calm);
  CHECK(decision.state.workers == 2);
  CHECK(step(decision.state, quiet, second(311), one_to_ten, {}).state.workers == 2);
  CHECK(step(decision.state, quiet, second(610), one_to_ten, {}).state.workers == 1);
}

TEST_CASE("the last worker stays") {
  ScalerState state{.workers = 1, .last_change = {}, .calm_since = second(0)};
  CHECK(step(state, quiet, second(1'000), one_to_ten, {}).reason == ScalingReason::none);
}

TEST_CASE("under memory pressure workers go at once, and none is added") {
  ScalingConfig config;
  const ScalerState state{.workers = 3, .last_change = second(1), .calm_since = {}};
  const ScalerReading full{.cpu_ppb = 900'000'000, .memory_ppb = 900'000'000};
  const auto decision = step(state, full, second(1), one_to_ten, config);
  CHECK(decision.reason == ScalingReason::memory_pressure);
  CHECK(decision.state.workers == 2);
  config.emergency_scaling_enabled = false;
  CHECK(step(state, full, second(100), one_to_ten, config).state.workers == 3);
}

TEST_CASE("a count outside its limits is brought inside") {
  const auto decision =
      step({.workers = 12, .last_change = {}, .calm_since = {}}, quiet, second(0), one_to_ten, {});
  CHECK(decision.state.workers == 10);
  CHECK(decision.reason == ScalingReason::bounds);
  CHECK(step({.workers = 0, .last_change = {}, .calm_since = {}}, quiet, second(0), one_to_ten, {})
            .state.workers == 1);
}
