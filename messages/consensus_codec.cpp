#include "messages/consensus_codec.hpp"

#include "messages/block_codec.hpp"
#include "messages/consensus.capnp.h"
#include "messages/shared_consensus.hpp"
#include "messages/strict.hpp"
#include "policies/limits.hpp"

namespace mnrt::messages {
namespace {

namespace limits = policies::limits;
using policies::Bytes;
using policies::ByteView;

Bytes vote_bytes(policies::Height height, policies::Round round, const policies::Digest& digest) {
  return encode_with<wire::Vote>([&](wire::Vote::Builder builder) {
    builder.setHeight(height.value);
    builder.setRound(round.value);
    write_32(builder.getDigest(), digest);
  });
}

template <class Body>
Body read_vote(wire::Vote::Reader reader) {
  require_known(reader);
  return {.height = {reader.getHeight()},
          .round = {reader.getRound()},
          .digest = read_32<policies::Digest>(reader.getDigest())};
}

template <class Body>
void write_vote(wire::Vote::Builder builder, const Body& vote) {
  builder.setHeight(vote.height.value);
  builder.setRound(vote.round.value);
  write_32(builder.getDigest(), vote.digest);
}

std::vector<policies::Signed<policies::RoundChange>> read_justification(
    bool present, capnp::List<wire::SignedRoundChange>::Reader list) {
  require_list(present, list, limits::validators_max);
  std::vector<policies::Signed<policies::RoundChange>> justification;
  justification.reserve(list.size());
  for (auto reader : list) {
    require(reader.hasRoundChange(), DecodeError::missing_field);
    justification.push_back({.body = read_round_change(reader.getRoundChange()),
                             .signer = read_32<policies::Address>(reader.getSigner()),
                             .signature = read_64<policies::Signature>(reader.getSignature())});
  }
  require_sorted(justification, [](const auto& one) -> const auto& { return one.signer; });
  return justification;
}

policies::Proposal read_proposal(wire::Proposal::Reader reader) {
  require_known(reader);
  policies::Proposal proposal{
      .height = {reader.getHeight()},
      .round = {reader.getRound()},
      .block = read_block_data(reader.getBlock()),
      .justification = read_justification(reader.hasJustification(), reader.getJustification())};
  require(proposal.block->header.height == proposal.height, DecodeError::inconsistent);
  return proposal;
}

void write_proposal(wire::Proposal::Builder builder, const policies::Proposal& proposal) {
  builder.setHeight(proposal.height.value);
  builder.setRound(proposal.round.value);
  builder.setBlock(data_of(encode_block(*proposal.block)));
  if (proposal.justification.empty()) return;
  auto list = builder.initJustification(static_cast<unsigned>(proposal.justification.size()));
  for (unsigned i = 0; i < list.size(); ++i) {
    write_round_change(list[i].initRoundChange(), proposal.justification[i].body);
    write_32(list[i].getSigner(), proposal.justification[i].signer);
    write_64(list[i].getSignature(), proposal.justification[i].signature);
  }
}

void write_member(wire::ConsensusMessage::Builder builder, const policies::Proposal& body) {
  write_proposal(builder.initProposal(), body);
}
void write_member(wire::ConsensusMessage::Builder builder, const policies::Prepare& body) {
  write_vote(builder.initPrepare(), body);
}
void write_member(wire::ConsensusMessage::Builder builder, const policies::Commit& body) {
  write_vote(builder.initCommit(), body);
}
void write_member(wire::ConsensusMessage::Builder builder, const policies::RoundChange& body) {
  write_round_change(builder.initRoundChange(), body);
}

policies::ConsensusMessage read_message(wire::ConsensusMessage::Reader reader) {
  require_known(reader);
  const auto sign = [&]<class Body>(Body body) -> policies::ConsensusMessage {
    return policies::Signed<Body>{.body = std::move(body),
                                  .signer = read_32<policies::Address>(reader.getSigner()),
                                  .signature = read_64<policies::Signature>(reader.getSignature())};
  };
  using Which = wire::ConsensusMessage::Which;
  switch (reader.which()) {
    case Which::PROPOSAL:
      require(reader.hasProposal(), DecodeError::missing_field);
      return sign(read_proposal(reader.getProposal()));
    case Which::PREPARE:
      require(reader.hasPrepare(), DecodeError::missing_field);
      return sign(read_vote<policies::Prepare>(reader.getPrepare()));
    case Which::COMMIT:
      require(reader.hasCommit(), DecodeError::missing_field);
      return sign(read_vote<policies::Commit>(reader.getCommit()));
    case Which::ROUND_CHANGE:
      require(reader.hasRoundChange(), DecodeError::missing_field);
      return sign(read_round_change(reader.getRoundChange()));
  }
  throw Refused{DecodeError::unknown_variant};
}

}  // namespace

policies::PreparedCertificate read_certificate(wire::PreparedCertificate::Reader reader) {
  require_known(reader);
  policies::PreparedCertificate certificate{
      .round = {reader.getRound()}, .digest = read_32<policies::Digest>(reader.getDigest()), .prepares = {}};
  const auto list = require_list(reader.hasPrepares(), reader.getPrepares(), limits::validators_max);
  certificate.prepares.reserve(list.size());
  for (auto prepare : list)
    certificate.prepares.push_back({.body = {.height = {prepare.getHeight()},
                                             .round = {prepare.getRound()},
                                             .digest = read_32<policies::Digest>(prepare.getDigest())},
                                    .signer = read_32<policies::Address>(prepare.getSigner()),
                                    .signature = read_64<policies::Signature>(prepare.getSignature())});
  require_sorted(certificate.prepares, [](const auto& one) -> const auto& { return one.signer; });
  return certificate;
}

void write_certificate(wire::PreparedCertificate::Builder builder,
                       const policies::PreparedCertificate& certificate) {
  builder.setRound(certificate.round.value);
  write_32(builder.getDigest(), certificate.digest);
  if (certificate.prepares.empty()) return;
  auto list = builder.initPrepares(static_cast<unsigned>(certificate.prepares.size()));
  for (unsigned i = 0; i < list.size(); ++i) {
    const auto& prepare = certificate.prepares[i];
    list[i].setHeight(prepare.body.height.value);
    list[i].setRound(prepare.body.round.value);
    write_32(list[i].getDigest(), prepare.body.digest);
    write_32(list[i].getSigner(), prepare.signer);
    write_64(list[i].getSignature(), prepare.signature);
  }
}

policies::RoundChange read_round_change(wire::RoundChange::Reader reader) {
  require_known(reader);
  policies::RoundChange round_change{
      .height = {reader.getHeight()}, .round = {reader.getRound()}, .prepared = {}};
  if (reader.hasPrepared()) round_change.prepared = read_certificate(reader.getPrepared());
  return round_change;
}

void write_round_change(wire::RoundChange::Builder builder, const policies::RoundChange& round_change) {
  builder.setHeight(round_change.height.value);
  builder.setRound(round_change.round.value);
  if (round_change.prepared) write_certificate(builder.initPrepared(), *round_change.prepared);
}

std::shared_ptr<const policies::Block> read_block_data(capnp::Data::Reader data) {
  return unwrap(decode_block(nested(data)));
}

Bytes signing_body(const policies::Proposal& body) {
  return vote_bytes(body.height, body.round, body.block->digest);
}

Bytes signing_body(const policies::Prepare& body) {
  return vote_bytes(body.height, body.round, body.digest);
}

Bytes signing_body(const policies::Commit& body) {
  return vote_bytes(body.height, body.round, body.digest);
}

Bytes signing_body(const policies::RoundChange& body) {
  policies::Statement claim{policies::Statement::Kind::round_change, body.height, body.round, {}, {}};
  if (body.prepared) claim.prepared = {body.prepared->round, body.prepared->digest};
  return signing_body(claim);
}

Bytes signing_body(const policies::Statement& body) {
  if (body.kind != policies::Statement::Kind::round_change)
    return vote_bytes(body.height, body.round, body.digest);
  return encode_with<wire::RoundChangeClaim>([&](wire::RoundChangeClaim::Builder builder) {
    builder.setHeight(body.height.value);
    builder.setRound(body.round.value);
    if (!body.prepared) return;
    auto prepared = builder.initPrepared();
    prepared.setRound(body.prepared->round.value);
    write_32(prepared.getDigest(), body.prepared->digest);
  });
}

Bytes encode_consensus(const policies::ConsensusMessage& message) {
  return encode_with<wire::ConsensusMessage>([&](wire::ConsensusMessage::Builder builder) {
    std::visit(
        [&](const auto& one) {
          write_32(builder.getSigner(), one.signer);
          write_64(builder.getSignature(), one.signature);
          write_member(builder, one.body);
        },
        message);
  });
}

std::expected<policies::ConsensusMessage, DecodeError> decode_consensus(ByteView bytes) {
  return decode_with<wire::ConsensusMessage>(bytes, limits::frame_bytes_max, read_message);
}

std::optional<policies::ConsensusMessage> decode_vote(ByteView bytes) {
  if (bytes.size() > vote_frame_bytes_max) return std::nullopt;
  auto decoded = decode_consensus(bytes);
  const auto is_vote = [](const policies::ConsensusMessage& message) {
    return std::holds_alternative<policies::Signed<policies::Prepare>>(message) ||
           std::holds_alternative<policies::Signed<policies::Commit>>(message);
  };
  if (!decoded || !is_vote(*decoded)) return std::nullopt;
  return std::move(*decoded);
}

}  // namespace mnrt::messages
