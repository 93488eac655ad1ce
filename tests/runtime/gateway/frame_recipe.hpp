#pragma once

#include <string_view>

#include "policies/bytes.hpp"
#include "tests/runtime/gateway/scripted_node.hpp"

namespace mnrt::tests {

/// Makes a transaction frame as a text says, so that a corpus of bad frames doesn't go stale with the chain
/// that they are for. One step a line; `#` begins a comment. The start is alice's transfer to bob with the
/// right nonce, at height 1, after one final transaction of hers.
///
///     hex 00ff…              the whole frame, as it stands
///     sender bob             whose account
///     signed_by bob alice    who signs (default: the sender), after all changes to the body
///     protocol_version 2     likewise lane, nonce, fee_limit, priority, expiry: numbers
///     chain_id 00…           64 hexadecimal characters
///     amount 0               of the transfer
///     to alice               its receiver
///     operations 65          so many of the transfer
///     other_waits            another transaction of the same nonce waits
///     flip -1                turns all bits of a byte of the frame; from the end where negative
///     cut 8                  takes so many bytes off the end
///     append 00              adds bytes
///     pad 200000             adds zeros up to so many bytes
policies::Bytes frame_from_recipe(TestGateway& gateway, std::string_view recipe);

}  // namespace mnrt::tests
