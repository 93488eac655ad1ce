#include "messages/history_codec.hpp"

#include <algorithm>

namespace mnrt::messages {
namespace {

using policies::Bytes;
using policies::ByteView;

constexpr std::size_t index_bytes = sizeof(HistoryEntry::index);
constexpr std::size_t entry_bytes = index_bytes + sizeof(policies::Digest::bytes);

}  // namespace

Bytes encode_history(std::span<const HistoryEntry> entries) {
  Bytes bytes;
  bytes.reserve(entries.size() * entry_bytes);
  for (const auto& entry : entries) {
    for (int shift = 24; shift >= 0; shift -= 8)
      bytes.push_back(static_cast<std::uint8_t>(entry.index >> shift));
    bytes.insert(bytes.end(), entry.transaction.bytes.begin(), entry.transaction.bytes.end());
  }
  return bytes;
}

std::expected<std::vector<HistoryEntry>, DecodeError> decode_history(ByteView bytes) {
  if (bytes.empty() || bytes.size() % entry_bytes != 0) return std::unexpected(DecodeError::truncated);
  std::vector<HistoryEntry> entries;
  for (; !bytes.empty(); bytes = bytes.subspan(entry_bytes)) {
    HistoryEntry entry;
    for (const auto byte : bytes.first(index_bytes)) entry.index = entry.index << 8 | byte;
    std::ranges::copy(bytes.subspan(index_bytes, entry_bytes - index_bytes), entry.transaction.bytes.begin());
    if (!entries.empty() && entry.index <= entries.back().index)
      return std::unexpected(DecodeError::not_sorted);
    entries.push_back(entry);
  }
  return entries;
}

}  // namespace mnrt::messages
