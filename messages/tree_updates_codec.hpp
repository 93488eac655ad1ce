#pragma once

#include <expected>
#include <span>
#include <vector>

#include "messages/decode_error.hpp"
#include "policies/bytes.hpp"
#include "policies/state_tree/state_tree.hpp"

namespace mnrt::messages {

/// For each update, ascending by path: path (32) ‖ 1 ‖ value hash (32), or path (32) ‖ 0 for a row that goes.
policies::Bytes encode_tree_updates(std::span<const policies::TreeUpdate> updates);
std::expected<std::vector<policies::TreeUpdate>, DecodeError> decode_tree_updates(policies::ByteView bytes);

}  // namespace mnrt::messages
