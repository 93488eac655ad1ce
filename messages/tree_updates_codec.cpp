#include "messages/tree_updates_codec.hpp"

#include <algorithm>

namespace mnrt::messages {
namespace {

using policies::Bytes;
using policies::ByteView;
using policies::Digest;

constexpr std::size_t digest_bytes = sizeof(Digest::bytes);

void add_digest(Bytes& bytes, const Digest& digest) {
  bytes.insert(bytes.end(), digest.bytes.begin(), digest.bytes.end());
}

/// Takes a digest from the front; nothing where bytes are missing.
std::optional<Digest> take_digest(ByteView& bytes) {
  if (bytes.size() < digest_bytes) return std::nullopt;
  Digest digest;
  std::ranges::copy(bytes.first(digest_bytes), digest.bytes.begin());
  bytes = bytes.subspan(digest_bytes);
  return digest;
}

}  // namespace

Bytes encode_tree_updates(std::span<const policies::TreeUpdate> updates) {
  Bytes bytes;
  bytes.reserve(updates.size() * (2 * digest_bytes + 1));
  for (const auto& update : updates) {
    add_digest(bytes, update.path);
    bytes.push_back(update.value_hash ? 1 : 0);
    if (update.value_hash) add_digest(bytes, *update.value_hash);
  }
  return bytes;
}

std::expected<std::vector<policies::TreeUpdate>, DecodeError> decode_tree_updates(ByteView bytes) {
  std::vector<policies::TreeUpdate> updates;
  while (!bytes.empty()) {
    const auto path = take_digest(bytes);
    if (!path || bytes.empty()) return std::unexpected(DecodeError::truncated);
    if (!updates.empty() && *path <= updates.back().path) return std::unexpected(DecodeError::not_sorted);
    const auto kind = bytes.front();
    bytes = bytes.subspan(1);
    if (kind > 1) return std::unexpected(DecodeError::unknown_variant);
    auto& update = updates.emplace_back(policies::TreeUpdate{*path, {}});
    if (kind == 0) continue;
    update.value_hash = take_digest(bytes);
    if (!update.value_hash) return std::unexpected(DecodeError::truncated);
  }
  return updates;
}

}  // namespace mnrt::messages
