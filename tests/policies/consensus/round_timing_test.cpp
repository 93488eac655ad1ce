#include "policies/consensus/round_timing.hpp"

#include <catch2/catch.hpp>

using namespace mnrt::policies;

TEST_CASE("a time-out doubles with each round up to thirty seconds and stays there") {
  CHECK(backed_off_ms(2'000, Round{0}) == 2'000);
  CHECK(backed_off_ms(2'000, Round{1}) == 4'000);
  CHECK(backed_off_ms(2'000, Round{3}) == 16'000);
  CHECK(backed_off_ms(2'000, Round{4}) == 30'000);
  CHECK(backed_off_ms(1, Round{10}) == 1'024);
  CHECK(backed_off_ms(1, Round{11}) == 1'024);
  CHECK(backed_off_ms(2'000, Round{0xffffffff}) == 30'000);
}

TEST_CASE("the window for a fresh block is tight above and widens below with the round") {
  const BlockTime received{1'000'000};
  struct Row {
    std::uint32_t round;
    std::int64_t earliest_ms;
  };
  for (auto [round, earliest_ms] : {Row{0, -2'500}, Row{1, -4'500}, Row{2, -8'500}, Row{6, -128'500},
                                    Row{7, -128'500}, Row{0xffffffff, -128'500}}) {
    auto at = [&](std::int64_t offset_ms) {
      return in_time_window(BlockTime{received.ms + offset_ms}, received, Round{round});
    };
    CHECK(at(0));
    CHECK(at(500));
    CHECK_FALSE(at(501));
    CHECK(at(earliest_ms));
    CHECK_FALSE(at(earliest_ms - 1));
  }
}
