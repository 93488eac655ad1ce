#include "tests/messages/forms.hpp"

#include "messages/block_codec.hpp"
#include "messages/consensus_codec.hpp"
#include "messages/genesis_codec.hpp"
#include "messages/log_sign_state_codec.hpp"
#include "messages/outcome_codec.hpp"
#include "messages/peer_codec.hpp"
#include "messages/sign_state_codec.hpp"
#include "messages/state_codec.hpp"
#include "messages/transaction_codec.hpp"
#include "messages/trust_codec.hpp"

namespace mnrt::messages::samples {
namespace {

using policies::Bytes;
using policies::ByteView;

template <class Decode, class Encode>
auto again(Decode decode, Encode encode) {
  return [=](ByteView bytes) -> std::expected<Bytes, DecodeError> {
    auto value = decode(bytes);
    if (!value) return std::unexpected(value.error());
    return encode(*value);
  };
}

Bytes encode_transaction(const std::shared_ptr<const policies::SignedTransaction>& transaction) {
  return encode_envelope(encode_body(transaction->body), transaction->signatures);
}

SharedBytes shared_frame(Draw& draw) {
  return std::make_shared<const Bytes>(frame(draw));
}

/// The frames inside an envelope aren't looked into, so any frame will do.
PeerMessage peer_message(Draw& draw, std::size_t kind) {
  switch (kind) {
    case 0:
      return ConsensusFrame{std::make_shared<const Bytes>(encode_consensus(consensus(draw, draw.below(4))))};
    case 1: {
      GossipFrames gossip;
      for (auto left = 1 + draw.below(4); left > 0; --left) gossip.frames.push_back(shared_frame(draw));
      return gossip;
    }
    case 2:
      return BlockAsked{{draw.number()}, draw.bytes<policies::Digest>()};
    case 3:
      return BlockFrame{std::make_shared<const Bytes>(encode_block(*block(draw)))};
    case 4:
      return FinalAsked{{draw.number()}, static_cast<std::uint32_t>(1 + draw.below(64))};
    case 5: {
      FinalFrames found;
      for (auto left = draw.below(3); left > 0; --left) found.frames.push_back(shared_frame(draw));
      return found;
    }
    case 6:
      return PeerStatus{{draw.number()}, draw.bytes<policies::Digest>()};
    default: {
      HeardStatements heard;
      for (auto left = 1 + draw.below(3); left > 0; --left)
        heard.heard.push_back({draw.bytes<policies::Address>(), statement(draw)});
      return heard;
    }
  }
}

std::vector<Form> make_forms() {
  std::vector<Form> forms{
      {"transaction", frame, again(decode_transaction, encode_transaction)},
      {"header", [](Draw& draw) { return encode_header(header(draw)); }, again(decode_header, encode_header)},
      {"sealed header",
       [](Draw& draw) { return encode_sealed_header({header(draw), seals(draw), draw.number_32()}); },
       again(decode_sealed_header, encode_sealed_header)},
      {"transactions", [](Draw& draw) { return encode_transactions(block(draw)->transactions); },
       again(decode_transactions, encode_transactions)},
      {"block", [](Draw& draw) { return encode_block(*block(draw)); },
       again(decode_block, [](const auto& block) { return encode_block(*block); })},
      {"decision", [](Draw& draw) { return encode_decision({block(draw), seals(draw)}); },
       again(decode_decision, encode_decision)},
      {"sign state", [](Draw& draw) { return encode_sign_state(sign_state(draw)); },
       again(decode_sign_state, encode_sign_state)},
      {"log sign state",
       [](Draw& draw) { return encode_log_sign_state({draw.number(), draw.bytes<policies::Digest>()}); },
       again(decode_log_sign_state, encode_log_sign_state)},
      {"genesis", [](Draw& draw) { return encode_genesis(genesis(draw)); },
       again(decode_genesis, encode_genesis)},
      {"outcome", [](Draw& draw) { return encode_outcome(outcome(draw)); },
       again(decode_outcome, encode_outcome)},
      {"transaction record",
       [](Draw& draw) {
         return encode_transaction_record({{draw.number()}, draw.number_32(), outcome(draw)});
       },
       again(decode_transaction_record, encode_transaction_record)},
      {"trust", [](Draw& draw) { return encode_trust(trust(draw)); }, again(decode_trust, encode_trust)}};
  for (std::size_t kind = 0; kind < std::variant_size_v<policies::ConsensusMessage>; ++kind)
    forms.push_back({"consensus message " + std::to_string(kind),
                     [kind](Draw& draw) { return encode_consensus(consensus(draw, kind)); },
                     again(decode_consensus, encode_consensus)});
  for (std::size_t kind = 0; kind < std::variant_size_v<PeerMessage>; ++kind)
    forms.push_back({"peer message " + std::to_string(kind),
                     [kind](Draw& draw) { return encode_peer(peer_message(draw, kind)); },
                     again(decode_peer, encode_peer)});
  for (std::size_t kind = 0; kind < row_kinds; ++kind) {
    Draw any(kind);
    forms.push_back(
        {"state row " + std::to_string(kind), [kind](Draw& draw) { return encode_row(row(draw, kind).row); },
         again([key = row(any, kind).key](ByteView bytes) { return decode_row(key, bytes); }, encode_row)});
  }
  return forms;
}

}  // namespace

const std::vector<Form>& all_forms() {
  static const auto forms = make_forms();
  return forms;
}

}  // namespace mnrt::messages::samples
