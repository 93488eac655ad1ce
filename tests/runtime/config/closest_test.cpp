#include "runtime/config/closest.hpp"

#include <array>
#include <catch2/catch.hpp>

namespace {

using mnrt::runtime::closest_to;

constexpr std::array<std::string_view, 4> names{"port", "block_time_ms", "min_block_time_ms", "enabled"};

TEST_CASE("a slip of the finger finds what was meant") {
  CHECK(closest_to("prot", names) == "port");
  CHECK(closest_to("PORT", names) == "port");
  CHECK(closest_to("block_tme_ms", names) == "block_time_ms");
  CHECK(closest_to("blok_time_ms", names) == "block_time_ms");
  CHECK(closest_to("min_block_timems", names) == "min_block_time_ms");
  CHECK(closest_to("enable", names) == "enabled");
}

TEST_CASE("a word that resembles nothing finds nothing") {
  CHECK(closest_to("colour", names).empty());
  CHECK(closest_to("", names).empty());
  CHECK(closest_to(std::string(10'000, 'p'), names).empty());
}

}  // namespace
