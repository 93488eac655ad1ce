#pragma once

#include <expected>

#include "messages/decode_error.hpp"
#include "policies/bytes.hpp"
#include "policies/ledger/state.hpp"

namespace mnrt::messages {

/// The canonical value of a row of the state: what the disk holds and the state tree hashes. Which kind it
/// is, its key says. docs/formats.md, State.
policies::Bytes encode_row(const policies::StateRow& row);

/// `key` must be one that policies/ledger/state.hpp makes: `unknown_variant` for another kind of row.
std::expected<policies::StateRow, DecodeError> decode_row(const policies::StateKey& key,
                                                          policies::ByteView bytes);

}  // namespace mnrt::messages
