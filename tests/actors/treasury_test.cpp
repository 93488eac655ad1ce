#include "actors/treasury.hpp"

#include <caf/all.hpp>
#include <catch2/catch.hpp>
#include <map>
#include <string>
#include <vector>

#include "actors/mail/common.hpp"
#include "actors/mail/economy.hpp"
#include "messages/state_codec.hpp"
#include "tests/actors/asking.hpp"
#include "tests/runtime/gateway/test_chain.hpp"

using namespace mnrt;
using namespace mnrt::actors;
using namespace mnrt::tests;
using policies::Note;

namespace {

/// What is said of the recount.
class KeptNotes final : public Notes {
 public:
  void add(std::string_view, const Note& note) override {
    if (note.code == "economic_decision") return;
    auto& fields = said.emplace_back(std::string{note.code}, std::map<std::string, std::string>{}).second;
    for (const auto& [key, value] : note.fields) fields.emplace(key, value);
    levels.push_back(note.level);
  }
  std::vector<std::pair<std::string, std::map<std::string, std::string>>> said;
  std::vector<Note::Level> levels;
};

class StoppedClock final : public WallClock {
 public:
  policies::BlockTime now() const override { return {1'795'253'400'000}; }
};

/// A treasury that counts at every second block of a real chain.
struct Counting {
  Bench bench;
  TestChain chain;
  KeptNotes notes;
  StoppedClock wall;
  std::vector<Halt> halts;
  treasury_actor treasury{
      spawn_treasury(bench.system, {.economy = {},
                                    .checkpoint_interval = 2,
                                    .store = &chain.store(),
                                    .wall = &wall,
                                    .notes = &notes,
                                    .halt = [this](Halt why) { halts.push_back(std::move(why)); }})};

  ~Counting() {
    caf::anon_send_exit(treasury, caf::exit_reason::user_shutdown);
    bench.scheduler.drain();
  }
  BlockFinal block() {
    const policies::Transfer payment{
        .to = TestChain::address("bob"), .token = policies::Token::gen, .amount = {1'000}};
    REQUIRE(chain.admit(chain.sign("alice", payment)) == policies::Refusal::none);
    return {chain.commit()};
  }
  void tell(const BlockFinal& mail) {
    caf::anon_send(treasury, mail);
    bench.scheduler.drain();
  }
  std::uint64_t state_rows() {
    return chain.store().snapshot()->scan(messages::Table::state, {}, {}, 1'000'000)->size();
  }
  /// Writes accounts into the state that no transaction made.
  void add_accounts(std::uint32_t count, policies::Amount each) {
    messages::Batch rows;
    for (std::uint32_t i = 0; i < count; ++i) {
      policies::Address address;
      for (std::size_t byte = 0; byte < 4; ++byte)
        address.bytes[byte] = static_cast<std::uint8_t>(i >> 8 * byte);
      policies::AccountRow row;
      row.balances[0] = each;
      rows.push_back({messages::Table::state, policies::account_key(address), messages::encode_row(row)});
    }
    chain.store().append(std::move(rows), [](auto) {});
  }
};

}  // namespace

TEST_CASE("at a checkpoint the treasury counts every row of the state again", "[treasury]") {
  Counting counting;
  counting.tell(counting.block());
  CHECK(counting.notes.said.empty());
  counting.tell(counting.block());
  REQUIRE(counting.notes.said.size() == 1);
  CHECK(counting.notes.said[0].first == "supply_recounted");
  CHECK(counting.notes.said[0].second["height"] == "2");
  CHECK(counting.notes.said[0].second["rows"] == std::to_string(counting.state_rows()));
  CHECK(counting.halts.empty());
}

TEST_CASE("one unit that nobody gave out halts the node, and it is said which", "[treasury]") {
  Counting counting;
  counting.block();
  const auto second = counting.block();
  counting.add_accounts(1, {1});
  counting.tell(second);
  REQUIRE(counting.halts.size() == 1);
  CHECK(counting.halts[0].kind == Halt::Kind::integrity);
  CHECK(counting.halts[0].text.find(" GEN where genesis gave out ") != std::string::npos);
  CHECK(counting.halts[0].text.find("NEX") == std::string::npos);
  REQUIRE(counting.notes.said.size() == 1);
  CHECK(counting.notes.said[0].first == "supply_breached");
  CHECK(counting.notes.levels[0] == Note::Level::error);
}

TEST_CASE("a chain that doesn't add up is found again soon after a start, without waiting for a checkpoint",
          "[treasury]") {
  Counting counting;
  counting.block();
  counting.add_accounts(1, {1});
  counting.bench.scheduler.run_until(policies::after_ms(counting.bench.scheduler.now(), 2'000));
  REQUIRE(counting.halts.size() == 1);
  CHECK(counting.notes.said.at(0).second["height"] == "1");
}

TEST_CASE("a row that can't be read halts the node, too", "[treasury]") {
  Counting counting;
  counting.block();
  const auto second = counting.block();
  counting.chain.store().append(
      {{messages::Table::state, policies::account_key(TestChain::address("bob")), policies::Bytes{1, 2, 3}}},
      [](auto) {});
  counting.tell(second);
  REQUIRE(counting.halts.size() == 1);
  CHECK(counting.notes.said.at(0).first == "supply_not_recounted");
}

TEST_CASE("while it counts the treasury answers, and a second checkpoint waits for its turn", "[treasury]") {
  Counting counting;
  counting.add_accounts(5'500, {});
  counting.block();
  const auto second = counting.block();
  counting.block();
  const auto fourth = counting.block();
  // One piece of mail at a time, as a busy scheduler would.
  caf::anon_send(counting.treasury, second);
  caf::anon_send(counting.treasury, fourth);
  auto answered_before_the_end = false;
  counting.bench.system.spawn([&, to = counting.treasury](caf::event_based_actor* self) {
    self->request(to, caf::infinite, TreasuryAsked{}).then([&](const TreasuryFound&) {
      answered_before_the_end = counting.notes.said.empty();
    });
  });
  counting.bench.scheduler.drain();
  CHECK(answered_before_the_end);
  // The store already showed all four blocks when the first count began.
  REQUIRE(counting.notes.said.size() == 1);
  CHECK(counting.notes.said[0].second["height"] == "4");
  CHECK(counting.notes.said[0].second["rows"] == std::to_string(counting.state_rows()));
  counting.block();
  counting.tell(counting.block());
  CHECK(counting.notes.said.size() == 2);
}
