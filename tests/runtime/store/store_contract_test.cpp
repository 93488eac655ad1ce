#include <rapidcheck.h>

#include <algorithm>
#include <atomic>
#include <map>
#include <thread>

#include "tests/runtime/store/opened_store.hpp"

// What every Store promises, asked of the one in memory and of the one on RocksDB.
using namespace mnrt::runtime::testing;
using mnrt::actors::MemoryStore;
using mnrt::actors::Snapshot;
using mnrt::actors::Store;

namespace {

enum class Kind { memory, rocks };

struct Opened {
  explicit Opened(Kind kind) {
    if (kind == Kind::memory)
      store = std::make_unique<MemoryStore>();
    else
      store = open_in(folder);
  }
  Folder folder;
  std::unique_ptr<Store> store;
};

std::vector<std::string> keys_of(const std::vector<Snapshot::Found>& found) {
  std::vector<std::string> keys;
  for (const auto& row : found) keys.emplace_back(row.key.begin(), row.key.end());
  return keys;
}

std::vector<std::string> scan(const Snapshot& snapshot, std::string_view from, std::string_view to,
                              std::size_t limit, bool backwards = false) {
  const auto found = snapshot.scan(Table::state, bytes(from), bytes(to), limit, backwards);
  REQUIRE(found);
  return keys_of(*found);
}

using Keys = std::vector<std::string>;

}  // namespace

TEST_CASE("a batch's rows are there after done, each in its table", "[store]") {
  Opened opened(GENERATE(Kind::memory, Kind::rocks));
  auto& store = *opened.store;
  REQUIRE(
      append(store, {{Table::state, bytes("k"), bytes("state")}, {Table::log, bytes("k"), bytes("log")}}));
  const auto snapshot = store.snapshot();
  CHECK(get(*snapshot, Table::state, "k") == bytes("state"));
  CHECK(get(*snapshot, Table::log, "k") == bytes("log"));
  CHECK_FALSE(get(*snapshot, Table::meta, "k"));
  CHECK_FALSE(get(*snapshot, Table::state, "kk"));
}

TEST_CASE("an empty value is a value, and an empty batch is done too", "[store]") {
  Opened opened(GENERATE(Kind::memory, Kind::rocks));
  REQUIRE(append(*opened.store, {}));
  REQUIRE(append(*opened.store, {{Table::local, bytes("k"), Bytes{}}}));
  CHECK(get(*opened.store->snapshot(), Table::local, "k") == Bytes{});
}

TEST_CASE("of two rows with one key in a batch the later holds", "[store]") {
  Opened opened(GENERATE(Kind::memory, Kind::rocks));
  REQUIRE(append(*opened.store, {{Table::local, bytes("a"), bytes("1")},
                                 {Table::local, bytes("a"), bytes("2")},
                                 {Table::local, bytes("b"), bytes("1")},
                                 {Table::local, bytes("b"), std::nullopt}}));
  const auto snapshot = opened.store->snapshot();
  CHECK(get(*snapshot, Table::local, "a") == bytes("2"));
  CHECK_FALSE(get(*snapshot, Table::local, "b"));
}

TEST_CASE("a snapshot shows its moment, whatever is written, deleted or dropped later", "[store]") {
  Opened opened(GENERATE(Kind::memory, Kind::rocks));
  auto& store = *opened.store;
  const auto empty = store.snapshot();
  REQUIRE(append(store, {{Table::state, bytes("a"), bytes("1")}, {Table::state, bytes("b"), bytes("1")}}));
  const auto first = store.snapshot();
  REQUIRE(append(store, {{Table::state, bytes("a"), std::nullopt}, {Table::state, bytes("c"), bytes("2")}}));
  const auto second = store.snapshot();
  REQUIRE(append(store, {{Table::state, bytes("a"), bytes("3")}, {Table::state, bytes("b"), std::nullopt}}));

  CHECK(scan(*empty, "", "", 10).empty());
  CHECK(scan(*first, "", "", 10) == Keys{"a", "b"});
  CHECK(get(*first, Table::state, "a") == bytes("1"));
  CHECK(scan(*second, "", "", 10) == Keys{"b", "c"});
  CHECK(scan(*store.snapshot(), "", "", 10) == Keys{"a", "c"});
}

TEST_CASE("a scan has an inclusive start, an exclusive end, a limit and two directions", "[store]") {
  Opened opened(GENERATE(Kind::memory, Kind::rocks));
  Batch rows;
  for (const auto* key : {"a", "b", "ba", "c", "d"}) rows.push_back({Table::state, bytes(key), bytes("v")});
  rows.push_back({Table::history, bytes("bb"), bytes("another table")});
  REQUIRE(append(*opened.store, rows));
  const auto snapshot = opened.store->snapshot();
  CHECK(scan(*snapshot, "b", "d", 10) == Keys{"b", "ba", "c"});
  CHECK(scan(*snapshot, "b", "d", 2) == Keys{"b", "ba"});
  CHECK(scan(*snapshot, "b", "d", 10, true) == Keys{"c", "ba", "b"});
  CHECK(scan(*snapshot, "b", "d", 2, true) == Keys{"c", "ba"});
  CHECK(scan(*snapshot, "bb", "", 10) == Keys{"c", "d"});
  CHECK(scan(*snapshot, "", "", 2, true) == Keys{"d", "c"});
  CHECK(scan(*snapshot, "b", "b", 10).empty());
  CHECK(scan(*snapshot, "d", "a", 10).empty());
  CHECK(scan(*snapshot, "", "", 0).empty());
  CHECK(scan(*snapshot, "e", "", 10, true).empty());
}

