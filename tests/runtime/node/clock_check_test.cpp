#include "runtime/node/clock_check.hpp"

#include <catch2/catch.hpp>

namespace {

using namespace mnrt::runtime;
using mnrt::policies::BlockTime;

// date -u -d 2026-11-21T18:00:00Z +%s
constexpr std::int64_t now_ms = 1'795'284'000'000;

TEST_CASE("a clock that was never set is refused with what to do, with a chain and without one") {
  for (const std::int64_t last : {std::int64_t{0}, now_ms}) {
    const auto fault = clock_fault(BlockTime{0}, BlockTime{last});
    CHECK(fault.find("1970-01-01T00:00:00.000Z") != std::string::npos);
    CHECK(fault.find("timedatectl set-ntp true") != std::string::npos);
    CHECK(fault.find('\n') == std::string::npos);
  }
  CHECK(clock_fault(BlockTime{now_ms}, BlockTime{0}).empty());
}

TEST_CASE("a clock over a minute behind the last block is refused and names both times") {
  CHECK(clock_fault(BlockTime{now_ms}, BlockTime{now_ms + 60'000}).empty());
  const auto fault = clock_fault(BlockTime{now_ms}, BlockTime{now_ms + 60'001});
  CHECK(fault.find("says 2026-11-21T18:00:00.000Z") != std::string::npos);
  CHECK(fault.find("last block (2026-11-21T18:01:00.001Z)") != std::string::npos);
}

TEST_CASE("over a day without a block is a doubt, no fault") {
  constexpr std::int64_t day_ms = 86'400'000;
  CHECK(clock_doubt(BlockTime{now_ms}, BlockTime{now_ms - day_ms}).empty());
  CHECK(clock_doubt(BlockTime{now_ms}, BlockTime{0}).empty());
  const auto doubt = clock_doubt(BlockTime{now_ms + 30 * 365 * day_ms}, BlockTime{now_ms});
  CHECK(doubt.find("10950 days ago") != std::string::npos);
  CHECK(doubt.find("set the clock") != std::string::npos);
  CHECK(clock_fault(BlockTime{now_ms + 30 * 365 * day_ms}, BlockTime{now_ms}).empty());
}

}  // namespace
