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
#include "actors/stored_tree.hpp"
#include "messages/row.hpp"
#include "policies/consensus/effects.hpp"
#include "policies/consensus/events.hpp"
#include "policies/ledger/day_totals.hpp"
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
  TreeWriting tree{};
};

/// What a block does, computed once: before a vote, or when it is decided.
struct ExecutedBlock {
  std::shared_ptr<const policies::Block> block;
  policies::Execution execution;
  std::vector<policies::TreeUpdate> tree_updates;
  policies::TreeChange tree;
};

/// The final chain of one node: builds blocks on its tip, checks those of others, and turns a decision into
/// the rows of one synced batch. Glue between the ledger's policies and the codecs; core owns it, on core's
/// thread.
class Chain {
 public:
  /// Reads the tip from the store; `StoreError` where rows are missing or damaged.
  static std::expected<std::unique_ptr<Chain>, StoreError> open(const Store& store,
                                                                const ChainOptions& options);

  const policies::ChainTip& tip() const { return tip_; }
  const policies::StateReader& state() const { return state_; }
  const policies::Digest& chain_id() const { return chain_id_; }
  /// Who sealed the tip; empty for genesis.
  const policies::ValidatorSet& sealing_validators() const { return sealing_validators_; }
  const policies::Validator* seat(const policies::Address& address) const;

  /// What the next block would be executed in, for admission to the pool; `time` is the wall clock's.
  policies::BlockContext next_context(policies::BlockTime time) const;

  /// Why this program neither makes nor accepts the next block: `needs_protocol_version_2`, where an upgrade
  /// to that version begins with it. Empty: it knows the version.
  std::string stop_reason() const;

  struct Built {
    std::shared_ptr<const policies::Block> block;         ///< nullptr: none would be valid
    std::vector<policies::Dropped> dropped;               ///< leave the pool: no block can hold them
    std::optional<policies::InvalidTransaction> invalid;  ///< why there is no block
  };
  /// A block on the tip with what the pool offers, executed. No block where every one would be invalid: what
  /// is known to be so is not proposed.
  Built build(const policies::BuildBlock& order, const policies::Pool& pool,
              const policies::Address& proposer, const Signer& signer);

  /// Why a proposed block is invalid; empty: it is valid, and executed. Its time is later than the parent's,
  /// and a quorum of one round sealed the parent (protocol, section 1).
  std::string check(const std::shared_ptr<const policies::Block>& block, const policies::Pool& pool);

  /// The block that a header of the next height follows instead of the tip, if its parent's seals hold.
  std::optional<policies::RivalFinal> rival_of_tip(const policies::Header& child) const;
  /// The same of a block that others made final; its seals are verified.
  std::optional<policies::RivalFinal> rival_of_tip(const policies::Decision& decision) const;

  struct Commit {
    messages::Batch rows;
    std::shared_ptr<const FinalBlock> block;
    std::shared_ptr<const ExecutedBlock> executed;
    policies::DayTotals totals;
    bool writes_nodes{};  ///< of the tree, its own and those of earlier blocks
  };
  /// A decision on the tip, as rows to write. Throws `Damaged` if the block doesn't execute to its own
  /// header: a quorum sealed it, so it is this node that computes wrong.
  Commit commit(const policies::Decision& decision);

  /// The rows are synced: the block is the tip.
  void advance(const Commit& commit);

 private:
  Chain(const Store& store, const ChainOptions& options, const policies::Genesis& genesis);
  policies::BlockContext context(policies::BlockTime time, const policies::Address& proposer) const;
  /// What the proposer's verifiable random function is asked: chain, height, and the beta before.
  policies::Bytes beta_input() const;
  std::shared_ptr<ExecutedBlock> executed(policies::Execution execution, policies::Header header,
                                          policies::TransactionList transactions);
  policies::DayTotals totals_with(const ExecutedBlock& executed) const;
  std::uint32_t next_version() const;
  std::string check_against_parent(const policies::Header& header) const;
  void remember(std::shared_ptr<const ExecutedBlock> done);
  void add_tree(const ExecutedBlock& executed, Commit& commit) const;
  void prune(const policies::Header& header, messages::Batch& rows);

  const Store& store_;
  ChainOptions options_;
  policies::Digest chain_id_;
  StateCache state_;
  policies::NodeCache nodes_;
  policies::ChainTip tip_;
  policies::ValidatorSet sealing_validators_;  ///< of the tip's height; empty for genesis
  policies::Bytes beta_;                       ///< of the tip's header; zeros for genesis
  TreeAtTip tree_;
  policies::LogRow log_;
  policies::DayTotals totals_;
  policies::Height oldest_body_;
  std::map<policies::Digest, std::shared_ptr<const ExecutedBlock>> executed_;  ///< candidates on the tip
};

}  // namespace mnrt::actors
