#include <rapidcheck.h>
#include <catch2/catch.hpp>

#include "messages/block_codec.hpp"
#include "messages/consensus_codec.hpp"
#include "messages/genesis_codec.hpp"
#include "messages/log_sign_state_codec.hpp"
#include "messages/outcome_codec.hpp"
#include "messages/sign_state_codec.hpp"
#include "messages/state_codec.hpp"
#include "messages/transaction_codec.hpp"
#include "messages/trust_codec.hpp"
#include "policies/crypto/hash.hpp"
#include "tests/messages/samples.hpp"

namespace mnrt::messages {
namespace {

using namespace policies;
using samples::Draw;

/// Values without operator== hold blocks by pointer: compared by what they encode to.
bool same(const Block& a, const Block& b) {
  if (a.header != b.header || a.digest != b.digest || a.transactions.size() != b.transactions.size())
    return false;
  for (std::size_t i = 0; i < a.transactions.size(); ++i)
    if (a.transactions[i]->body != b.transactions[i]->body ||
        a.transactions[i]->id != b.transactions[i]->id ||
        *a.transactions[i]->frame != *b.transactions[i]->frame)
      return false;
  return true;
}

template <class T>
bool holds(const std::expected<T, DecodeError>& decoded, const T& value) {
  return decoded && *decoded == value;
}

TEST_CASE("a transaction comes back from its frame as it went in") {
  REQUIRE(rc::check([](std::uint64_t seed) {
    Draw draw(seed);
    const auto body = samples::transaction(draw);
    const auto signatures = samples::signatures(draw);
    const auto bytes = encode_body(body);
    const auto frame = encode_envelope(bytes, signatures);
    const auto decoded = decode_transaction(frame);
    RC_ASSERT(decoded.has_value());
    const auto& transaction = **decoded;
    RC_ASSERT(transaction.body == body);
    RC_ASSERT(transaction.signatures == signatures);
    RC_ASSERT(*transaction.frame == frame);
    const auto view = body_view(transaction);
    RC_ASSERT(Bytes(view.begin(), view.end()) == bytes);
    RC_ASSERT(transaction.id == domain_hash(Domain::transaction, body.chain_id, bytes));
  }));
}

TEST_CASE("headers, transaction lists, blocks and decisions come back as they went in") {
  REQUIRE(rc::check([](std::uint64_t seed) {
    Draw draw(seed);
    const auto header = samples::header(draw);
    RC_ASSERT(holds(decode_header(encode_header(header)), header));
    const SealedHeader sealed{header, samples::seals(draw), draw.number_32()};
    RC_ASSERT(holds(decode_sealed_header(encode_sealed_header(sealed)), sealed));

    const auto block = samples::block(draw);
    const auto list = decode_transactions(encode_transactions(block->transactions));
    RC_ASSERT(list.has_value());
    RC_ASSERT(encode_transactions(*list) == encode_transactions(block->transactions));
    const auto decoded = decode_block(encode_block(*block));
    RC_ASSERT(decoded.has_value());
    RC_ASSERT(same(**decoded, *block));
    const Decision decision{block, samples::seals(draw)};
    const auto again = decode_decision(encode_decision(decision));
    RC_ASSERT(again.has_value());
    RC_ASSERT(same(*again->block, *block) && again->seals == decision.seals);
  }));
}

TEST_CASE("the four consensus messages come back as they went in") {
  REQUIRE(rc::check([](std::uint64_t seed) {
    for (std::size_t kind = 0; kind < std::variant_size_v<ConsensusMessage>; ++kind) {
      Draw draw(seed);
      const auto message = samples::consensus(draw, kind);
      const auto decoded = decode_consensus(encode_consensus(message));
      RC_ASSERT(decoded.has_value());
      RC_ASSERT(decoded->index() == kind);
      if (const auto* proposal = std::get_if<Signed<Proposal>>(&message)) {
        const auto& again = std::get<Signed<Proposal>>(*decoded);
        RC_ASSERT(again.signer == proposal->signer && again.signature == proposal->signature);
        RC_ASSERT(again.body.height == proposal->body.height && again.body.round == proposal->body.round);
        RC_ASSERT(again.body.justification == proposal->body.justification);
        RC_ASSERT(same(*again.body.block, *proposal->body.block));
      } else if (const auto* prepare = std::get_if<Signed<Prepare>>(&message)) {
        RC_ASSERT(std::get<Signed<Prepare>>(*decoded) == *prepare);
      } else if (const auto* commit = std::get_if<Signed<Commit>>(&message)) {
        RC_ASSERT(std::get<Signed<Commit>>(*decoded) == *commit);
      } else {
        RC_ASSERT(std::get<Signed<RoundChange>>(*decoded) == std::get<Signed<RoundChange>>(message));
      }
    }
  }));
}

TEST_CASE("the sign state comes back as it went in") {
  REQUIRE(rc::check([](std::uint64_t seed) {
    Draw draw(seed);
    const auto state = samples::sign_state(draw);
    const auto decoded = decode_sign_state(encode_sign_state(state));
    RC_ASSERT(decoded.has_value());
    RC_ASSERT(decoded->height == state.height && decoded->round == state.round);
    RC_ASSERT(decoded->proposed == state.proposed && decoded->prepared == state.prepared);
    RC_ASSERT(decoded->committed == state.committed);
    RC_ASSERT(decoded->last_round_change == state.last_round_change);
    RC_ASSERT(decoded->certificate == state.certificate);
    RC_ASSERT(static_cast<bool>(decoded->prepared_block) == static_cast<bool>(state.prepared_block));
    if (state.prepared_block) RC_ASSERT(same(*decoded->prepared_block, *state.prepared_block));
  }));
}

TEST_CASE("the log's sign state comes back as it went in") {
  REQUIRE(rc::check([](std::uint64_t seed) {
    Draw draw(seed);
    const LogHead head{draw.number(), draw.bytes<Digest>()};
    RC_ASSERT(holds(decode_log_sign_state(encode_log_sign_state(head)), head));
  }));
}

TEST_CASE("every kind of state row comes back under its key as it went in") {
  REQUIRE(rc::check([](std::uint64_t seed) {
    for (std::size_t kind = 0; kind < samples::row_kinds; ++kind) {
      Draw draw(seed);
      const auto [key, row] = samples::row(draw, kind);
      RC_ASSERT(row.index() == kind);
      RC_ASSERT(holds(decode_row(key, encode_row(row)), row));
    }
  }));
}

TEST_CASE("genesis, outcomes and records come back as they went in") {
  REQUIRE(rc::check([](std::uint64_t seed) {
    Draw draw(seed);
    const auto genesis = samples::genesis(draw);
    RC_ASSERT(holds(decode_genesis(encode_genesis(genesis)), genesis));
    const auto outcome = samples::outcome(draw);
    RC_ASSERT(holds(decode_outcome(encode_outcome(outcome)), outcome));
    const TransactionRecord record{{draw.number()}, draw.number_32(), outcome};
    RC_ASSERT(holds(decode_transaction_record(encode_transaction_record(record)), record));
  }));
}

TEST_CASE("decoding trust adds the digests and the sealed bytes that its headers imply") {
  REQUIRE(rc::check([](std::uint64_t seed) {
    Draw draw(seed);
    auto expected = samples::trust(draw);
    const auto bytes = encode_trust(expected);
    if (auto* genesis = std::get_if<GenesisStart>(&expected.start))
      genesis->digest = chain_id_of(genesis->genesis);
    if (auto* pinned = std::get_if<PinnedStart>(&expected.start)) {
      pinned->digest = digest_of(pinned->header);
      pinned->next_set_digest = digest_of(pinned->header.chain_id, pinned->next_set);
    }
    for (auto& handover : expected.handovers) {
      handover.digest = digest_of(handover.header);
      handover.next_set_digest = digest_of(handover.header.chain_id, handover.next_set);
      handover.sealed_bytes = signing_bytes_of(
          handover.header.chain_id, Commit{handover.header.height, handover.seals.round, handover.digest});
    }
    RC_ASSERT(holds(decode_trust(bytes), expected));
  }));
}

}  // namespace
}  // namespace mnrt::messages
