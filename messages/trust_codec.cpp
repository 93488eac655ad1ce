#include "messages/trust_codec.hpp"

#include "messages/block_codec.hpp"
#include "messages/consensus_codec.hpp"
#include "messages/genesis_codec.hpp"
#include "messages/notary.capnp.h"
#include "messages/shared_values.hpp"
#include "messages/strict.hpp"
#include "policies/crypto/hash.hpp"
#include "policies/limits.hpp"

namespace mnrt::messages {
namespace {

namespace limits = policies::limits;
using policies::Bytes;
using policies::ByteView;
using policies::Domain;

policies::GenesisStart read_genesis_start(ByteView bytes) {
  return {.genesis = unwrap(decode_genesis(bytes)),
          .digest = policies::domain_hash(Domain::genesis, {}, bytes)};
}

policies::PinnedStart read_pinned_start(wire::PinnedStart::Reader reader) {
  require_known(reader);
  const auto bytes = nested(reader.getHeader());
  policies::PinnedStart start;
  start.header = unwrap(decode_header(bytes));
  start.digest = policies::domain_hash(Domain::header, start.header.chain_id, bytes);
  start.next_set = read_validators(reader.hasNextSet(), reader.getNextSet());
  start.next_set_digest = digest_of(start.header.chain_id, start.next_set);
  return start;
}

policies::Handover read_handover(wire::Handover::Reader reader) {
  const auto bytes = nested(reader.getHeader());
  require(reader.hasSeals(), DecodeError::missing_field);
  policies::Handover handover;
  handover.header = unwrap(decode_header(bytes));
  handover.digest = policies::domain_hash(Domain::header, handover.header.chain_id, bytes);
  handover.seals = read_seals(reader.getSeals());
  handover.sealed_bytes =
      signing_bytes_of(handover.header.chain_id, policies::Commit{.height = handover.header.height,
                                                                  .round = handover.seals.round,
                                                                  .digest = handover.digest});
  handover.next_set = read_validators(reader.hasNextSet(), reader.getNextSet());
  handover.next_set_digest = digest_of(handover.header.chain_id, handover.next_set);
  return handover;
}

policies::Trust read_trust(wire::Trust::Reader reader) {
  require_known(reader);
  policies::Trust trust;
  switch (reader.which()) {
    case wire::Trust::Which::GENESIS:
      trust.start = read_genesis_start(nested(reader.getGenesis()));
      break;
    case wire::Trust::Which::PINNED:
      require(reader.hasPinned(), DecodeError::missing_field);
      trust.start = read_pinned_start(reader.getPinned());
      break;
    default:
      throw Refused{DecodeError::unknown_variant};
  }
  for (auto handover : require_list(reader.hasHandovers(), reader.getHandovers(), limits::handovers_max))
    trust.handovers.push_back(read_handover(handover));
  return trust;
}

void write_set(auto builder, const policies::ValidatorSet& set) {
  if (set.empty()) return;
  write_validators(builder.initNextSet(static_cast<unsigned>(set.size())), set);
}

}  // namespace

Bytes encode_trust(const policies::Trust& trust) {
  return encode_with<wire::Trust>([&](wire::Trust::Builder builder) {
    if (const auto* genesis = std::get_if<policies::GenesisStart>(&trust.start)) {
      builder.setGenesis(data_of(encode_genesis(genesis->genesis)));
    } else {
      const auto& pinned = std::get<policies::PinnedStart>(trust.start);
      auto start = builder.initPinned();
      start.setHeader(data_of(encode_header(pinned.header)));
      write_set(start, pinned.next_set);
    }
    if (trust.handovers.empty()) return;
    auto list = builder.initHandovers(static_cast<unsigned>(trust.handovers.size()));
    for (unsigned i = 0; i < list.size(); ++i) {
      const auto& handover = trust.handovers[i];
      list[i].setHeader(data_of(encode_header(handover.header)));
      write_seals(list[i].initSeals(), handover.seals);
      write_set(list[i], handover.next_set);
    }
  });
}

std::expected<policies::Trust, DecodeError> decode_trust(ByteView bytes) {
  return decode_with<wire::Trust>(bytes, limits::trust_bytes_max, read_trust);
}

}  // namespace mnrt::messages
