#include "messages/peer_codec.hpp"

#include "messages/peer.capnp.h"
#include "messages/shared_statement.hpp"
#include "messages/strict.hpp"
#include "policies/limits.hpp"

namespace mnrt::messages {
namespace {

namespace limits = policies::limits;
using policies::Bytes;
using policies::ByteView;

SharedBytes read_frame(capnp::Data::Reader data) {
  const auto bytes = nested(data);
  return std::make_shared<const Bytes>(bytes.begin(), bytes.end());
}

std::vector<SharedBytes> read_frames(bool present, capnp::List<capnp::Data>::Reader list,
                                     std::size_t count_max) {
  require_list(present, list, count_max);
  std::vector<SharedBytes> frames;
  frames.reserve(list.size());
  for (auto data : list) frames.push_back(read_frame(data));
  return frames;
}

void write_frames(capnp::List<capnp::Data>::Builder list, const std::vector<SharedBytes>& frames) {
  for (unsigned i = 0; i < list.size(); ++i) list.set(i, data_of(*frames[i]));
}

BlockAsked read_block_asked(wire::BlockAsked::Reader reader) {
  require_known(reader);
  return {.height = {reader.getHeight()}, .digest = read_32<policies::Digest>(reader.getDigest())};
}

FinalAsked read_final_asked(wire::FinalAsked::Reader reader) {
  require_known(reader);
  const auto count = reader.getCount();
  require(count >= 1 && count <= limits::final_blocks_max, DecodeError::out_of_range);
  return {.from = {reader.getFrom()}, .count = count};
}

FinalFrames read_finals(wire::FinalFound::Reader reader) {
  require_known(reader);
  return {read_frames(reader.hasDecisions(), reader.getDecisions(), limits::final_blocks_max)};
}

PeerStatus read_status(wire::PeerStatus::Reader reader) {
  require_known(reader);
  return {.tip = {reader.getTip()}, .digest = read_32<policies::Digest>(reader.getDigest())};
}

HeardStatements read_heard(bool present, capnp::List<wire::Heard>::Reader list) {
  require(present, DecodeError::missing_field);
  require_list(present, list, limits::hearsay_max);
  HeardStatements found;
  found.heard.reserve(list.size());
  for (auto one : list) {
    require_known(one);
    found.heard.push_back(
        {read_32<policies::Address>(one.getSigner()), read_statement(one.hasSaid(), one.getSaid())});
  }
  return found;
}

GossipFrames read_gossip(bool present, capnp::List<capnp::Data>::Reader list) {
  require(present, DecodeError::missing_field);
  GossipFrames gossip{read_frames(present, list, limits::gossip_frames_max)};
  for (const auto& frame : gossip.frames)
    require(frame->size() <= limits::transaction_bytes_max, DecodeError::too_large);
  return gossip;
}

PeerMessage read_message(wire::PeerMessage::Reader reader) {
  require_known(reader);
  using Which = wire::PeerMessage::Which;
  switch (reader.which()) {
    case Which::CONSENSUS:
      return ConsensusFrame{read_frame(reader.getConsensus())};
    case Which::TRANSACTIONS:
      return read_gossip(reader.hasTransactions(), reader.getTransactions());
    case Which::BLOCK_ASKED:
      require(reader.hasBlockAsked(), DecodeError::missing_field);
      return read_block_asked(reader.getBlockAsked());
    case Which::BLOCK_FOUND:
      return BlockFrame{read_frame(reader.getBlockFound())};
    case Which::FINAL_ASKED:
      require(reader.hasFinalAsked(), DecodeError::missing_field);
      return read_final_asked(reader.getFinalAsked());
    case Which::FINAL_FOUND:
      require(reader.hasFinalFound(), DecodeError::missing_field);
      return read_finals(reader.getFinalFound());
    case Which::STATUS:
      require(reader.hasStatus(), DecodeError::missing_field);
      return read_status(reader.getStatus());
    case Which::HEARD:
      return read_heard(reader.hasHeard(), reader.getHeard());
  }
  throw Refused{DecodeError::unknown_variant};
}

struct Writer {
  wire::PeerMessage::Builder builder;

  void operator()(const ConsensusFrame& body) { builder.setConsensus(data_of(*body.frame)); }
  void operator()(const GossipFrames& body) {
    write_frames(builder.initTransactions(static_cast<unsigned>(body.frames.size())), body.frames);
  }
  void operator()(const BlockAsked& body) {
    auto asked = builder.initBlockAsked();
    asked.setHeight(body.height.value);
    write_32(asked.getDigest(), body.digest);
  }
  void operator()(const BlockFrame& body) { builder.setBlockFound(data_of(*body.frame)); }
  void operator()(const FinalAsked& body) {
    auto asked = builder.initFinalAsked();
    asked.setFrom(body.from.value);
    asked.setCount(body.count);
  }
  void operator()(const FinalFrames& body) {
    auto found = builder.initFinalFound();
    if (body.frames.empty()) return;
    write_frames(found.initDecisions(static_cast<unsigned>(body.frames.size())), body.frames);
  }
  void operator()(const PeerStatus& body) {
    auto status = builder.initStatus();
    status.setTip(body.tip.value);
    write_32(status.getDigest(), body.digest);
  }
  void operator()(const HeardStatements& body) {
    auto list = builder.initHeard(static_cast<unsigned>(body.heard.size()));
    for (unsigned i = 0; i < list.size(); ++i) {
      write_32(list[i].getSigner(), body.heard[i].signer);
      write_statement(list[i].initSaid(), body.heard[i].said);
    }
  }
};

}  // namespace

Bytes encode_peer(const PeerMessage& message) {
  return encode_with<wire::PeerMessage>(
      [&](wire::PeerMessage::Builder builder) { std::visit(Writer{builder}, message); });
}

std::expected<PeerMessage, DecodeError> decode_peer(ByteView bytes) {
  return decode_with<wire::PeerMessage>(bytes, limits::peer_frame_bytes_max, read_message);
}

}  // namespace mnrt::messages
