#pragma once

#include <cstdint>
#include <expected>
#include <span>
#include <vector>

#include "messages/decode_error.hpp"
#include "policies/bytes.hpp"
#include "policies/digest.hpp"

namespace mnrt::messages {

/// A transaction of a block that names an account.
struct HistoryEntry {
  std::uint32_t index{};  ///< in its block
  policies::Digest transaction;
  friend bool operator==(const HistoryEntry&, const HistoryEntry&) = default;
};

/// One row for an account and block, however often the block names it: for each entry, ascending by index,
/// index (4) ‖ id (32).
policies::Bytes encode_history(std::span<const HistoryEntry> entries);
/// At least one entry, else `truncated`.
std::expected<std::vector<HistoryEntry>, DecodeError> decode_history(policies::ByteView bytes);

}  // namespace mnrt::messages
