#include <catch2/catch.hpp>

#include "messages/block_codec.hpp"
#include "messages/genesis_codec.hpp"
#include "messages/outcome_codec.hpp"
#include "messages/state_codec.hpp"
#include "messages/transaction_codec.hpp"
#include "policies/limits.hpp"
#include "tests/messages/samples.hpp"

namespace mnrt::messages {
namespace {

using namespace policies;
using samples::Draw;

Transaction plain_transfer() {
  Draw draw(1);
  return {.protocol_version = 1,
          .chain_id = {{1, 2, 3}},
          .sender = {{4, 5, 6}},
          .lane = 0,
          .nonce = 7,
          .fee_limit = {1000},
          .priority = {},
          .expiry = {50},
          .operations = {Transfer{.to = {{9}}, .token = Token::flx, .amount = {5}}},
          .opening_policy = {}};
}

KeySignature signature_of(std::uint8_t key) {
  KeySignature signature{.key = {{key}}, .signature = {}};
  signature.signature.bytes.fill(42);  // no zeros at the end, as a real one
  return signature;
}

DecodeError refusal_of_frame(const Bytes& frame) {
  const auto decoded = decode_transaction(frame);
  REQUIRE_FALSE(decoded.has_value());
  return decoded.error();
}

Bytes frame_of(const Transaction& body) {
  return encode_envelope(encode_body(body), std::array{signature_of(1)});
}

/// Places in a plain transfer's frame, in bytes. The body begins at 24: its root pointer, 12 words of data
/// (upper halves and priority are zero and left out), two pointers.
constexpr std::size_t body_at = 24;
constexpr std::size_t body_data = body_at + 8;

TEST_CASE("a plain transfer's frame has the size and the places that docs/formats.md gives") {
  const auto frame = frame_of(plain_transfer());
  REQUIRE(frame.size() == 304);
  REQUIRE(frame[body_data] == 1);           // protocol version
  REQUIRE(frame[body_data + 8] == 7);       // nonce
  REQUIRE(frame[body_data + 16] == 50);     // expiry
  REQUIRE(frame[body_data + 24 + 1] == 2);  // chain id
  REQUIRE(frame[body_data + 56] == 4);      // sender
}

TEST_CASE("a transaction of another protocol version is refused by name") {
  auto body = plain_transfer();
  for (std::uint32_t version : {0u, 2u, 0xffffffffu}) {
    body.protocol_version = version;
    REQUIRE(refusal_of_frame(frame_of(body)) == DecodeError::unsupported_version);
  }
  REQUIRE(refusal_of(DecodeError::unsupported_version) == Refusal::unsupported_version);
}

TEST_CASE("a transaction with no or too many operations is refused") {
  auto body = plain_transfer();
  const auto one = body.operations.front();
  body.operations.clear();
  REQUIRE(refusal_of_frame(frame_of(body)) == DecodeError::wrong_length);
  body.operations.assign(limits::operations_max, one);
  REQUIRE(decode_transaction(frame_of(body)).has_value());
  body.operations.push_back(one);
  REQUIRE(refusal_of_frame(frame_of(body)) == DecodeError::wrong_length);
}

TEST_CASE("signatures must be sorted, distinct, and 1 to 16") {
  const auto body = encode_body(plain_transfer());
  REQUIRE(refusal_of_frame(encode_envelope(body, {})) == DecodeError::wrong_length);
  REQUIRE(refusal_of_frame(encode_envelope(body, std::array{signature_of(2), signature_of(1)})) ==
          DecodeError::not_sorted);
  REQUIRE(refusal_of_frame(encode_envelope(body, std::array{signature_of(1), signature_of(1)})) ==
          DecodeError::not_sorted);
  std::vector<KeySignature> many;
  for (std::uint8_t key = 1; key <= limits::signatures_max; ++key) many.push_back(signature_of(key));
  REQUIRE(decode_transaction(encode_envelope(body, many)).has_value());
  many.push_back(signature_of(200));
  REQUIRE(refusal_of_frame(encode_envelope(body, many)) == DecodeError::wrong_length);
}

TEST_CASE("a frame over the limit is refused before it is read") {
  REQUIRE(refusal_of_frame(Bytes(limits::transaction_bytes_max + 8)) == DecodeError::too_large);
  REQUIRE(refusal_of(DecodeError::too_large) == Refusal::too_large);
}

TEST_CASE("an unknown operation, token and parameter are unknown variants") {
  // Behind the body's root pointer, its 12 words of data, the pointer to the list and the list's tag.
  const std::size_t discriminant = body_at + 8 * (1 + 12 + 1 + 1);
  auto body = plain_transfer();
  body.operations = {RenewLease{{3}}};
  auto frame = frame_of(body);
  REQUIRE(frame[discriminant] == 5);
  frame[discriminant] = 99;
  REQUIRE(refusal_of_frame(frame) == DecodeError::unknown_variant);

  body.operations = {Transfer{.to = {{9}}, .token = static_cast<Token>(4), .amount = {5}}};
  REQUIRE(refusal_of_frame(frame_of(body)) == DecodeError::unknown_variant);
  body.operations = {ChangeParameter{.epoch = {1}, .parameter = Parameter::count_, .value = 1}};
  REQUIRE(refusal_of_frame(frame_of(body)) == DecodeError::unknown_variant);
}

TEST_CASE("bits beside a field that this version doesn't know are an unknown field") {
  auto body = plain_transfer();
  body.operations = {RenewLease{{3}}};
  auto frame = frame_of(body);
  const std::size_t discriminant = body_at + 8 * (1 + 12 + 1 + 1);
  frame[discriminant + 2] = 1;
  REQUIRE(refusal_of_frame(frame) == DecodeError::unknown_field);
}

TEST_CASE("a key policy that isn't well-formed is refused wherever it stands") {
  const KeyPolicy none{.threshold = 1, .keys = {}};
  const KeyPolicy over{.threshold = 2, .keys = {{{1}}}};
  const KeyPolicy zero{.threshold = 0, .keys = {{{1}}}};
  const KeyPolicy twice{.threshold = 1, .keys = {{{1}}, {{1}}}};
  const std::array cases{
      std::pair{none, DecodeError::wrong_length}, std::pair{over, DecodeError::out_of_range},
      std::pair{zero, DecodeError::out_of_range}, std::pair{twice, DecodeError::not_sorted}};
  for (const auto& [policy, error] : cases) {
    auto body = plain_transfer();
    body.opening_policy = policy;
    REQUIRE(refusal_of_frame(frame_of(body)) == error);
    body.opening_policy.reset();
    body.operations = {ChangeKeys{policy}};
    REQUIRE(refusal_of_frame(frame_of(body)) == error);
    const AccountRow row{.keys = policy, .nonce = 1, .balances = {}, .deposit = {}};
    REQUIRE(decode_row(account_key({}), encode_row(row)).error() == error);
  }
}

TEST_CASE("a header needs its 64 bytes of beta and 80 of proof, and a time after 1970") {
  Draw draw(3);
  const auto header = samples::header(draw);
  for (auto change : {+[](Header& h) { h.beta.pop_back(); }, +[](Header& h) { h.beta_proof.push_back(0); }}) {
    auto wrong = header;
    change(wrong);
    REQUIRE(decode_header(encode_header(wrong)).error() == DecodeError::wrong_length);
  }
  auto early = header;
  early.time = {-1};
  REQUIRE(decode_header(encode_header(early)).error() == DecodeError::out_of_range);
}

TEST_CASE("seals need one signature for each flag") {
  Draw draw(4);
  auto header = samples::header(draw);
  header.parent_seals = {.round = {0}, .signers = {true, false, true}, .signatures = {{{1}}}};
  REQUIRE(decode_header(encode_header(header)).error() == DecodeError::inconsistent);
}

TEST_CASE("a block with other transactions than its header names is refused") {
  Draw draw(5);
  Block block = *samples::block(draw);
  block.transactions.push_back(*decode_transaction(frame_of(plain_transfer())));
  REQUIRE(decode_block(encode_block(block)).error() == DecodeError::inconsistent);
}

TEST_CASE("validators must be sorted and distinct") {
  Draw draw(6);
  auto set = samples::validators(draw, 3);
  std::swap(set[0], set[1]);
  REQUIRE(decode_row(validators_key(), encode_row(ValidatorsRow{set})).error() == DecodeError::not_sorted);
  set[1] = set[0];
  REQUIRE(decode_row(validators_key(), encode_row(ValidatorsRow{set})).error() == DecodeError::not_sorted);
}

TEST_CASE("a row under a key of no kind is refused") {
  REQUIRE(decode_row({}, encode_row(LaneRow{})).error() == DecodeError::unknown_variant);
  REQUIRE(decode_row({0x7f}, encode_row(LaneRow{})).error() == DecodeError::unknown_variant);
}

TEST_CASE("a genesis needs a name and a validator") {
  Draw draw(8);
  const auto genesis = samples::genesis(draw);
  auto nameless = genesis;
  nameless.network.clear();
  REQUIRE(decode_genesis(encode_genesis(nameless)).error() == DecodeError::wrong_length);
  auto empty = genesis;
  empty.validators.clear();
  REQUIRE(decode_genesis(encode_genesis(empty)).error() == DecodeError::wrong_length);
}

TEST_CASE("a list's tag counts in the bits that are read, and holds nothing in the one above") {
  samples::Draw draw{3};
  auto genesis = samples::genesis(draw);
  genesis.bonds = {Amount{}};
  auto bytes = encode_genesis(genesis);
  // The last word is the tag of a list of one element, which is all zeros and so takes no words.
  REQUIRE(bytes[bytes.size() - 8] == 4);
  bytes[bytes.size() - 5] |= 0x80;
  REQUIRE(decode_genesis(bytes).error() == DecodeError::not_canonical);
}

TEST_CASE("the numbers of refusals are part of the format") {
  REQUIRE(static_cast<int>(Refusal::none) == 0);
  REQUIRE(static_cast<int>(Refusal::malformed) == 1);
  REQUIRE(static_cast<int>(Refusal::keys_not_authorised) == 6);
  REQUIRE(static_cast<int>(Refusal::balance_too_low) == 17);
  REQUIRE(static_cast<int>(Refusal::not_the_owner) == 27);
  REQUIRE(static_cast<int>(Refusal::busy) == 37);
  REQUIRE(static_cast<int>(Refusal::needs_quorum) == 40);
  REQUIRE(static_cast<int>(Refusal::out_of_order) == 41);
  REQUIRE(static_cast<int>(Refusal::commitment_is_empty) == 42);
  REQUIRE(static_cast<int>(Refusal::evidence_too_soon) == 48);
  REQUIRE(static_cast<int>(Refusal::set_proposals_full) == 62);
  REQUIRE(static_cast<int>(Refusal::upgrade_decided) == 64);
  REQUIRE(static_cast<int>(Refusal::ready_unasked) == 65);
  const auto after_last = static_cast<Refusal>(static_cast<int>(refusal_last) + 1);
  REQUIRE(name_of(refusal_last) != "unknown");
  REQUIRE(name_of(after_last) == "unknown");
  Outcome outcome;
  outcome.refusal = after_last;
  REQUIRE(decode_outcome(encode_outcome(outcome)).error() == DecodeError::unknown_variant);
}

}  // namespace
}  // namespace mnrt::messages
