#pragma once

#include <cstdint>
#include <expected>
#include <memory>
#include <span>

#include "messages/decode_error.hpp"
#include "policies/bytes.hpp"
#include "policies/crypto/ed25519.hpp"
#include "policies/ledger/transaction.hpp"

// A transaction frame is the canonical form of an envelope: the canonical body as data, and the signatures
// over it. Frames are what HTTP, peers, blocks and the disk carry, byte for byte. docs/formats.md,
// Transaction.
namespace mnrt::messages {

/// The canonical bytes of a body: what is hashed into the id and signed. The value's lists must be within
/// their limits; nothing else is checked.
policies::Bytes encode_body(const policies::Transaction& body);

/// The frame around a canonical body. `signatures` must be sorted by key, distinct, 1 to 16.
policies::Bytes encode_envelope(policies::ByteView body, std::span<const policies::KeySignature> signatures);

/// A frame to a transaction with its id. Checks the form whole: size, canonical form of envelope and body,
/// unknown fields, enumerators, lengths, 1 to 64 operations, 1 to 16 signatures sorted by key and distinct,
/// well-formed key policies. Doesn't check signatures, nor anything that needs the chain.
std::expected<std::shared_ptr<const policies::SignedTransaction>, DecodeError> decode_transaction(
    policies::ByteView frame);

/// The canonical body inside a decoded transaction's frame; lives as long as the frame. Signatures are over
/// `signing_bytes(Domain::transaction, body.chain_id, body_view(t))`.
policies::ByteView body_view(const policies::SignedTransaction& transaction);

/// The bytes that each signer signs.
policies::Bytes transaction_signing_bytes(const policies::SignedTransaction& transaction);

/// Encodes, signs with each key and makes the frame. `keys`: 1 to 16, distinct, in any order.
std::shared_ptr<const policies::SignedTransaction> sign_transaction(
    const policies::Transaction& body, std::span<const policies::SigningKey> keys);

}  // namespace mnrt::messages
