#pragma once

#include <cstdint>
#include <expected>
#include <string_view>

#include "messages/decode_error.hpp"
#include "policies/address.hpp"
#include "policies/bytes.hpp"
#include "policies/digest.hpp"
#include "policies/height.hpp"

// The keys of the store's tables. Numbers are big-endian, so that the order of keys is that of numbers. The
// table `state` is keyed by policies/ledger/state.hpp. docs/formats.md, Disk.
namespace mnrt::messages {

/// The version of everything on the disk: another number is another format.
inline constexpr std::uint64_t disk_format_version = 2;

policies::Bytes meta_format_key();     ///< → encode_number(disk_format_version)
policies::Bytes meta_genesis_key();    ///< → encode_genesis
policies::Bytes meta_final_key();      ///< → encode_number(last final height)
policies::Bytes meta_tree_root_key();  ///< → 32 bytes of root, then encode_number(height that wrote it)
policies::Bytes sign_state_key();      ///< → encode_sign_state

policies::Bytes height_key(policies::Height height);  ///< tables `blocks` and `headers`
/// The height of a key that `height_key` made; `wrong_length` for another.
std::expected<policies::Height, DecodeError> height_of_key(policies::ByteView key);

policies::Bytes transaction_key(const policies::Digest& id);

/// A node of the state tree, under the height that wrote it. `nibbles`: one a byte, each below 16, at
/// most 64.
policies::Bytes tree_node_key(policies::Height written, policies::ByteView nibbles);
/// Marks a node that no version from `since` on needs: pruned by a scan over these.
policies::Bytes tree_stale_key(policies::Height since, policies::Height written, policies::ByteView nibbles);
/// What the block of this height changed in the tree, while its nodes aren't stored.
policies::Bytes tree_updates_key(policies::Height height);
std::expected<policies::Height, DecodeError> height_of_tree_updates_key(policies::ByteView key);
/// The key of the node that a stale mark speaks of.
policies::Bytes stale_node_of_key(policies::ByteView stale_key);

// The keys of the table `log` are those of policies/notary/log.hpp.

/// What a block did for an account: a row of messages/history_codec.hpp.
policies::Bytes history_key(const policies::Address& account, policies::Height height);
/// The height in a key that `history_key` made; `wrong_length` for another.
std::expected<policies::Height, DecodeError> height_of_history_key(policies::ByteView key);

policies::Bytes block_height_key(const policies::Digest& block);  ///< table `block_heights` → encode_number

/// What this node alone remembers. `kind` tells uses apart.
enum class LocalKind : std::uint8_t { idempotency = 'i', name = 'n', evidence = 'e' };
policies::Bytes local_key(LocalKind kind, policies::ByteView rest);
/// Evidence that isn't on the chain yet.
policies::Bytes local_evidence_key(const policies::Address& offender, policies::Height height);

/// The key after all that start with `prefix`: the end of a scan. Empty (no end) if all bytes are 0xff.
policies::Bytes after_prefix(policies::ByteView prefix);

/// Eight bytes, big-endian.
policies::Bytes encode_number(std::uint64_t number);
std::expected<std::uint64_t, DecodeError> decode_number(policies::ByteView bytes);

}  // namespace mnrt::messages
