#include "policies/registry/health.hpp"

#include <catch2/catch.hpp>

using namespace mnrt::policies;

namespace {

constexpr HealthSettings settings{};
constexpr Instant second(std::int64_t n) {
  return {n * 1'000'000'000};
}

}  // namespace

TEST_CASE("a new service is probed at once, then every 15 s") {
  auto state = watch(second(100));
  CHECK(state.health == Health::unknown);
  CHECK(is_probe_due(state, second(100)));
  CHECK_FALSE(is_probe_due(state, second(99)));
  state = step(state, ProbeResult::succeeded, second(101), settings);
  CHECK(state.health == Health::healthy);
  CHECK_FALSE(is_probe_due(state, second(115)));
  CHECK(is_probe_due(state, second(116)));
}

TEST_CASE("the third failure in a row makes a service unhealthy, and it is asked every 60 s") {
  auto state = step(watch(second(0)), ProbeResult::succeeded, second(0), settings);
  state = step(state, ProbeResult::failed, second(15), settings);
  CHECK(state.health == Health::failing);
  state = step(state, ProbeResult::failed, second(30), settings);
  CHECK(state.health == Health::failing);
  CHECK(state.next_probe == second(45));
  state = step(state, ProbeResult::failed, second(45), settings);
  CHECK(state.health == Health::unhealthy);
  CHECK(state.next_probe == second(105));
  state = step(state, ProbeResult::failed, second(105), settings);
  CHECK(state.health == Health::unhealthy);
  CHECK(state.failures == 3);
  CHECK(state.next_probe == second(165));
}

TEST_CASE("one success heals, and failures count anew") {
  HealthState state{.health = Health::unhealthy, .failures = 3, .next_probe = second(0)};
  state = step(state, ProbeResult::succeeded, second(1), settings);
  CHECK(state == HealthState{.health = Health::healthy, .failures = 0, .next_probe = second(16)});
  CHECK(step(state, ProbeResult::failed, second(16), settings).health == Health::failing);
}

TEST_CASE("a threshold of one knows no second chance") {
  CHECK(step(watch(second(0)), ProbeResult::failed, second(0), {.unhealthy_threshold = 1}).health ==
        Health::unhealthy);
}

TEST_CASE("each state has a name") {
  CHECK(name_of(Health::unknown) == "unknown");
  CHECK(name_of(Health::healthy) == "healthy");
  CHECK(name_of(Health::failing) == "failing");
  CHECK(name_of(Health::unhealthy) == "unhealthy");
}
