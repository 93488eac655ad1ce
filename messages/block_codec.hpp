#pragma once

#include <cstdint>
#include <expected>
#include <memory>
#include <span>

#include "messages/decode_error.hpp"
#include "policies/bytes.hpp"
#include "policies/consensus/messages.hpp"
#include "policies/ledger/block.hpp"
#include "policies/ledger/outcome.hpp"
#include "policies/validator_set.hpp"

// Headers, bodies and whole blocks as bytes. docs/formats.md, Block.
namespace mnrt::messages {

/// The canonical header. `beta` holds 64 bytes and `beta_proof` 80.
policies::Bytes encode_header(const policies::Header& header);
std::expected<policies::Header, DecodeError> decode_header(policies::ByteView bytes);

/// domain_hash(header, chain id, canonical header): what consensus agrees on. It has no round in it.
policies::Digest digest_of(const policies::Header& header);

/// A block's transactions, as the table `blocks` holds them: their frames in order.
policies::Bytes encode_transactions(const policies::TransactionList& transactions);
std::expected<policies::TransactionList, DecodeError> decode_transactions(policies::ByteView bytes);

/// Header and transactions. Decoding computes the digest and each id, and checks that the header's
/// transaction root is that of these transactions (`inconsistent`): a block whose digest is known is whole or
/// refused.
policies::Bytes encode_block(const policies::Block& block);
std::expected<std::shared_ptr<const policies::Block>, DecodeError> decode_block(policies::ByteView bytes);

/// A header with the seals that made it final, as the table `headers` holds it.
struct SealedHeader {
  policies::Header header;
  policies::SealSet seals;
  std::uint32_t transactions{};  ///< how many the block has; the body may be pruned
  friend bool operator==(const SealedHeader&, const SealedHeader&) = default;
};
policies::Bytes encode_sealed_header(const SealedHeader& sealed);
std::expected<SealedHeader, DecodeError> decode_sealed_header(policies::ByteView bytes);

/// A block with its seals, as peers exchange it.
policies::Bytes encode_decision(const policies::Decision& decision);
std::expected<policies::Decision, DecodeError> decode_decision(policies::ByteView bytes);

/// Commits to every frame, signatures too: domain_hash(transaction_root, chain id, Merkle root of
/// BLAKE3(frame)).
policies::Digest transaction_root(const policies::Digest& chain_id,
                                  const policies::TransactionList& transactions);

/// domain_hash(outcome_root, chain id, Merkle root of BLAKE3(canonical outcome)).
policies::Digest outcome_root(const policies::Digest& chain_id, std::span<const policies::Outcome> outcomes);

/// domain_hash(validator_set, chain id, canonical set): what `next_validators` in a header holds.
policies::Digest digest_of(const policies::Digest& chain_id, const policies::ValidatorSet& set);

}  // namespace mnrt::messages
