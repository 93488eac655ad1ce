#pragma once

#include <cstdint>
#include <expected>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "actors/ledger_view.hpp"
#include "actors/ports.hpp"
#include "actors/state_cache.hpp"
#include "messages/row.hpp"
#include "policies/consensus/effects.hpp"
#include "policies/consensus/events.hpp"
#include "policies/ledger/execution.hpp"
#include "policies/ledger/genesis.hpp"
#include "policies/ledger/pool.hpp"
#include "policies/state_tree/node_cache.hpp"
#include "policies/state_tree/state_tree.hpp"

namespace mnrt::actors {

struct ChainOptions {
  std::size_t state_cache_bytes{};  ///< half for rows, half for inner nodes of the tree
  std::uint64_t retention_blocks{1'000};
  std::uint64_t checkpoint_interval{100};
  bool archive{};
};

/// What a block does, computed once: before a vote, or when it is decided.
struct ExecutedBlock {
  std::shared_ptr<const policies::Block> block;
  policies::Execution execution;
  policies::TreeChange tree;
  policies::StateTreeRoot root_before;
};

/// The final chain of one node: builds blocks on its tip, checks those of others, and turns a decision into the rows
/// of one synced batch. Glue between the ledger's policies and the codecs; core owns it, on core's thread.
class Chain {
 public:
  /// Reads the tip from the store; `StoreError` where rows are missing or damaged.
  static std::expected<std::unique_ptr<Chain>, StoreError> open(const Store& store, const ChainOptions& options);

  /// The rows that a new chain begins with.
  static messages::Batch genesis_rows(const policies::Genesis& genesis);

  const policies::ChainTip& tip() const { return tip_; }
  const policies::StateReader& state() const { return state_; }
  const policies::Digest& chain_id() const { return chain_id_; }
  const policies::Validator* seat(const policies::Address& address) const;

  /// What the next block would be executed in, for admission to the pool; `time` is the wall clock's.
  policies::BlockContext next_context(policies::BlockTime time) const;

  struct Built {
    std::shared_ptr<const policies::Block> block;
    std::vector<policies::Dropped> dropped;  ///< leave the pool: no block can hold them
  };
  /// A block on the tip with what the pool offers, executed.
  Built build(const policies::BuildBlock& order, const policies::Pool& pool, const policies::Address& proposer,
              const Signer& signer);

  /// Why a proposed block is invalid; empty: it is valid, and executed.
  std::string check(const std::shared_ptr<const policies::Block>& block, const policies::Pool& pool);

  struct Commit {
    messages::Batch rows;
    std::shared_ptr<const FinalBlock> block;
  };
  /// A decision on the tip, as rows to write. Aborts if the block doesn't execute to its own header: a quorum has
  /// sealed what no honest node computes.
  Commit commit(const policies::Decision& decision);

  /// The rows are synced: the block is the tip.
  void advance(const Commit& commit);

 private:
  Chain(const Store& store, const ChainOptions& options, const policies::Genesis& genesis);
  std::shared_ptr<const ExecutedBlock> execute(const std::shared_ptr<const policies::Block>& block);
  std::string check_header(const ExecutedBlock& executed) const;
  policies::Bytes beta_input(policies::Height height) const;
  void add_block_rows(const ExecutedBlock& executed, const policies::SealSet& seals, messages::Batch& rows) const;
  void add_state_rows(const ExecutedBlock& executed, messages::Batch& rows) const;
  void add_log_rows(const ExecutedBlock& executed, messages::Batch& rows) const;
  void add_pruned_rows(policies::Height height, policies::BlockTime time, messages::Batch& rows);

  const Store& store_;
  ChainOptions options_;
  policies::Digest chain_id_;
  StateCache state_;
  policies::ChainTip tip_;
  policies::Bytes beta_;                  ///< of the tip's header; zeros for genesis
  policies::StateTreeRoot tree_root_;     ///< of the tip
  policies::LogRow log_;
  policies::Height oldest_body_;
  std::map<policies::Digest, std::shared_ptr<const ExecutedBlock>> executed_;  ///< candidates on the tip
};

}  // namespace mnrt::actors
