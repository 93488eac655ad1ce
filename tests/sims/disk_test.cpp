#include "sims/disk.hpp"

#include <catch2/catch.hpp>

#include "messages/keys.hpp"
#include "policies/time.hpp"
#include "sims/world.hpp"

namespace mnrt::sims {
namespace {

using messages::Table;
using policies::Bytes;

/// A disk with one row of the state and one of what was signed, and time to sync.
struct OneDisk {
  SeededChance chance{1};
  Scheduler scheduler{chance};
  SimulatedDisk disk{scheduler.system(), chance, {}};

  OneDisk() { append({{Table::state, {1}, Bytes{2, 3}}, {Table::sign_state, {4}, Bytes{5}}}); }
  std::expected<void, actors::StoreError> append(messages::Batch rows) {
    std::optional<std::expected<void, actors::StoreError>> result;
    disk.append(std::move(rows), [&](auto done) { result = std::move(done); });
    scheduler.run_until(policies::after_ms(scheduler.now(), 100));
    REQUIRE(result.has_value());
    return *result;
  }
  auto read() const { return disk.snapshot()->get(Table::state, Bytes{1}); }
  void flip(bool noticed) {
    // Which table is drawn; the one that is asked for comes in the end.
    while (!disk.flip_bit({.noticed = noticed, .sign_state = false}).starts_with("bit")) {
    }
  }
};

TEST_CASE("a flipped bit is damage to whoever reads the row, one by one or in a row, and to nobody else") {
  OneDisk one;
  one.flip(true);
  CHECK(one.disk.is_suspect());
  REQUIRE_FALSE(one.read().has_value());
  CHECK(one.read().error().kind == actors::StoreError::Kind::corrupted);
  CHECK_FALSE(one.disk.snapshot()->scan(Table::state, {}, {}, 10).has_value());
  CHECK(one.disk.snapshot()->get(Table::sign_state, Bytes{4}).has_value());
  CHECK(**one.disk.written().snapshot()->get(Table::state, Bytes{1}) == Bytes{2, 3});
}

TEST_CASE("a flipped bit that the checksum misses gives another value") {
  OneDisk one;
  one.flip(false);
  CHECK(one.disk.holds_unnoticed_flips());
  REQUIRE(one.read().has_value());
  CHECK(**one.read() != Bytes{2, 3});
}

TEST_CASE("a row that is written anew is sound") {
  OneDisk one;
  one.flip(true);
  REQUIRE(one.append({{Table::state, {1}, Bytes{7}}}).has_value());
  REQUIRE(one.read().has_value());
  CHECK(**one.read() == Bytes{7});
}

TEST_CASE("a store that writes old rows anew finds damage in the end, and writes no more") {
  OneDisk one;
  one.flip(true);
  std::size_t appends = 0;
  while (one.append({{Table::state, {9}, Bytes{1}}})) REQUIRE(++appends < 1'000);
  CHECK_FALSE(one.append({}).has_value());
}

TEST_CASE("a full disk refuses across a power loss until there is room, and what was written stays") {
  OneDisk one;
  one.disk.fill_up();
  CHECK_FALSE(one.disk.is_broken());
  const auto refused = one.append({{Table::state, {1}, Bytes{7}}});
  REQUIRE_FALSE(refused.has_value());
  CHECK(refused.error().kind == actors::StoreError::Kind::full);
  one.disk.make_room();
  CHECK(one.disk.is_broken());  // nothing later succeeds
  CHECK_FALSE(one.append({{Table::state, {9}, Bytes{7}}}).has_value());
  one.disk.fill_up();
  one.disk.lose_power();
  CHECK(one.disk.is_full());
  CHECK_FALSE(one.append({{Table::state, {9}, Bytes{7}}}).has_value());
  one.disk.lose_power();
  one.disk.make_room();
  CHECK(one.append({{Table::state, {1}, Bytes{8}}}).has_value());
  CHECK(**one.read() == Bytes{8});
}

TEST_CASE("who came upon no full disk goes on when there is room") {
  OneDisk one;
  one.disk.fill_up();
  one.disk.make_room();
  CHECK(one.append({{Table::state, {1}, Bytes{7}}}).has_value());
}

TEST_CASE("what failed may be on the disk all the same, and only the next start shows it") {
  const auto told_failed_and_kept = [](std::uint64_t seed) {
    OneDisk one;
    one.chance = SeededChance{seed};
    one.disk.break_down();
    CHECK_FALSE(one.append({{Table::state, {1}, Bytes{7}}}).has_value());
    CHECK(**one.read() == Bytes{2, 3});
    one.disk.lose_power();
    const bool kept = **one.read() == Bytes{7};
    CHECK(one.disk.take_torn() == kept);
    return kept;
  };
  std::size_t kept = 0;
  for (std::uint64_t seed = 0; seed < 64; ++seed) kept += told_failed_and_kept(seed) ? 1 : 0;
  CHECK(kept > 16);
  CHECK(kept < 48);
}

TEST_CASE("a new disk keeps what was signed if it can be read, and nothing else") {
  OneDisk one;
  one.flip(true);
  CHECK(one.disk.replace({{Table::meta, {1}, Bytes{1}}}));
  CHECK_FALSE(one.disk.is_suspect());
  CHECK(**one.disk.snapshot()->get(Table::sign_state, Bytes{4}) == Bytes{5});
  CHECK_FALSE(one.read()->has_value());
  while (!one.disk.flip_bit({}).ends_with("`sign_state`")) {
  }
  CHECK_FALSE(one.disk.replace({}));
  CHECK_FALSE(one.disk.snapshot()->get(Table::sign_state, Bytes{4})->has_value());
}

}  // namespace
}  // namespace mnrt::sims
