#include "actors/chain.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <utility>

#include "actors/block_rows.hpp"
#include "actors/damage.hpp"
#include "actors/seal_check.hpp"
#include "messages/block_codec.hpp"
#include "messages/day_totals_codec.hpp"
#include "messages/genesis_codec.hpp"
#include "messages/state_codec.hpp"
#include "messages/transaction_check.hpp"
#include "messages/transaction_codec.hpp"
#include "policies/check.hpp"
#include "policies/crypto/hash.hpp"
#include "policies/crypto/verified.hpp"
#include "policies/crypto/vrf.hpp"
#include "policies/ledger/upgrade.hpp"
#include "policies/notary/log.hpp"

namespace mnrt::actors {
namespace {

using policies::Block;
using policies::Bytes;
using policies::Header;

constexpr std::size_t candidates_max = 8;  ///< executed blocks kept on one tip

std::unexpected<StoreError> missing(std::string_view what) {
  return std::unexpected(
      StoreError{StoreError::Kind::corrupted,
                 "the database has no " + std::string{what} + ": restore a backup of the data directory"});
}

/// A row that every chain has, from genesis on.
template <class RowType>
Read<RowType> fixed_row(const LedgerView& ledger, const policies::StateKey& key, std::string_view what) {
  auto row = ledger.row(key);
  if (!row) return std::unexpected(row.error());
  if (!*row) return missing(what);
  return std::get<RowType>(std::move(**row));
}

/// The set whose seals made the tip final: the next height's, unless the tip changed the set. A database
/// that says otherwise is of a chain whose rules this program doesn't know.
Read<policies::ValidatorSet> sealing_set(const LedgerView& ledger, const policies::Genesis& genesis,
                                         policies::Height tip, const policies::ValidatorSet& next) {
  const auto chain_id = messages::chain_id_of(genesis);
  auto committed = messages::digest_of(chain_id, genesis.validators);
  if (tip.value > 1) {
    const auto before = ledger.header({tip.value - 1});
    if (!before) return std::unexpected(before.error());
    if (!*before) return missing("header before the tip's");
    committed = (*before)->header.next_validators;
  }
  if (committed == messages::digest_of(chain_id, next)) return next;
  const auto row = ledger.row(policies::sealing_set_key(tip));
  if (!row) return std::unexpected(row.error());
  const auto* sealing = *row ? std::get_if<policies::SealingSetRow>(&**row) : nullptr;
  if (sealing == nullptr || committed != messages::digest_of(chain_id, sealing->validators))
    return missing("validator set that sealed the tip");
  return sealing->validators;
}

Damaged other_than_sealed(policies::Height height) {
  return Damaged{fmt::format(
      "block {}, which a quorum sealed, does something else here: the state on this disk is damaged, or this "
      "program isn't theirs. Keep a copy of the data directory, run `mnrt debug replay` on it, and restore "
      "a backup",
      height.value)};
}

std::vector<policies::TreeUpdate> tree_updates(const policies::StateChanges& changes) {
  std::vector<policies::TreeUpdate> updates;
  updates.reserve(changes.size());
  for (const auto& [key, row] : changes) {
    std::optional<policies::Digest> value_hash;
    if (row) value_hash = policies::state_value_hash(messages::encode_row(*row));
    updates.push_back({policies::state_path(key), value_hash});
  }
  std::ranges::sort(updates, {}, &policies::TreeUpdate::path);
  return updates;
}

}  // namespace

std::expected<std::unique_ptr<Chain>, StoreError> Chain::open(const Store& store,
                                                              const ChainOptions& options) {
  const LedgerView ledger{store.snapshot()};
  auto genesis = ledger.genesis();
  if (!genesis) return std::unexpected(genesis.error());
  if (!*genesis) return missing("genesis");
  auto height = ledger.tip();
  if (!height) return std::unexpected(height.error());
  if (!*height) return missing("tip");
  auto validators = fixed_row<policies::ValidatorsRow>(ledger, policies::validators_key(), "validator set");
  if (!validators) return std::unexpected(validators.error());
  auto log = fixed_row<policies::LogRow>(ledger, policies::log_key(), "log");
  if (!log) return std::unexpected(log.error());

  std::unique_ptr<Chain> chain{new Chain(store, options, **genesis)};
  chain->tip_ = {.height = **height,
                 .digest = chain->chain_id_,
                 .time = (*genesis)->time,
                 .proposer = {},
                 .seals = {},
                 .validators = std::move(validators->validators)};
  chain->log_ = std::move(*log);
  auto tree = tree_at_tip(ledger.shared_snapshot(), chain->nodes_);
  if (!tree) return std::unexpected(tree.error());
  chain->tree_ = std::move(*tree);
  if ((*height)->value > 0) {
    auto header = ledger.header(**height);
    if (!header) return std::unexpected(header.error());
    if (!*header) return missing("header of the tip");
    const auto& head = (*header)->header;
    chain->tip_.digest = (*header)->digest;
    chain->tip_.time = head.time;
    chain->tip_.proposer = head.proposer;
    chain->tip_.seals = (*header)->seals;
    chain->beta_ = head.beta;
    auto sealing = sealing_set(ledger, **genesis, head.height, chain->tip_.validators);
    if (!sealing) return std::unexpected(sealing.error());
    chain->sealing_validators_ = std::move(*sealing);
  }
  auto totals = ledger.day_totals();
  if (!totals) return std::unexpected(totals.error());
  chain->totals_ = *totals;
  auto oldest = oldest_body(ledger.snapshot());
  if (!oldest) return std::unexpected(oldest.error());
  chain->oldest_body_ = oldest->value_or(next(**height));
  return chain;
}

Chain::Chain(const Store& store, const ChainOptions& options, const policies::Genesis& genesis)
    : store_(store),
      options_(options),
      chain_id_(messages::chain_id_of(genesis)),
      state_(store, options.state_cache_bytes / 2),
      nodes_(options.state_cache_bytes / 2),
      beta_(64, 0) {}

std::uint32_t Chain::next_version() const {
  return policies::protocol_version_of(state_);
}

std::string Chain::stop_reason() const {
  const auto version = next_version();
  return version > policies::protocol_version_max ? "needs_protocol_version_" + std::to_string(version) : "";
}

policies::BlockContext Chain::context(policies::BlockTime time, const policies::Address& proposer) const {
  const auto owner = state_.read(policies::owner_key());
  MNRT_CHECK(owner.has_value());
  const auto& owner_address = std::get<policies::OwnerRow>(*owner).owner;
  const auto eligible = std::ranges::count_if(
      tip_.validators, [&](const auto& validator) { return validator.operated_by != owner_address; });
  return {.protocol_version = next_version(),
          .chain_id = chain_id_,
          .height = next(tip_.height),
          .time = time,
          .proposer = proposer,
          .eligible_validators = static_cast<std::size_t>(eligible)};
}

Bytes Chain::beta_input() const {
  Bytes input;
  for (int shift = 56; shift >= 0; shift -= 8)
    input.push_back(static_cast<std::uint8_t>(next(tip_.height).value >> shift));
  input.insert(input.end(), beta_.begin(), beta_.end());
  const auto digest = policies::domain_hash(policies::Domain::beta, chain_id_, input);
  return {digest.bytes.begin(), digest.bytes.end()};
}

std::shared_ptr<ExecutedBlock> Chain::executed(policies::Execution execution, Header header,
                                               policies::TransactionList transactions) {
  auto done = std::make_shared<ExecutedBlock>();
  done->execution = std::move(execution);
  done->tree_updates = tree_updates(done->execution.changes);
  const StoredNodes stored{store_.snapshot()};
  auto tree = policies::update_state_tree(policies::LayeredNodes{tree_.unwritten, stored}, nodes_, tree_.root,
                                          header.height, done->tree_updates);
  if (!tree)
    throw Damaged{"a node of the state tree is missing or damaged: restore a backup of the data directory"};
  done->tree = std::move(*tree);
  header.transaction_root = messages::transaction_root(chain_id_, transactions);
  header.outcome_root = messages::outcome_root(chain_id_, done->execution.outcomes);
  header.state_root = done->tree.root.digest;
  header.log_size = done->execution.log.size;
  header.log_root = policies::root(done->execution.log);
  header.next_validators = messages::digest_of(chain_id_, done->execution.next_validators);
  header.owner_epoch = done->execution.epoch;
  auto block = std::make_shared<Block>();
  block->digest = messages::digest_of(header);
  block->header = std::move(header);
  block->transactions = std::move(transactions);
  done->block = std::move(block);
  return done;
}

Chain::Built Chain::build(const policies::BuildBlock& order, const policies::Pool& pool,
                          const policies::Address& proposer, const Signer& signer) {
  if (!stop_reason().empty())
    return {.block = nullptr,
            .dropped = {},
            .invalid = policies::InvalidTransaction{.refusal = policies::Refusal::unsupported_version}};
  const auto parameters = state_.read(policies::parameters_key());
  MNRT_CHECK(parameters.has_value());
  const auto& values = std::get<policies::ParametersRow>(*parameters).values;
  const auto candidates =
      pool.choose({.bytes = value_of(values, policies::Parameter::block_bytes_max),
                   .transactions = value_of(values, policies::Parameter::block_transactions_max),
                   .height = order.height});
  auto assembly = policies::assemble(context(order.time, proposer), candidates, state_);
  // The block's own part breaches: no choice of transactions makes it valid.
  if (assembly.execution.invalid)
    return {.block = nullptr, .dropped = std::move(assembly.dropped), .invalid = assembly.execution.invalid};

  Header header;
  header.protocol_version = next_version();
  header.chain_id = chain_id_;
  header.height = order.height;
  header.time = order.time;
  header.parent = tip_.digest;
  header.proposer = proposer;
  header.beta_proof = signer.prove(beta_input());
  const auto beta = policies::vrf_output(header.beta_proof);
  MNRT_CHECK(beta.has_value());
  header.beta.assign(beta->begin(), beta->end());
  header.parent_seals = order.parent_seals;
  auto done = executed(std::move(assembly.execution), std::move(header), std::move(assembly.transactions));
  remember(done);
  return {.block = done->block, .dropped = std::move(assembly.dropped), .invalid = {}};
}

std::string Chain::check(const std::shared_ptr<const Block>& block, const policies::Pool& pool) {
  if (executed_.contains(block->digest)) return {};
  if (auto stop = stop_reason(); !stop.empty()) return stop;
  for (const auto& transaction : block->transactions) {
    // What the pool holds, byte for byte, was verified on its way in.
    const auto known = pool.pending(transaction->id);
    if (known && *known->frame == *transaction->frame) continue;
    if (auto verified = messages::verify_frame(transaction, chain_id_); !verified)
      return std::string{name_of(verified.error())};
  }
  if (auto wrong = check_against_parent(block->header); !wrong.empty()) return wrong;
  auto execution =
      policies::execute(context(block->header.time, block->header.proposer), block->transactions, state_);
  if (execution.invalid) return std::string{name_of(execution.invalid->refusal)};
  auto done = executed(std::move(execution), block->header, block->transactions);
  if (done->block->digest != block->digest) return "header_differs_from_execution";
  remember(done);
  return {};
}

std::string Chain::check_against_parent(const Header& header) const {
  if (header.protocol_version != next_version()) return "unsupported_version";
  if (header.chain_id != chain_id_) return "wrong_chain";
  if (header.time <= tip_.time) return "time_not_after_parent";
  const auto* proposer = seat(header.proposer);
  if (proposer == nullptr) return "proposer_not_in_set";
  const auto beta = policies::vrf_verify(proposer->consensus_key, beta_input(), header.beta_proof);
  if (!beta || !std::ranges::equal(*beta, header.beta)) return "beta_wrong";
  if (tip_.height.value == 0)
    return header.parent_seals == policies::SealSet{} ? "" : "parent_seals_of_genesis";
  // Those that I hold made the parent final here: they were verified then.
  const auto fault = fault_of_seals(header.parent_seals,
                                    {.chain_id = chain_id_,
                                     .height = tip_.height,
                                     .digest = tip_.digest,
                                     .validators = sealing_validators_},
                                    &tip_.seals);
  return fault.empty() ? "" : "parent_seals_wrong";
}

std::optional<policies::RivalFinal> Chain::rival_of_tip(const Header& child) const {
  if (child.height != next(tip_.height) || child.parent == tip_.digest || tip_.height.value == 0)
    return std::nullopt;
  const SealedBlock rival{.chain_id = chain_id_,
                          .height = tip_.height,
                          .digest = child.parent,
                          .validators = sealing_validators_};
  if (!fault_of_seals(child.parent_seals, rival).empty()) return std::nullopt;
  return policies::RivalFinal{tip_.height, child.parent, child.parent_seals, sealing_validators_};
}

std::optional<policies::RivalFinal> Chain::rival_of_tip(const policies::Decision& decision) const {
  const auto& block = *decision.block;
  if (block.header.height != tip_.height || block.digest == tip_.digest) return std::nullopt;
  return policies::RivalFinal{tip_.height, block.digest, decision.seals, sealing_validators_};
}

Chain::Commit Chain::commit(const policies::Decision& decision) {
  const auto& block = decision.block;
  auto found = executed_.find(block->digest);
  if (found == executed_.end()) {
    // Decided without my vote. A quorum sealed it, so it must execute to its own header.
    auto execution =
        policies::execute(context(block->header.time, block->header.proposer), block->transactions, state_);
    if (execution.invalid) throw other_than_sealed(block->header.height);
    auto done = executed(std::move(execution), block->header, block->transactions);
    if (done->block->digest != block->digest) throw other_than_sealed(block->header.height);
    remember(done);
    found = executed_.find(block->digest);
  }
  const auto& done = found->second;
  Commit commit{
      {},
      std::make_shared<FinalBlock>(FinalBlock{done->block, decision.seals, done->execution.outcomes}),
      done,
      totals_with(*done)};
  add_block_rows(*commit.block, commit.rows);
  add_state_rows(done->execution.changes, commit.rows);
  add_tree(*done, commit);
  add_log_rows(chain_id_, log_, *done, commit.rows);
  commit.rows.push_back(
      {messages::Table::meta, messages::meta_day_totals_key(), messages::encode_day_totals(commit.totals)});
  prune(block->header, commit.rows);
  return commit;
}

void Chain::add_tree(const ExecutedBlock& executed, Commit& commit) const {
  const auto height = executed.block->header.height;
  commit.writes_nodes = writes_nodes(options_.tree, tree_, executed.tree, executed.tree_updates.size());
  if (!commit.writes_nodes) return add_tree_updates(executed.tree_updates, height, commit.rows);
  auto nodes = tree_.unwritten;
  nodes.apply(executed.tree);
  add_tree_rows(nodes.take(), height, tree_.unwritten_heights, commit.rows);
}

policies::DayTotals Chain::totals_with(const ExecutedBlock& executed) const {
  const auto before = state_.read(policies::pools_key());
  MNRT_CHECK(before.has_value());
  const auto& treasury_before = std::get<policies::PoolsRow>(*before).treasury;
  const auto changed = executed.execution.changes.find(policies::pools_key());
  const auto& treasury_after = changed == executed.execution.changes.end()
                                   ? treasury_before
                                   : std::get<policies::PoolsRow>(*changed->second).treasury;
  return policies::with_block(totals_, {.time = executed.block->header.time,
                                        .transactions = executed.block->transactions.size(),
                                        .treasury_before = treasury_before,
                                        .treasury_after = treasury_after});
}

void Chain::prune(const Header& header, messages::Batch& rows) {
  const LedgerView ledger{store_.snapshot()};
  const PruneLimits limits{.blocks = options_.retention_blocks,
                           .tree_versions = 2 * options_.checkpoint_interval};
  if (!options_.archive) oldest_body_ = add_pruned_bodies(ledger, header, oldest_body_, limits, rows);
  add_pruned_nodes(ledger.snapshot(), header.height, limits, rows);
}

void Chain::advance(const Commit& commit) {
  const auto& header = commit.block->block->header;
  state_.apply(commit.executed->execution.changes);
  nodes_.apply(commit.executed->tree);
  if (commit.writes_nodes) {
    tree_ = {.root = commit.executed->tree.root};
  } else {
    tree_.root = commit.executed->tree.root;
    tree_.unwritten.apply(commit.executed->tree);
    tree_.unwritten_heights.push_back(header.height);
    tree_.unwritten_updates += commit.executed->tree_updates.size();
  }
  log_ = commit.executed->execution.log;
  totals_ = commit.totals;
  beta_ = header.beta;
  sealing_validators_ = std::move(tip_.validators);
  tip_ = {.height = header.height,
          .digest = commit.block->block->digest,
          .time = header.time,
          .proposer = header.proposer,
          .seals = commit.block->seals,
          .validators = commit.executed->execution.next_validators};
  executed_.clear();
}

void Chain::remember(std::shared_ptr<const ExecutedBlock> done) {
  if (executed_.size() >= candidates_max) executed_.erase(executed_.begin());
  const auto digest = done->block->digest;
  executed_.emplace(digest, std::move(done));
}

const policies::Validator* Chain::seat(const policies::Address& address) const {
  const auto place = policies::index_of(tip_.validators, address);
  return place ? &tip_.validators[*place] : nullptr;
}

policies::BlockContext Chain::next_context(policies::BlockTime time) const {
  return context(std::max(time, policies::BlockTime{tip_.time.ms + 1}), tip_.validators.front().address);
}

}  // namespace mnrt::actors
