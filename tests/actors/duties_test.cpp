#include "actors/duties.hpp"

#include <caf/all.hpp>
#include <catch2/catch.hpp>
#include <vector>

#include "actors/block_rows.hpp"
#include "actors/journal.hpp"
#include "actors/mail/common.hpp"
#include "actors/mail/core.hpp"
#include "actors/mail/duties.hpp"
#include "actors/mail/validator.hpp"
#include "actors/new_chain.hpp"
#include "actors/own_account.hpp"
#include "messages/genesis_codec.hpp"
#include "messages/keys.hpp"
#include "messages/transaction_check.hpp"
#include "messages/transaction_codec.hpp"
#include "policies/ledger/duties.hpp"
#include "tests/actors/asking.hpp"

using namespace mnrt;
using namespace mnrt::actors;
using namespace mnrt::tests;

namespace {

policies::Genesis of_four() {
  sims::Scenario scenario;
  scenario.nodes = 4;
  return sims::genesis_of(scenario, {1'767'225'600'000}, {});
}

/// The role of one node on a chain of four bonded validators, its journal real, core and validator played.
struct Validator {
  explicit Validator(std::size_t number) : signer(sims::signer_of_node(number)) {
    store.append(genesis_rows(genesis), [](auto) {});
    journal = spawn_journal(bench.system, store, notes, 1, {});
    const auto played = bench.system.spawn([this](caf::event_based_actor*) -> caf::behavior {
      return {[](const NonceAsked&) { return NonceFound{0}; },
              [this](const CheckFrames& check) {
                for (const auto& frame : check.frames) sent.push_back(*messages::decode_transaction(*frame));
                return CheckedFrames{{{}}};
              }};
    });
    core = caf::actor_cast<core_actor>(played);
    validator = caf::actor_cast<validator_actor>(played);
    start();
  }
  ~Validator() {
    end();
    caf::anon_send_exit(journal, caf::exit_reason::user_shutdown);
    caf::anon_send_exit(core, caf::exit_reason::user_shutdown);
    bench.scheduler.drain();
  }

  void start() {
    duties = spawn_duties(bench.system, {.chain_id = messages::chain_id_of(genesis),
                                         .seat = seat(),
                                         .store = &store,
                                         .signer = &signer,
                                         .notes = &notes,
                                         .journal = journal,
                                         .core = core,
                                         .validator = validator});
    bench.scheduler.drain();
  }
  void end() {
    caf::anon_send_exit(duties, caf::exit_reason::user_shutdown);
    bench.scheduler.drain();
  }
  template <class Mail>
  void hears(Mail mail) {
    caf::anon_send(duties, std::move(mail));
    bench.scheduler.drain();
  }
  policies::Address seat() const { return own_address(signer, KeyRole::consensus); }
  std::size_t rows_of_evidence() const {
    const auto prefix = messages::local_key(messages::LocalKind::evidence, {});
    return store.snapshot()
        ->scan(messages::Table::local, prefix, messages::after_prefix(prefix), 100)
        ->size();
  }

  Bench bench;
  MemoryStore store;
  SilentNotes notes;
  SeededSigner signer;
  policies::Genesis genesis{of_four()};
  std::vector<std::shared_ptr<const policies::SignedTransaction>> sent;
  journal_actor journal;
  core_actor core;
  validator_actor validator;
  duties_actor duties;
};

EvidenceFound against(const policies::Address& offender) {
  const auto commit = [&](std::uint8_t number) {
    policies::Signed<policies::Commit> made{{{1}, {0}, {}}, offender, {}};
    made.body.digest.bytes[0] = number;
    return made;
  };
  return {std::make_shared<const policies::Evidence>(policies::Evidence{offender, commit(1), commit(2)})};
}

/// The node that reports first what this one did at height 1.
std::size_t first_to_report(const policies::Address& offender) {
  const auto set = of_four().validators;
  for (std::size_t number = 0; number < 4; ++number) {
    const auto seat = own_address(sims::signer_of_node(number), KeyRole::consensus);
    if (seat != offender && policies::blocks_before_turn(set, seat, offender, {1}) == 0) return number;
  }
  FAIL("nobody reports first");
  return 0;
}

}  // namespace

TEST_CASE("evidence outlives the role that was told of it") {
  const auto offender = own_address(sims::signer_of_node(2), KeyRole::consensus);
  Validator node{first_to_report(offender)};
  node.hears(against(offender));
  node.hears(against(offender));
  CHECK(node.rows_of_evidence() == 1);
  CHECK(node.sent.empty());
  node.end();
  node.start();
  node.hears(BlockFinal{});
  node.hears(BlockFinal{});
  REQUIRE(node.sent.size() == 1);
  const auto& body = node.sent.front()->body;
  CHECK(std::holds_alternative<policies::CommitEvidence>(body.operations.front()));
  CHECK(body.sender == own_address(node.signer, KeyRole::account));
  CHECK(body.fee_limit.units > 0);
}

TEST_CASE("a validator holds no evidence against itself") {
  Validator node{2};
  node.hears(against(node.seat()));
  CHECK(node.rows_of_evidence() == 0);
}

TEST_CASE("the seat's own key signs a free `ready` while a change lets it join") {
  Validator node{7};
  node.hears(BlockFinal{});
  CHECK(node.sent.empty());
  const auto account = own_address(node.signer, KeyRole::account);
  policies::BondRow bond;
  bond.seat = seat_of(node.signer, account);
  bond.amount = sims::bond_of_each;
  policies::SetChangeRow changes;
  changes.proposals.emplace_back().joins = {node.seat()};
  messages::Batch rows;
  policies::StateChanges state;
  state.emplace(policies::bond_key(node.seat()), bond);
  state.emplace(policies::set_change_key(), changes);
  add_state_rows(state, rows);
  node.store.append(std::move(rows), [](auto) {});
  node.hears(BlockFinal{});
  REQUIRE(node.sent.size() == 1);
  const auto& ready = node.sent.front();
  CHECK(ready->body.sender == node.seat());
  CHECK(ready->body.fee_limit.units == 0);
  CHECK(ready->signatures.front().key == bond.seat.consensus_key);
  CHECK(messages::verify_frame(ready, messages::chain_id_of(node.genesis)));
}
