#pragma once

#include <cstdint>
#include <memory>
#include <optional>

#include "actors/ledger_view.hpp"
#include "actors/ports.hpp"
#include "messages/row.hpp"
#include "policies/ledger/genesis.hpp"
#include "policies/ledger/state.hpp"

// What a final block writes: one batch, synced together. docs/formats.md, Disk.
namespace mnrt::actors {

struct ExecutedBlock;

/// All rows that a new chain begins with.
messages::Batch genesis_rows(const policies::Genesis& genesis);

/// What this node's consensus key signs, on the disk before it signs.
messages::Row sign_state_row(const policies::SignState& state);

/// Header, body, index by block, by transaction and by account, and the tip's height.
void add_block_rows(const FinalBlock& block, messages::Batch& rows);
void add_state_rows(const policies::StateChanges& changes, messages::Batch& rows);
/// Leaves and the hashes they complete, appended to `before`. Aborts where that isn't what the block's
/// execution appended.
void add_log_rows(const policies::Digest& chain_id, policies::LogRow before, const ExecutedBlock& executed,
                  messages::Batch& rows);

struct PruneLimits {
  std::uint64_t blocks{};         ///< bodies kept at least
  std::uint64_t tree_versions{};  ///< heights whose state stays provable
};

/// The lowest height with a body, or nothing.
Read<std::optional<policies::Height>> oldest_body(const Snapshot& snapshot);

/// Deletes bodies that are older than both the kept blocks and 24 h before `tip`, at most four at a time, so
/// that no block pays for many. Returns the oldest body that is left.
policies::Height add_pruned_bodies(const LedgerView& ledger, const policies::Header& tip,
                                   policies::Height oldest, const PruneLimits& limits, messages::Batch& rows);

/// Deletes the nodes that no kept version of the tree needs.
void add_pruned_nodes(const Snapshot& snapshot, policies::Height tip, const PruneLimits& limits,
                      messages::Batch& rows);

}  // namespace mnrt::actors
