#pragma once

#include <cstddef>
#include <expected>
#include <optional>

#include "messages/decode_error.hpp"
#include "policies/bytes.hpp"
#include "policies/consensus/messages.hpp"
#include "policies/consensus/statement.hpp"
#include "policies/crypto/hash.hpp"

// QBFT's messages as bytes, and what their signatures cover. docs/formats.md, Consensus.
namespace mnrt::messages {

/// The canonical bytes that a signature covers. Proposal, Prepare and Commit: height, round, digest.
/// RoundChange: height, round, and the claimed round and digest or their absence; the Prepares carry their
/// own signatures.
policies::Bytes signing_body(const policies::Proposal& body);
policies::Bytes signing_body(const policies::Prepare& body);
policies::Bytes signing_body(const policies::Commit& body);
policies::Bytes signing_body(const policies::RoundChange& body);
/// The same bytes as those of the message that said it.
policies::Bytes signing_body(const policies::Statement& body);

constexpr policies::Domain domain_of(const policies::Proposal&) {
  return policies::Domain::proposal;
}
constexpr policies::Domain domain_of(const policies::Prepare&) {
  return policies::Domain::prepare;
}
constexpr policies::Domain domain_of(const policies::Commit&) {
  return policies::Domain::commit;
}
constexpr policies::Domain domain_of(const policies::RoundChange&) {
  return policies::Domain::round_change;
}

constexpr policies::Domain domain_of(const policies::Statement& body) {
  using Kind = policies::Statement::Kind;
  switch (body.kind) {
    case Kind::proposal:
      return policies::Domain::proposal;
    case Kind::prepare:
      return policies::Domain::prepare;
    case Kind::commit:
      return policies::Domain::commit;
    case Kind::round_change:
      break;
  }
  return policies::Domain::round_change;
}

/// signing_bytes(domain of the body, chain id, signing_body(body)).
template <class Body>
policies::Bytes signing_bytes_of(const policies::Digest& chain_id, const Body& body) {
  return policies::signing_bytes(domain_of(body), chain_id, signing_body(body));
}

policies::Bytes encode_consensus(const policies::ConsensusMessage& message);

/// More bytes than a vote's frame ever has.
constexpr std::size_t vote_frame_bytes_max = 256;

/// A Prepare or Commit, its form checked as `decode_consensus` does; nothing where the bytes are none. Cheap
/// for everything else.
std::optional<policies::ConsensusMessage> decode_vote(policies::ByteView bytes);

/// Checks form alone: sizes, order, distinct signers, a proposal's height against its block. Not signatures.
std::expected<policies::ConsensusMessage, DecodeError> decode_consensus(policies::ByteView bytes);

}  // namespace mnrt::messages
