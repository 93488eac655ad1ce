#include "actors/node_report.hpp"

#include <catch2/catch.hpp>

using namespace mnrt;
using actors::block_time_problem;

namespace {

constexpr std::int64_t hour_ms = 3'600'000;

/// A node that signs, with blocks every 5 s at most, started an hour before its last block.
actors::BlockTimes after(std::int64_t age_ms) {
  return {.now_ms = 10 * hour_ms + age_ms,
          .last_block_ms = 10 * hour_ms,
          .started_ms = 9 * hour_ms,
          .block_time_ms = 5'000,
          .signing = true};
}

}  // namespace

TEST_CASE("a clock over 2 s behind the last block is a problem by name, signing or not", "[report]") {
  CHECK(block_time_problem(after(0)).empty());
  CHECK(block_time_problem(after(-2'000)).empty());
  auto times = after(-2'001);
  CHECK(block_time_problem(times).starts_with("clock_behind_chain: "));
  times.signing = false;
  CHECK(block_time_problem(times).starts_with("clock_behind_chain: "));
  CHECK(block_time_problem(after(-hour_ms)).find("3600 s") != std::string::npos);
}

TEST_CASE("blocks are overdue after three block times and 10 s, for a node that signs", "[report]") {
  CHECK(block_time_problem(after(25'000)).empty());
  auto times = after(25'001);
  CHECK(block_time_problem(times).starts_with("blocks_overdue: "));
  times.signing = false;
  CHECK(block_time_problem(times).empty());
}

TEST_CASE("a node that was down for long has its first block overdue only from its start on", "[report]") {
  auto times = after(hour_ms);
  times.started_ms = times.now_ms - 25'000;
  CHECK(block_time_problem(times).empty());
  times.started_ms -= 1;
  CHECK(block_time_problem(times).starts_with("blocks_overdue: "));
}
