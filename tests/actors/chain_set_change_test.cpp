#include <catch2/catch.hpp>

#include "actors/ledger_view.hpp"
#include "messages/block_codec.hpp"
#include "messages/transaction_codec.hpp"
#include "policies/consensus/evidence.hpp"
#include "policies/ledger/set_change.hpp"
#include "tests/actors/seats.hpp"

// A chain whose set or version changes, as it is stored, restarted and executed again.
using namespace mnrt;
using namespace mnrt::tests;

namespace {

/// Two commits of one seat that contradict each other, reported by the first node's own account.
std::shared_ptr<const policies::SignedTransaction> report_of(const Seats& seats, std::size_t offender) {
  const auto& signer = seats.signer(offender);
  const auto say = [&](std::uint8_t number) {
    const policies::Commit commit{{1}, {}, policies::blake3(policies::Bytes{number})};
    const auto bytes = messages::signing_bytes_of(seats.chain().chain_id(), commit);
    return policies::statement_of(
        policies::Signed<policies::Commit>{commit, {}, signer.sign(KeyRole::consensus, bytes)});
  };
  policies::Transaction body;
  body.chain_id = seats.chain().chain_id();
  body.sender = actors::own_address(seats.signer(0), KeyRole::account);
  body.nonce = policies::nonce_of(seats.chain().state(), body.sender, 0);
  body.expiry = {50};
  body.operations = {policies::ReportEvidence{actors::own_address(signer, KeyRole::consensus),
                                              signer.public_key(KeyRole::consensus),
                                              say(1),
                                              say(2),
                                              {}}};
  const auto bytes = messages::encode_body(body);
  const policies::KeySignature signature{
      seats.signer(0).public_key(KeyRole::account),
      seats.signer(0).sign(KeyRole::account,
                           policies::signing_bytes(policies::Domain::transaction, body.chain_id, bytes))};
  return *messages::decode_transaction(messages::encode_envelope(bytes, std::span{&signature, 1}));
}

/// The owner operates the first seat.
std::shared_ptr<const policies::SignedTransaction> vote_for(const Seats& seats, policies::Upgrade upgrade) {
  const auto owner = actors::key_from_text("owner");
  policies::Transaction body;
  body.chain_id = seats.chain().chain_id();
  body.sender = policies::address_of(policies::single_key(owner.public_key()));
  body.fee_limit = {100'000};
  body.priority = {1'000};
  body.expiry = {50};
  body.operations = {upgrade};
  return messages::sign_transaction(body, std::span{&owner, 1});
}

}  // namespace

TEST_CASE("a program stops before the height of a version that it doesn't know, and names it", "[chain]") {
  Seats lone{1, [](policies::Genesis& genesis) {
               genesis.parameters[static_cast<std::size_t>(policies::Parameter::epoch_blocks)].value = 20;
             }};
  REQUIRE(lone.offer(vote_for(lone, {.version = 2, .height = {21}})) == policies::Refusal::none);
  while (lone.tip().height < policies::Height{19}) lone.commit({0});
  CHECK(lone.stop_reason().empty());
  const auto last = lone.build();
  lone.commit({0});
  CHECK(lone.stop_reason() == "needs_protocol_version_2");
  CHECK(lone.build() == nullptr);
  // Whoever offers it a block of the old version is told the same.
  auto old = std::make_shared<Block>(*last);
  old->header.height = {21};
  old->digest = policies::blake3(policies::Bytes{1});
  CHECK(lone.check(old) == "needs_protocol_version_2");
  lone.reopen();
  CHECK(lone.stop_reason() == "needs_protocol_version_2");
  CHECK(lone.replayed().empty());
}

TEST_CASE("what a block earns goes to the proposer that its header names, whichever seat that is",
          "[chain]") {
  std::size_t behind_the_first = 0;
  for (std::size_t n = 1; n <= 7; ++n) {
    Seats seats{n};
    REQUIRE(seats.offer(vote_for(seats, {.version = 2, .height = {21}})) == policies::Refusal::none);
    const auto block = seats.build();
    REQUIRE(block->transactions.size() == 1);
    CHECK(seats.check(block).empty());
    behind_the_first += block->header.proposer != seats.tip().validators.front().address;
  }
  CHECK(behind_the_first > 0);
}

TEST_CASE("a chain goes on over a change of its set, wherever a restart comes", "[chain]") {
  for (std::uint64_t restart = 19; restart <= 24; ++restart) {
    INFO("restart after block " << restart);
    Seats four{4};
    REQUIRE(four.offer(report_of(four, 3)) == policies::Refusal::none);
    const auto next_set = [&] { return four.tip().validators.size(); };
    for (std::uint64_t height = 1; height <= 25; ++height) {
      four.commit(height <= 21 ? std::vector<std::size_t>{1, 2, 3} : std::vector<std::size_t>{0, 2});
      // Block 1 decides it; block 21 is the last of the old set, and its header names the new one.
      CHECK(next_set() == (height <= policies::set_change_blocks ? 4 : 3));
      if (height == restart) four.reopen();
      CHECK(next_set() == (height <= policies::set_change_blocks ? 4 : 3));
    }
    CHECK(four.replayed().empty());
  }
}

TEST_CASE("who lost its seat can't propose, and its seal no longer counts", "[chain]") {
  Seats four{4};
  REQUIRE(four.offer(report_of(four, 3)) == policies::Refusal::none);
  for (int i = 0; i < 22; ++i) four.commit({0, 1, 2});
  const auto gone = actors::own_address(four.signer(3), KeyRole::consensus);
  CHECK_FALSE(policies::index_of(four.tip().validators, gone));
  CHECK(four.check_with(four.seals_of_tip({0, 1})).empty());
  CHECK(four.check_with(four.seals_of_tip({0, 3})) == "parent_seals_wrong");
}

TEST_CASE("a receipt's trust leads over each change of the set, and only with its quorum", "[chain]") {
  Seats seven{7};
  for (std::size_t i = 0; i < 3; ++i) seven.commit({0, 1, 2, 3, 4});
  CHECK(seven.trust().handovers.empty());
  for (std::size_t offender : {6, 5}) {
    REQUIRE(seven.offer(report_of(seven, offender)) == policies::Refusal::none);
    for (int i = 0; i < 24; ++i) seven.commit({0, 1, 2, 3, 4});
  }
  const auto trust = seven.trust();
  REQUIRE(trust.handovers.size() == 2);
  CHECK(trust.handovers[0].next_set.size() == 6);
  const auto established = policies::establish(trust, seven.chain().chain_id());
  REQUIRE(established);
  CHECK(established->set == seven.tip().validators);
  CHECK(established->set.size() == 5);
  auto shortened = trust;
  shortened.handovers.erase(shortened.handovers.begin());
  CHECK_FALSE(policies::establish(shortened, seven.chain().chain_id()));
}
