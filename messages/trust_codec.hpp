#pragma once

#include <expected>

#include "messages/decode_error.hpp"
#include "policies/bytes.hpp"
#include "policies/notary/trust.hpp"

namespace mnrt::messages {

/// The frame inside R.trust. Members "made by the decoder" are not in it. docs/formats.md, Trust.
policies::Bytes encode_trust(const policies::Trust& trust);

/// Computes every digest and the bytes that seals sign from what it read, under the chain id that the first
/// genesis or header names. Checks form alone; `policies::establish` judges.
std::expected<policies::Trust, DecodeError> decode_trust(policies::ByteView bytes);

}  // namespace mnrt::messages
