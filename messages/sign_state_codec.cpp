#include "messages/sign_state_codec.hpp"

#include "messages/block_codec.hpp"
#include "messages/shared_consensus.hpp"
#include "messages/shared_statement.hpp"
#include "messages/sign_state.capnp.h"
#include "messages/strict.hpp"
#include "policies/limits.hpp"

namespace mnrt::messages {
namespace {

using policies::Bytes;
using policies::ByteView;

policies::Digest read_digest(wire::Key::Reader reader) {
  require_known(reader);
  return read_32<policies::Digest>(reader);
}

std::optional<policies::Digest> read_step(bool present, wire::Key::Reader reader) {
  if (!present) return std::nullopt;
  return read_digest(reader);
}

policies::KeyElsewhere read_stop(wire::KeyElsewhere::Reader reader) {
  require_known(reader);
  return {read_statement(reader.hasFirst(), reader.getFirst()),
          read_statement(reader.hasSecond(), reader.getSecond())};
}

policies::TwoChains read_stop(wire::TwoChains::Reader reader) {
  require_known(reader);
  return {.height = {reader.getHeight()},
          .final = read_digest(reader.getFinal()),
          .final_seals = read_seals(reader.getFinalSeals()),
          .rival = read_digest(reader.getRival()),
          .rival_seals = read_seals(reader.getRivalSeals())};
}

void write_stop(wire::SignState::Builder builder, const policies::KeyElsewhere& stop) {
  auto written = builder.initKeyElsewhere();
  write_statement(written.initFirst(), stop.first);
  write_statement(written.initSecond(), stop.second);
}

void write_stop(wire::SignState::Builder builder, const policies::TwoChains& stop) {
  auto written = builder.initTwoChains();
  written.setHeight(stop.height.value);
  write_32(written.initFinal(), stop.final);
  write_seals(written.initFinalSeals(), stop.final_seals);
  write_32(written.initRival(), stop.rival);
  write_seals(written.initRivalSeals(), stop.rival_seals);
}

policies::SignState read_sign_state(wire::SignState::Reader reader) {
  require_known(reader);
  policies::SignState state;
  state.height = {reader.getHeight()};
  state.round = {reader.getRound()};
  state.proposed = read_step(reader.hasProposed(), reader.getProposed());
  state.prepared = read_step(reader.hasPrepared(), reader.getPrepared());
  state.committed = read_step(reader.hasCommitted(), reader.getCommitted());
  if (reader.hasLastRoundChange()) state.last_round_change = read_round_change(reader.getLastRoundChange());
  if (reader.hasCertificate()) state.certificate = read_certificate(reader.getCertificate());
  if (reader.hasPreparedBlock()) state.prepared_block = read_block_data(reader.getPreparedBlock());
  if (reader.hasKeyElsewhere()) state.stopped = read_stop(reader.getKeyElsewhere());
  if (reader.hasTwoChains()) {
    require(!state.stopped, DecodeError::inconsistent);
    state.stopped = read_stop(reader.getTwoChains());
  }
  return state;
}

}  // namespace

Bytes encode_sign_state(const policies::SignState& state) {
  const auto block = state.prepared_block ? encode_block(*state.prepared_block) : Bytes{};
  return encode_in_place<wire::SignState>(
      256 + block.size() / sizeof(capnp::word), [&](wire::SignState::Builder builder) {
        builder.setHeight(state.height.value);
        builder.setRound(state.round.value);
        if (state.proposed) write_32(builder.initProposed(), *state.proposed);
        if (state.prepared) write_32(builder.initPrepared(), *state.prepared);
        if (state.committed) write_32(builder.initCommitted(), *state.committed);
        if (state.last_round_change)
          write_round_change(builder.initLastRoundChange(), *state.last_round_change);
        if (state.certificate) write_certificate(builder.initCertificate(), *state.certificate);
        if (state.prepared_block) builder.setPreparedBlock(data_of(block));
        if (state.stopped) std::visit([&](const auto& stop) { write_stop(builder, stop); }, *state.stopped);
      });
}

std::expected<policies::SignState, DecodeError> decode_sign_state(ByteView bytes) {
  return decode_with<wire::SignState>(bytes, 2 * policies::limits::frame_bytes_max, read_sign_state);
}

}  // namespace mnrt::messages
