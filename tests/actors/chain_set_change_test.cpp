#include <catch2/catch.hpp>

#include "actors/ledger_view.hpp"
#include "messages/block_codec.hpp"
#include "messages/transaction_codec.hpp"
#include "policies/consensus/evidence.hpp"
#include "policies/ledger/set_change.hpp"
#include "tests/actors/seats.hpp"

// A chain whose set changes, as it is stored, restarted and executed again.
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

}  // namespace

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