TEST_CASE("a store holds what an ordered map would", "[store]") {
  Opened opened(GENERATE(Kind::memory, Kind::rocks));
  CHECK(rc::check([&] {
    Batch leftovers;
    const auto old = opened.store->snapshot()->scan(Table::state, {}, {}, 1'000);
    RC_ASSERT(old.has_value());
    for (const auto& row : *old) leftovers.push_back({Table::state, row.key, std::nullopt});
    RC_ASSERT(append(*opened.store, leftovers).has_value());
    std::map<Bytes, Bytes> model;
    std::vector<std::pair<std::shared_ptr<const Snapshot>, std::map<Bytes, Bytes>>> taken;
    const auto small_key = [] { return *rc::gen::container<Bytes>(2, rc::gen::inRange<std::uint8_t>(0, 6)); };
    const auto batches = *rc::gen::inRange(0, 12);
    for (int i = 0; i < batches; ++i) {
      Batch rows;
      const auto size = *rc::gen::inRange(0, 10);
      for (int j = 0; j < size; ++j) {
        const auto key = small_key();
        const bool erase = *rc::gen::inRange(0, 3) == 0;
        rows.push_back({Table::state, key, std::nullopt});
        if (!erase) rows.back().value = *rc::gen::arbitrary<Bytes>();
        if (erase)
          model.erase(key);
        else
          model[key] = *rows.back().value;
      }
      RC_ASSERT(append(*opened.store, rows).has_value());
      if (*rc::gen::arbitrary<bool>()) taken.emplace_back(opened.store->snapshot(), model);
      if (!taken.empty() && *rc::gen::inRange(0, 4) == 0) taken.erase(taken.begin());
    }
    taken.emplace_back(opened.store->snapshot(), model);
    for (const auto& [snapshot, expected] : taken) {
      const auto from = small_key();
      const auto to = small_key();
      const bool backwards = *rc::gen::arbitrary<bool>();
      std::vector<std::pair<Bytes, Bytes>> want;
      for (const auto& row : expected)
        if (row.first >= from && row.first < to) want.push_back(row);
      if (backwards) std::ranges::reverse(want);
      const auto found = snapshot->scan(Table::state, from, to, 100, backwards);
      RC_ASSERT(found.has_value());
      std::vector<std::pair<Bytes, Bytes>> got;
      for (const auto& row : *found) got.emplace_back(row.key, row.value);
      RC_ASSERT(got == want);
    }
  }));
}

TEST_CASE("dones come once each and in the order of the appends", "[store]") {
  Opened opened(GENERATE(Kind::memory, Kind::rocks));
  constexpr int count = 3'000;  // more than the queue holds
  std::vector<int> order;       // the calls never overlap
  std::promise<void> last;
  for (int i = 0; i < count; ++i)
    opened.store->append({{Table::log, bytes(std::to_string(i)), bytes("v")}}, [&, i](auto result) {
      REQUIRE(result);
      order.push_back(i);
      if (i == count - 1) last.set_value();
    });
  last.get_future().wait();
  REQUIRE(order.size() == count);
  CHECK(std::ranges::is_sorted(order));
}

TEST_CASE("each done sees its own rows and those of earlier appends", "[store]") {
  Opened opened(GENERATE(Kind::memory, Kind::rocks));
  std::promise<void> last;
  std::atomic<int> seen{0};
  for (int i = 0; i < 50; ++i)
    opened.store->append({{Table::log, bytes(std::to_string(i)), bytes("v")}}, [&, i](auto) {
      const auto snapshot = opened.store->snapshot();
      if (snapshot->get(Table::log, bytes(std::to_string(i))).value()) ++seen;
      if (i == 49) last.set_value();
    });
  last.get_future().wait();
  CHECK(seen == 50);
}

TEST_CASE("a done may append, and that is done after all that waited", "[store]") {
  Opened opened(GENERATE(Kind::memory, Kind::rocks));
  std::vector<std::string> order;
  std::promise<void> last;
  opened.store->append({{Table::log, bytes("outer"), bytes("v")}}, [&](auto) {
    opened.store->append({{Table::log, bytes("inner"), bytes("v")}}, [&](auto) {
      order.push_back("inner");
      last.set_value();
    });
    order.push_back("outer");
  });
  last.get_future().wait();
  CHECK(order == std::vector<std::string>{"outer", "inner"});
}

TEST_CASE("threads append and read at once without a torn batch", "[store]") {
  Opened opened(GENERATE(Kind::memory, Kind::rocks));
  auto& store = *opened.store;
  REQUIRE(append(store, {{Table::state, bytes("x"), bytes("0")}, {Table::state, bytes("y"), bytes("0")}}));
  std::atomic<bool> stop{false};
  std::atomic<int> torn{0};
  std::thread reader([&] {
    while (!stop) {
      const auto snapshot = store.snapshot();
      if (snapshot->get(Table::state, bytes("x")).value() != snapshot->get(Table::state, bytes("y")).value())
        ++torn;
    }
  });
  std::vector<std::thread> writers;
  std::atomic<int> dones{0};
  for (int w = 0; w < 3; ++w)
    writers.emplace_back([&, w] {
      for (int i = 0; i < 100; ++i) {
        const auto value = bytes(std::to_string(w * 1'000 + i));
        if (append(store, {{Table::state, bytes("x"), value}, {Table::state, bytes("y"), value}})) ++dones;
      }
    });
  for (auto& writer : writers) writer.join();
  stop = true;
  reader.join();
  CHECK(dones == 300);
  CHECK(torn == 0);
}
