#include <catch2/catch.hpp>

#include <algorithm>
#include <vector>

#include "messages/history_codec.hpp"
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

TEST_CASE("an account's history sorts by height") {
  const Address account{{0xab}};
  const auto early = history_key(account, {255});
  const auto late = history_key(account, {256});
  REQUIRE(early < late);
  REQUIRE(height_of_history_key(early)->value == 255);
  REQUIRE(height_of_history_key(Bytes(39)).error() == DecodeError::wrong_length);
  REQUIRE(height_of_history_key(Bytes(31)).error() == DecodeError::wrong_length);
}

TEST_CASE("a row of history is its transactions by index, and nothing else") {
  const std::vector<HistoryEntry> entries{{0, {{1}}}, {7, {{2}}}, {65'536, {{3}}}};
  const auto bytes = encode_history(entries);
  REQUIRE(bytes.size() == 3 * 36);
  REQUIRE(to_hex({bytes.data() + 72, 6}) == "000100000300");
  REQUIRE(decode_history(bytes) == entries);
  REQUIRE(decode_history({}).error() == DecodeError::truncated);
  REQUIRE(decode_history(ByteView{bytes}.first(107)).error() == DecodeError::truncated);
  const std::vector<HistoryEntry> twice{{7, {{1}}}, {7, {{2}}}};
  REQUIRE(decode_history(encode_history(twice)).error() == DecodeError::not_sorted);
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
