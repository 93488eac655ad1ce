#include "sims/work.hpp"

#include <catch2/catch.hpp>

#include <memory>

#include "actors/block_rows.hpp"
#include "actors/memory_store.hpp"
#include "messages/transaction_codec.hpp"
#include "sims/world.hpp"

// What counts as lost work, and what has a reason.
namespace mnrt::sims {
namespace {

namespace api = actors::api;

/// One node on a chain at its genesis, which took a transaction.
struct Taken {
  explicit Taken(std::uint64_t nonce = 0, policies::Height expiry = {50}) {
    store.append(actors::genesis_rows(genesis_of({}, {}, {})), [](auto) {});
    policies::Transaction body;
    body.sender = operator_address(0);
    body.nonce = nonce;
    body.expiry = expiry;
    body.operations = {policies::Transfer{.to = body.sender, .token = policies::Token::flx, .amount = {1}}};
    const auto key = operator_key(0);
    transaction = messages::sign_transaction(body, {&key, 1});
    const auto asked = work.ask(0, transaction);
    CHECK(work.unanswered() == 1);
    const api::StatusReport report{.id = transaction->id, .status = api::TransactionStatus::pending};
    work.told(asked, &report);
    CHECK(work.unanswered() == 0);
  }

  std::size_t left() { return work.sift(actors::LedgerView{store.snapshot()}); }
  void note(std::string_view code, std::string_view field, std::string value) {
    work.noted(0,
               {.level = policies::Note::Level::info, .code = code, .fields = {{field, std::move(value)}}});
  }

  actors::MemoryStore store;
  Checkers checkers{{false}};
  std::uint64_t lives{1};
  Work work{checkers, {false}, [this](std::size_t) { return lives; }};
  std::shared_ptr<const policies::SignedTransaction> transaction;
};

TEST_CASE("what a node took and nobody makes final fails the run") {
  Taken taken;
  CHECK(taken.left() == 1);
  CHECK_FALSE(taken.checkers.violation());
  taken.work.check();
  REQUIRE(taken.checkers.violation());
  CHECK(taken.checkers.violation()->find("never became final") != std::string::npos);
}

TEST_CASE("what expired, or waits for a nonce before it, is no loss") {
  CHECK(Taken{0, {0}}.left() == 0);
  CHECK(Taken{1}.left() == 0);
}

TEST_CASE("what the node said that it dropped is no loss") {
  for (const auto* code : {"transaction_displaced", "transaction_dropped"}) {
    Taken taken;
    taken.note(code, "id", "0000000000000000");
    CHECK(taken.left() == 1);
    taken.note(code, "id", policies::to_hex(taken.transaction->id.bytes).substr(0, 16));
    CHECK(taken.left() == 0);
  }
}

TEST_CASE("what the node made itself it may not drop for others") {
  Taken taken;
  const api::StatusReport own{.status = api::TransactionStatus::pending};
  taken.work.told(taken.work.ask(0, nullptr), &own);
  for (const auto& id : {own.id, taken.transaction->id})
    taken.note("transaction_displaced", "id", policies::to_hex(id.bytes).substr(0, 16));
  CHECK(taken.left() == 1);
}

TEST_CASE("what a node forgot by a restart is no loss") {
  Taken powered;
  powered.lives = 2;
  CHECK(powered.left() == 0);
  Taken crashed;
  crashed.note("role_restarted", "role", "gateway");
  CHECK(crashed.left() == 1);
  crashed.note("role_restarted", "role", "core");
  CHECK(crashed.left() == 0);
}

}  // namespace
}  // namespace mnrt::sims
