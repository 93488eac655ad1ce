#include "sims/progress.hpp"

#include <catch2/catch.hpp>

namespace mnrt::sims {
namespace {

constexpr Pace usual{.block_time_ms = 5'000, .timeout_ms = 3'000};
constexpr Pace quick{.block_time_ms = 500, .timeout_ms = 3'000};

policies::Note note_of(const char* code, const char* height, const char* round) {
  return {.code = code, .fields = {{"height", height}, {"round", round}}};
}

TEST_CASE("ten block times are enough where they are longer than the rounds, with a dead leader or without") {
  const Pace slow{.block_time_ms = 1'500, .timeout_ms = 3'000};
  CHECK(core_settles_within_ms({true, true, true, true}, slow, {0}) == 15'000);
  CHECK(core_settles_within_ms({true, true, false, true}, slow, {0}) == 15'000);
}

TEST_CASE("each dead leader in a row may cost a round, and each round is twice as long as the one before") {
  CHECK(core_settles_within_ms({true, true, true, true}, quick, {0}) == 5'000);
  CHECK(core_settles_within_ms({true, true, true, true}, quick, {2}) == 500 + 12'000);
  CHECK(core_settles_within_ms({true, false, true, true, false, true, true}, quick, {0}) == 500 + 9'000);
  CHECK(core_settles_within_ms({true, false, true, true}, quick, {2}) == 500 + 36'000);
  CHECK(core_settles_within_ms({false, true, true, true, true, true, false}, quick, {1}) == 500 + 42'000);
}

TEST_CASE("a block time and thirty seconds a round are never too little") {
  CHECK(core_settles_within_ms({true, true, true, true}, usual, {0}) == 35'000);
  CHECK(core_settles_within_ms({true, false, true, true, false, true, true}, usual, {9}) == 65'000);
  CHECK(core_settles_within_ms({true, false, false, true, true, true, true}, usual, {4'000'000'000}) ==
        95'000);
}

TEST_CASE("the latest round counts at the height that is open, and at no other") {
  RoundWatch watch;
  watch.noted(note_of("round_entered", "1", "3"));
  watch.noted(note_of("round_entered", "1", "2"));
  CHECK(watch.latest() == policies::Round{3});
  watch.noted(note_of("block_final", "1", "3"));
  CHECK(watch.latest() == policies::Round{0});
  watch.noted(note_of("round_entered", "1", "5"));
  CHECK(watch.latest() == policies::Round{0});
  watch.noted(note_of("round_entered", "2", "1"));
  watch.noted(note_of("block_final", "1", "3"));
  CHECK(watch.latest() == policies::Round{1});
}

TEST_CASE("where links are slow, rounds that are too short for them come before") {
  const Pace far{.block_time_ms = 500, .timeout_ms = 3'000, .delay_ms = 1'800};
  CHECK(core_settles_within_ms({true, true, true, true}, far, {0}) == 3'000 + 6'000 + 500 + 12'000);
  CHECK(core_settles_within_ms({true, true, true, true}, far, {1}) == 6'000 + 500 + 12'000);
  CHECK(core_settles_within_ms({true, true, true, true}, far, {2}) == 500 + 12'000);
}

}  // namespace
}  // namespace mnrt::sims
