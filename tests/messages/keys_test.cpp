#include <catch2/catch.hpp>

#include <algorithm>

#include "messages/keys.hpp"
#include "messages/row.hpp"

namespace mnrt::messages {
namespace {

using namespace policies;

TEST_CASE("keys of heights sort as the heights do") {
  Bytes last;
  for (std::uint64_t height : {0ull, 1ull, 255ull, 256ull, 65'536ull, ~0ull}) {
    const auto key = height_key({height});
    REQUIRE(key.size() == 8);
    REQUIRE(last < key);
    REQUIRE(height_of_key(key)->value == height);
    last = key;
  }
  REQUIRE(height_of_key(Bytes(7)).error() == DecodeError::wrong_length);
}

TEST_CASE("an account's history sorts by height and then by index") {
  const Address account{{0xab}};
  const auto early = history_key(account, {1}, 0xffffffff);
  const auto late = history_key(account, {2}, 0);
  REQUIRE(early < late);
  const auto place = place_of_history_key(early);
  REQUIRE(place.has_value());
  REQUIRE(place->height.value == 1);
  REQUIRE(place->index == 0xffffffff);
  REQUIRE(place_of_history_key(Bytes(43)).error() == DecodeError::wrong_length);
}

TEST_CASE("the end of a scan is the first key behind a prefix") {
  REQUIRE(after_prefix(Bytes{1, 2}) == Bytes{1, 3});
  REQUIRE(after_prefix(Bytes{1, 0xff}) == Bytes{2});
  REQUIRE(after_prefix(Bytes{0xff, 0xff}).empty());
}

TEST_CASE("every table has a name of its own") {
  std::vector<std::string_view> names;
  for (int i = 0; i < static_cast<int>(Table::count_); ++i) names.push_back(name_of(static_cast<Table>(i)));
  std::sort(names.begin(), names.end());
  REQUIRE(std::adjacent_find(names.begin(), names.end()) == names.end());
  REQUIRE(std::find(names.begin(), names.end(), "unknown") == names.end());
}

}  // namespace
}  // namespace mnrt::messages
