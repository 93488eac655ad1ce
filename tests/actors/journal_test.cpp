#include "actors/journal.hpp"

#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "actors/mail/common.hpp"
#include "actors/mail/journal.hpp"
#include "tests/actors/asking.hpp"

using namespace mnrt;
using namespace mnrt::actors;
using namespace mnrt::tests;

namespace {

messages::Batch row(std::uint8_t key) {
  return {{messages::Table::local, {key}, policies::Bytes{key}}};
}

/// Keeps what was noted, in words.
class KeptNotes final : public actors::Notes {
 public:
  void add(std::string_view role, const policies::Note& note) override {
    auto line = std::string{role} + ' ' + std::string{note.code};
    for (const auto& [key, value] : note.fields) line += ' ' + std::string{key} + '=' + std::string{value};
    lines.push_back(std::move(line));
  }
  std::vector<std::string> lines;
};

struct Journal {
  Bench bench;
  HeldStore store;
  KeptNotes notes;
  journal_actor actor{spawn_journal(bench.system, store, notes, 1, {})};
  journal_actor next;  ///< after a crash

  // Answers that are due hold the journals: nothing ends before they are given.
  ~Journal() {
    sync_all();
    for (const auto& one : {actor, next})
      if (one) caf::anon_send_exit(one, caf::exit_reason::user_shutdown);
    bench.scheduler.drain();
  }

  std::uint64_t open(const std::string& writer) {
    const auto opened = ask<Opened>(bench, actor, Open{writer});
    sync_all();
    REQUIRE(*opened);
    REQUIRE((*opened)->session);
    return *(*opened)->session;
  }
  void sync_all() {
    while (store.held() > 0) sync_one();
  }
  void sync_one() {
    store.sync_one();
    bench.scheduler.drain();
  }
};

}  // namespace

TEST_CASE("an append is answered after its rows are synced, not before", "[journal]") {
  Journal journal;
  const auto session = journal.open("core");
  const auto appended = ask<Appended>(journal.bench, journal.actor, Append{session, row(1)});
  CHECK(!*appended);
  journal.sync_one();
  REQUIRE(*appended);
  CHECK((*appended)->result);
}

TEST_CASE("a role that opens waits for everything that was appended before", "[journal]") {
  Journal journal;
  const auto session = journal.open("core");
  const auto appended = ask<Appended>(journal.bench, journal.actor, Append{session, row(1)});
  const auto opened = ask<Opened>(journal.bench, journal.actor, Open{"core"});
  CHECK(!*opened);
  journal.sync_one();
  CHECK(*appended);
  CHECK(!*opened);
  journal.sync_one();
  CHECK(*opened);
}

TEST_CASE("nobody writes without a session, nor with one that ended", "[journal]") {
  Journal journal;
  const auto refused_as_stale = [&](std::uint64_t session) {
    const auto appended = ask<Appended>(journal.bench, journal.actor, Append{session, row(9)});
    return *appended && (*appended)->result == std::unexpected(AppendRefusal::stale_writer);
  };
  CHECK(refused_as_stale(0));
  const auto older = journal.open("core");
  const auto other = journal.open("notary");
  const auto newer = journal.open("core");
  CHECK(refused_as_stale(older));
  CHECK(journal.store.held() == 0);
  CHECK(!refused_as_stale(other));
  CHECK(!refused_as_stale(newer));
}

TEST_CASE("a session of a journal that crashed is none of the next one's", "[journal]") {
  Journal journal;
  const auto session = journal.open("core");
  journal.next = spawn_journal(journal.bench.system, journal.store, journal.notes, 2, {});
  const auto stale = ask<Appended>(journal.bench, journal.next, Append{session, row(1)});
  REQUIRE(*stale);
  CHECK((*stale)->result == std::unexpected(AppendRefusal::stale_writer));
}

TEST_CASE("a crashed journal leaves what it had under way to the store", "[journal]") {
  Journal journal;
  const auto session = journal.open("core");
  const auto appended = ask<Appended>(journal.bench, journal.actor, Append{session, row(1)});
  caf::anon_send(journal.actor, Crash{});
  journal.bench.scheduler.drain();
  journal.next = spawn_journal(journal.bench.system, journal.store, journal.notes, 2, {});
  const auto opened = ask<Opened>(journal.bench, journal.next, Open{"core"});
  CHECK(!*opened);
  journal.sync_one();
  CHECK(!*appended);  // whoever waited starts again
  CHECK(!*opened);
  journal.sync_one();
  REQUIRE(*opened);
  const auto stored = journal.store.snapshot()->get(messages::Table::local, policies::Bytes{1});
  REQUIRE(stored);
  CHECK(*stored);
}

TEST_CASE("whoever waits for a sync hears at once that the journal is gone", "[journal]") {
  Journal journal;
  const auto session = journal.open("core");
  const auto append = failure<Appended>(journal.bench, journal.actor, Append{session, row(1)});
  const auto open = failure<Opened>(journal.bench, journal.actor, Open{"notary"});
  CHECK(!*append);
  CHECK(!*open);
  caf::anon_send(journal.actor, Crash{});
  journal.bench.scheduler.drain();
  REQUIRE(*append);
  CHECK(**append == caf::sec::request_receiver_down);
  REQUIRE(*open);
  CHECK(**open == caf::sec::request_receiver_down);
}

TEST_CASE("a store that fails is said, and in the log with the store's own words", "[journal]") {
  Journal journal;
  const auto session = journal.open("core");
  const auto appended = ask<Appended>(journal.bench, journal.actor, Append{session, row(1)});
  journal.store.fail_one();
  journal.bench.scheduler.drain();
  REQUIRE(*appended);
  CHECK((*appended)->result == std::unexpected(AppendRefusal::store_failed));
  CHECK(journal.notes.lines == std::vector<std::string>{"journal append_failed error=the disk is gone"});
}

TEST_CASE("a store that fails ends the node once, and nobody is told that rows are safe", "[journal]") {
  Journal journal;
  std::vector<Halt> halts;
  journal.next = spawn_journal(journal.bench.system, journal.store, journal.notes, 2,
                               [&](Halt why) { halts.push_back(std::move(why)); });
  const auto opened = ask<Opened>(journal.bench, journal.next, Open{"core"});
  journal.sync_one();
  REQUIRE(*opened);
  const Append append{*(*opened)->session, row(1)};
  const auto first = ask<Appended>(journal.bench, journal.next, append);
  const auto second = failure<Appended>(journal.bench, journal.next, append);
  for (int i = 0; i < 2; ++i) journal.store.fail_one();
  journal.bench.scheduler.drain();
  REQUIRE(halts.size() == 1);
  CHECK(halts[0].kind == Halt::Kind::disk);
  CHECK(halts[0].text == "the disk is gone");
  CHECK(journal.notes.lines.size() == 1);
  CHECK(!*first);
  CHECK(!*second);
}
