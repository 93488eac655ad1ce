#pragma once

#include <expected>

#include "messages/decode_error.hpp"
#include "policies/bytes.hpp"
#include "policies/digest.hpp"
#include "policies/ledger/genesis.hpp"

namespace mnrt::messages {

/// The canonical genesis. docs/formats.md, Genesis.
policies::Bytes encode_genesis(const policies::Genesis& genesis);
std::expected<policies::Genesis, DecodeError> decode_genesis(policies::ByteView bytes);

/// domain_hash(genesis, 32 zero bytes, canonical genesis).
policies::Digest chain_id_of(const policies::Genesis& genesis);

}  // namespace mnrt::messages
