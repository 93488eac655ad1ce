#include "actors/ledger_view.hpp"

#include <catch2/catch.hpp>
#include <cstdint>
#include <limits>
#include <utility>
#include <vector>

#include "actors/memory_store.hpp"
#include "messages/history_codec.hpp"
#include "messages/keys.hpp"

namespace mnrt::actors {
namespace {

using policies::Address;
using policies::Height;

void put(MemoryStore& store, const Address& account, Height height,
         const std::vector<messages::HistoryEntry>& entries) {
  store.append(
      {{messages::Table::history, messages::history_key(account, height), messages::encode_history(entries)}},
      [](auto) {});
}

/// Reads page by page, as a client does with its cursor.
std::vector<std::pair<std::uint64_t, std::uint32_t>> read_all(const LedgerView& view, const Address& account,
                                                              std::size_t page) {
  std::vector<std::pair<std::uint64_t, std::uint32_t>> places;
  Height height{std::numeric_limits<std::uint64_t>::max()};
  std::uint32_t index = std::numeric_limits<std::uint32_t>::max();
  while (true) {
    const auto entries = view.history(account, height, index, page);
    REQUIRE(entries);
    for (const auto& entry : *entries) places.emplace_back(entry.height.value, entry.index);
    if (entries->size() < page) return places;
    height = entries->back().height;
    index = entries->back().index;
  }
}

TEST_CASE("an account's history reads newest first, the same at any page size") {
  MemoryStore store;
  const Address account{{7}};
  put(store, {{6}}, {9}, {{0, {{1}}}});
  put(store, account, {1}, {{0, {{2}}}});
  put(store, account, {3}, {{2, {{3}}}, {5, {{4}}}, {6, {{5}}}});
  put(store, account, {4}, {{0, {{6}}}, {1, {{7}}}});
  put(store, {{8}}, {2}, {{0, {{8}}}});
  const LedgerView view{store.snapshot()};
  const std::vector<std::pair<std::uint64_t, std::uint32_t>> expected{{4, 1}, {4, 0}, {3, 6},
                                                                      {3, 5}, {3, 2}, {1, 0}};
  for (const std::size_t page : {1, 2, 3, 4, 5, 6, 7}) CHECK(read_all(view, account, page) == expected);
  CHECK(view.history(account, {3}, 6, 1)->front().transaction == policies::Digest{{4}});
  CHECK(read_all(view, {{9}}, 3).empty());
}

TEST_CASE("the last address of all has a history, too") {
  MemoryStore store;
  Address account;
  account.bytes.fill(0xff);
  put(store, account, {1}, {{0, {{1}}}});
  CHECK(LedgerView{store.snapshot()}.history(account, {9}, 0, 10)->size() == 1);
  CHECK(read_all(LedgerView{store.snapshot()}, account, 10).size() == 1);
}

TEST_CASE("a damaged row of history is reported, not skipped") {
  MemoryStore store;
  const Address account{{7}};
  store.append({{messages::Table::history, messages::history_key(account, {1}), policies::Bytes(35)}},
               [](auto) {});
  const auto entries = LedgerView{store.snapshot()}.history(account, {2}, 0, 10);
  REQUIRE(!entries);
  CHECK(entries.error().kind == StoreError::Kind::corrupted);
}

}  // namespace
}  // namespace mnrt::actors
