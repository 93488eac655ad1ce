#pragma once

#include <expected>

#include "messages/decode_error.hpp"
#include "policies/bytes.hpp"
#include "policies/consensus/sign_state.hpp"

namespace mnrt::messages {

/// The one row of the table `sign_state`. docs/formats.md, Sign state.
policies::Bytes encode_sign_state(const policies::SignState& state);
std::expected<policies::SignState, DecodeError> decode_sign_state(policies::ByteView bytes);

}  // namespace mnrt::messages
