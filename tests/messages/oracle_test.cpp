#include <catch2/catch.hpp>

#include <string_view>

#include "messages/block_codec.hpp"
#include "messages/consensus_codec.hpp"
#include "messages/genesis_codec.hpp"
#include "messages/outcome_codec.hpp"
#include "messages/transaction_codec.hpp"
#include "policies/crypto/hash.hpp"
#include "policies/merkle.hpp"
#include "tests/messages/command.hpp"
#include "tests/messages/forms.hpp"

// Programs that share no code with ours: the `capnp` tool reads the schemas and canonicalises by itself;
// `b3sum` hashes.
namespace mnrt::messages {
namespace {

using namespace policies;
using samples::Draw;

std::string convert(std::string_view from, std::string_view to, std::string_view schema) {
  return "capnp convert --quiet -I '" MNRT_SOURCE_DIR "' " + std::string(from) + ":" + std::string(to) +
         " '" MNRT_SOURCE_DIR "/messages/" + std::string(schema.substr(0, schema.find(' '))) + "' " +
         std::string(schema.substr(schema.find(' ') + 1));
}

Bytes bytes_of(std::string_view text) {
  return {text.begin(), text.end()};
}

Digest b3sum(ByteView bytes) {
  const auto output = output_of("b3sum --no-names", bytes);
  return *digest_from_hex(std::string_view(reinterpret_cast<const char*>(output.data()), 64));
}

/// tag ‖ 0x00 ‖ chain id ‖ body, written out.
Bytes preimage(std::string_view tag, const Digest& chain_id, ByteView body) {
  auto bytes = bytes_of(tag);
  bytes.push_back(0);
  bytes.insert(bytes.end(), chain_id.bytes.begin(), chain_id.bytes.end());
  bytes.insert(bytes.end(), body.begin(), body.end());
  return bytes;
}

/// Which schema a form has, by its name in all_forms().
std::string_view schema_of(const std::string& form) {
  constexpr std::pair<std::string_view, std::string_view> table[]{
      {"transaction", "transaction.capnp Envelope"},
      {"header", "block.capnp Header"},
      {"sealed header", "block.capnp SealedHeader"},
      {"transactions", "block.capnp Body"},
      {"block", "block.capnp Block"},
      {"decision", "block.capnp Decision"},
      {"sign state", "sign_state.capnp SignState"},
      {"log sign state", "log_sign_state.capnp LogSignState"},
      {"genesis", "genesis.capnp Genesis"},
      {"outcome", "block.capnp Outcome"},
      {"transaction record", "block.capnp TransactionRecord"},
      {"trust", "notary.capnp Trust"},
      {"consensus message 0", "consensus.capnp ConsensusMessage"},
      {"consensus message 1", "consensus.capnp ConsensusMessage"},
      {"consensus message 2", "consensus.capnp ConsensusMessage"},
      {"consensus message 3", "consensus.capnp ConsensusMessage"},
      {"peer message 0", "peer.capnp PeerMessage"},
      {"peer message 1", "peer.capnp PeerMessage"},
      {"peer message 2", "peer.capnp PeerMessage"},
      {"peer message 3", "peer.capnp PeerMessage"},
      {"peer message 4", "peer.capnp PeerMessage"},
      {"peer message 5", "peer.capnp PeerMessage"},
      {"peer message 6", "peer.capnp PeerMessage"},
      {"peer message 7", "peer.capnp PeerMessage"},
      {"state row 0", "state.capnp AccountRow"},
      {"state row 1", "state.capnp LaneRow"},
      {"state row 2", "state.capnp ServiceRow"},
      {"state row 3", "state.capnp PoolsRow"},
      {"state row 4", "state.capnp OwnerRow"},
      {"state row 5", "state.capnp LogRow"},
      {"state row 6", "state.capnp ParametersRow"},
      {"state row 7", "state.capnp ParameterHistoryRow"},
      {"state row 8", "values.capnp ValidatorSet"},
      {"state row 9", "state.capnp WithdrawalsRow"},
      {"state row 10", "state.capnp ExpiryRow"},
      {"state row 11", "state.capnp BondRow"},
      {"state row 12", "state.capnp OffenceRow"},
      {"state row 13", "state.capnp ReporterRow"},
      {"state row 14", "state.capnp EvidenceRow"},
      {"state row 15", "state.capnp SetChangeRow"},
      {"state row 16", "state.capnp SealingSetRow"},
      {"state row 17", "state.capnp UpgradeRow"}};
  for (const auto& [name, schema] : table)
    if (name == form) return schema;
  return {};
}

TEST_CASE("the capnp tool reads every form by its schema and writes the same canonical bytes") {
  for (const auto& form : samples::all_forms()) {
    const auto schema = schema_of(form.name);
    INFO(form.name);
    REQUIRE_FALSE(schema.empty());
    for (std::uint64_t seed : {1, 2, 3}) {
      Draw draw(seed);
      const auto bytes = form.draw(draw);
      // JSON, because the tool can't read back the text that it writes for some bytes of data.
      const auto json = output_of(convert("canonical", "json", schema), bytes);
      REQUIRE(output_of(convert("json", "canonical", schema), json) == bytes);
    }
  }
}

TEST_CASE("a transaction written as text for the capnp tool is what our encoder makes") {
  const auto canonical =
      output_of(convert("text", "canonical", "transaction.capnp Transaction"), bytes_of(R"((
      protocolVersion = 1, lane = 3, nonce = 7, expiry = 1000,
      chainId = (w0 = 0x0807060504030201, w1 = 0, w2 = 0, w3 = 0x2000000000000000),
      sender = (w0 = 1, w1 = 2, w2 = 3, w3 = 4),
      feeLimit = (low = 10000, high = 0), priority = (low = 5, high = 0),
      operations = [
        (transfer = (to = (w0 = 9, w1 = 0, w2 = 0, w3 = 0), amount = (low = 1, high = 2), token = flx)),
        (notarise = (document = (w0 = 255, w1 = 0, w2 = 0, w3 = 0), labelHash = (w0 = 0, w1 = 0, w2 = 0, w3 = 0))),
        (renewService = (id = "mail.example"))
      ]))"));

  Transaction body;
  for (std::uint8_t i = 0; i < 8; ++i) body.chain_id.bytes[i] = i + 1;
  body.chain_id.bytes[31] = 0x20;
  for (std::size_t i = 0; i < 4; ++i) body.sender.bytes[8 * i] = static_cast<std::uint8_t>(i + 1);
  body.lane = 3;
  body.nonce = 7;
  body.expiry = {1000};
  body.fee_limit = {10'000};
  body.priority = {5};
  Transfer transfer{.to = {}, .token = Token::flx, .amount = {(uint128{2} << 64) | 1}};
  transfer.to.bytes[0] = 9;
  Notarise notarise;
  notarise.document.bytes[0] = 255;
  body.operations = {transfer, notarise, RenewService{"mail.example"}};
  REQUIRE(encode_body(body) == canonical);
}

TEST_CASE("ids, digests and roots are what b3sum makes of their pre-images") {
  Draw draw(21);
  const auto block = samples::block(draw);
  const auto& chain_id = block->header.chain_id;
  REQUIRE(block->digest == b3sum(preimage("mnrt header v1", chain_id, encode_header(block->header))));

  const auto genesis = samples::genesis(draw);
  REQUIRE(chain_id_of(genesis) == b3sum(preimage("mnrt genesis v1", {}, encode_genesis(genesis))));

  const auto transaction = decode_transaction(samples::frame(draw));
  REQUIRE(transaction.has_value());
  const auto body = encode_body((*transaction)->body);
  REQUIRE((*transaction)->id == b3sum(preimage("mnrt transaction v1", (*transaction)->body.chain_id, body)));

  // What is signed: the tag and the chain id in clear, then the hash of the body.
  const auto hash = b3sum(body);
  REQUIRE(transaction_signing_bytes(**transaction) ==
          preimage("mnrt transaction v1", (*transaction)->body.chain_id, hash.bytes));
}

TEST_CASE("the Merkle root of three leaves is what b3sum makes of it step by step") {
  Draw draw(22);
  const std::vector<Outcome> outcomes{samples::outcome(draw), samples::outcome(draw), samples::outcome(draw)};
  const Digest chain_id{{7}};
  const auto prefixed = [](std::uint8_t prefix, std::initializer_list<Digest> parts) {
    Bytes bytes{prefix};
    for (const auto& part : parts) bytes.insert(bytes.end(), part.bytes.begin(), part.bytes.end());
    return b3sum(bytes);
  };
  std::vector<Digest> leaves;
  for (const auto& outcome : outcomes) leaves.push_back(prefixed(0, {b3sum(encode_outcome(outcome))}));
  const auto root = prefixed(1, {prefixed(1, {leaves[0], leaves[1]}), leaves[2]});
  REQUIRE(outcome_root(chain_id, outcomes) == b3sum(preimage("mnrt outcome root v1", chain_id, root.bytes)));
  REQUIRE(outcome_root(chain_id, {}) == b3sum(preimage("mnrt outcome root v1", chain_id, b3sum({}).bytes)));
}

}  // namespace
}  // namespace mnrt::messages
