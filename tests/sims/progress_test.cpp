#include "sims/progress.hpp"

#include <catch2/catch.hpp>

namespace mnrt::sims {
namespace {

TEST_CASE("each dead leader in a row may cost a round of thirty seconds, and so may the one before them") {
  CHECK(core_settles_within_ms({true, true, true, true}, 5'000) == 35'000);
  CHECK(core_settles_within_ms({true, false, true, true, false, true, true}, 5'000) == 65'000);
  CHECK(core_settles_within_ms({true, false, false, true, true, true, true}, 5'000) == 95'000);
  CHECK(core_settles_within_ms({false, true, true, true, true, true, false}, 500) == 90'500);
}

}  // namespace
}  // namespace mnrt::sims
