#pragma once

#include <expected>

#include "messages/decode_error.hpp"
#include "policies/bytes.hpp"
#include "policies/notary/log.hpp"

namespace mnrt::messages {

/// The row of the table `sign_state` that holds the log head which a seat's log and cosigner keys signed
/// last. docs/formats.md, Sign state.
policies::Bytes log_sign_state_key();
policies::Bytes encode_log_sign_state(const policies::LogHead& head);
std::expected<policies::LogHead, DecodeError> decode_log_sign_state(policies::ByteView bytes);

}  // namespace mnrt::messages
