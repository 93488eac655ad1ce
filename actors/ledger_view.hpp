#pragma once

#include <cstdint>
#include <expected>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "actors/ports.hpp"
#include "messages/outcome_codec.hpp"
#include "policies/consensus/messages.hpp"
#include "policies/consensus/sign_state.hpp"
#include "policies/ledger/block.hpp"
#include "policies/ledger/day_totals.hpp"
#include "policies/ledger/genesis.hpp"
#include "policies/ledger/outcome.hpp"
#include "policies/ledger/state.hpp"

namespace mnrt::actors {

/// A final block with what became of its transactions. Shared, never changed.
struct FinalBlock {
  std::shared_ptr<const policies::Block> block;
  policies::SealSet seals;
  std::vector<policies::Outcome> outcomes;  ///< one a transaction, in block order
};

struct FinalHeader {
  policies::Header header;
  policies::Digest digest;
  policies::SealSet seals;
  std::uint32_t transactions{};  ///< how many the block has; its body may be pruned
};

using messages::TransactionRecord;

struct NamedService {
  std::string id;
  policies::ServiceRow row;
};

template <class T>
using Read = std::expected<T, StoreError>;

/// Reads the final chain from one snapshot: safe on any thread, untouched by crashing roles, and never ahead
/// of the disk. A row that doesn't decode is StoreError::corrupted.
class LedgerView final : public policies::StateReader {
 public:
  explicit LedgerView(std::shared_ptr<const Snapshot> snapshot);

  Read<std::optional<policies::Genesis>> genesis() const;
  /// The last final height; nothing before the first block's genesis was written.
  Read<std::optional<policies::Height>> tip() const;
  /// The running day's totals; zeros before its first block.
  Read<policies::DayTotals> day_totals() const;
  /// Pruned or not yet there: nothing.
  Read<std::optional<FinalHeader>> header(policies::Height height) const;
  Read<std::optional<FinalBlock>> block(policies::Height height) const;
  /// The block and its seals alone, without a read for each transaction.
  Read<std::optional<policies::Decision>> decision(policies::Height height) const;
  Read<std::optional<policies::Height>> height_of_block(const policies::Digest& digest) const;
  Read<std::optional<TransactionRecord>> transaction(const policies::Digest& id) const;

  /// State of the tip. On a corrupted row `read` throws `Damaged`; `row` throws nothing and reports it.
  std::optional<policies::StateRow> read(const policies::StateKey& key) const override;
  Read<std::optional<policies::StateRow>> row(const policies::StateKey& key) const;

  /// Services with an id above `after`, ascending.
  Read<std::vector<NamedService>> services(const std::string& after, std::size_t limit) const;

  struct HistoryEntry {
    policies::Height height;
    std::uint32_t index{};
    policies::Digest transaction;
  };
  /// Transactions that named an account as sender or receiver, newest first, below (height, index).
  Read<std::vector<HistoryEntry>> history(const policies::Address& address, policies::Height below_height,
                                          std::uint32_t below_index, std::size_t limit) const;

  struct StateProof {
    policies::Height height;
    std::optional<policies::Bytes> value;  ///< canonical row; nothing: the proof is of exclusion
    policies::Bytes proof;                 ///< docs/formats.md, state proof
  };
  Read<StateProof> proof(const policies::StateKey& key) const;

  /// What this node's key signed last; nothing where it never did.
  Read<std::optional<policies::SignState>> sign_state() const;
  /// This node's own rows (messages::Table::local).
  Read<std::optional<policies::Bytes>> local(policies::ByteView key) const;

  const Snapshot& snapshot() const { return *snapshot_; }
  const std::shared_ptr<const Snapshot>& shared_snapshot() const { return snapshot_; }

 private:
  std::shared_ptr<const Snapshot> snapshot_;
};

}  // namespace mnrt::actors
