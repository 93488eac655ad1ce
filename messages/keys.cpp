#include "messages/keys.hpp"

#include <cstddef>

#include "policies/check.hpp"

namespace mnrt::messages {
namespace {

using policies::Bytes;
using policies::ByteView;

constexpr std::size_t nibbles_max = 64;

template <class Number>
void add_number(Bytes& key, Number number) {
  for (int shift = 8 * (sizeof(Number) - 1); shift >= 0; shift -= 8)
    key.push_back(static_cast<std::uint8_t>(number >> shift));
}

void add(Bytes& key, ByteView bytes) {
  key.insert(key.end(), bytes.begin(), bytes.end());
}

Bytes text_key(std::string_view text) {
  return {text.begin(), text.end()};
}

/// How many nibbles, then two to a byte, the first in the upper half, an odd one followed by zero.
void add_nibbles(Bytes& key, ByteView nibbles) {
  MNRT_CHECK(nibbles.size() <= nibbles_max);
  key.push_back(static_cast<std::uint8_t>(nibbles.size()));
  for (std::size_t i = 0; i < nibbles.size(); i += 2) {
    const auto low = i + 1 < nibbles.size() ? nibbles[i + 1] : 0;
    key.push_back(static_cast<std::uint8_t>(nibbles[i] << 4 | low));
  }
}

}  // namespace

Bytes meta_format_key() {
  return text_key("format");
}
Bytes meta_genesis_key() {
  return text_key("genesis");
}
Bytes meta_tree_root_key() {
  return text_key("tree");
}
Bytes meta_final_key() {
  return text_key("final");
}

Bytes sign_state_key() {
  return text_key("state");
}

Bytes height_key(policies::Height height) {
  return encode_number(height.value);
}

std::expected<policies::Height, DecodeError> height_of_key(ByteView key) {
  auto number = decode_number(key);
  if (!number) return std::unexpected(number.error());
  return policies::Height{*number};
}

Bytes block_height_key(const policies::Digest& block) {
  return {block.bytes.begin(), block.bytes.end()};
}

Bytes transaction_key(const policies::Digest& id) {
  return {id.bytes.begin(), id.bytes.end()};
}

Bytes tree_node_key(policies::Height written, ByteView nibbles) {
  Bytes key{'n'};
  add_number(key, written.value);
  add_nibbles(key, nibbles);
  return key;
}

Bytes tree_stale_key(policies::Height since, policies::Height written, ByteView nibbles) {
  Bytes key{'s'};
  add_number(key, since.value);
  add_number(key, written.value);
  add_nibbles(key, nibbles);
  return key;
}

Bytes tree_updates_key(policies::Height height) {
  Bytes key{'u'};
  add_number(key, height.value);
  return key;
}

std::expected<policies::Height, DecodeError> height_of_tree_updates_key(ByteView key) {
  if (key.empty()) return std::unexpected(DecodeError::wrong_length);
  return height_of_key(key.subspan(1));
}

Bytes stale_node_of_key(ByteView stale_key) {
  Bytes key{'n'};
  const auto node = stale_key.subspan(1 + sizeof(std::uint64_t));  // without the mark's kind and height
  key.insert(key.end(), node.begin(), node.end());
  return key;
}

Bytes history_key(const policies::Address& account, policies::Height height) {
  Bytes key(account.bytes.begin(), account.bytes.end());
  add_number(key, height.value);
  return key;
}

std::expected<policies::Height, DecodeError> height_of_history_key(ByteView key) {
  constexpr std::size_t account_bytes = sizeof(policies::Address::bytes);
  if (key.size() < account_bytes) return std::unexpected(DecodeError::wrong_length);
  return height_of_key(key.subspan(account_bytes));
}

Bytes local_key(LocalKind kind, ByteView rest) {
  Bytes key{static_cast<std::uint8_t>(kind)};
  add(key, rest);
  return key;
}

Bytes local_evidence_key(const policies::Address& offender, policies::Height height) {
  auto key = local_key(LocalKind::evidence, offender.bytes);
  add_number(key, height.value);
  return key;
}

Bytes after_prefix(ByteView prefix) {
  Bytes key(prefix.begin(), prefix.end());
  while (!key.empty() && key.back() == 0xff) key.pop_back();
  if (!key.empty()) ++key.back();
  return key;
}

Bytes encode_number(std::uint64_t number) {
  Bytes bytes;
  add_number(bytes, number);
  return bytes;
}

std::expected<std::uint64_t, DecodeError> decode_number(ByteView bytes) {
  if (bytes.size() != sizeof(std::uint64_t)) return std::unexpected(DecodeError::wrong_length);
  std::uint64_t number{};
  for (auto byte : bytes) number = number << 8 | byte;
  return number;
}

}  // namespace mnrt::messages
