#include "actors/block_rows.hpp"

#include <algorithm>
#include <numeric>
#include <utility>

#include "actors/chain.hpp"
#include "actors/stored_tree.hpp"
#include "messages/block_codec.hpp"
#include "messages/genesis_codec.hpp"
#include "messages/history_codec.hpp"
#include "messages/keys.hpp"
#include "messages/outcome_codec.hpp"
#include "messages/sign_state_codec.hpp"
#include "messages/state_codec.hpp"
#include "policies/check.hpp"
#include "policies/ledger/genesis_state.hpp"
#include "policies/limits.hpp"
#include "policies/notary/leaf.hpp"
#include "policies/notary/log.hpp"
#include "policies/state_tree/node_cache.hpp"

namespace mnrt::actors {
namespace {

using messages::Table;
using policies::Bytes;
using policies::Height;

constexpr std::int64_t day_ms = 24 * 60 * 60 * 1'000;
constexpr int bodies_pruned_max = 4;
constexpr std::size_t nodes_pruned_max =
    64 * policies::limits::block_transactions_max;  ///< more than a block touches

/// In the order of their keys: the store then goes down much the same way for one after the other.
void add_transaction_rows(const FinalBlock& final, messages::Batch& rows) {
  const auto& transactions = final.block->transactions;
  std::vector<std::uint32_t> by_id(transactions.size());
  std::iota(by_id.begin(), by_id.end(), 0U);
  std::ranges::sort(by_id, {}, [&](std::uint32_t index) -> auto& { return transactions[index]->id; });
  for (const auto index : by_id)
    rows.push_back(
        {Table::transactions, messages::transaction_key(transactions[index]->id),
         messages::encode_transaction_record({final.block->header.height, index, final.outcomes[index]})});
}

/// One row for each account that the block's transactions name.
void add_history_rows(const policies::Block& block, messages::Batch& rows) {
  using Named = std::pair<policies::Address, std::uint32_t>;
  std::vector<Named> named;
  named.reserve(2 * block.transactions.size());
  for (std::uint32_t index = 0; index < block.transactions.size(); ++index) {
    const auto& transaction = block.transactions[index]->body;
    named.emplace_back(transaction.sender, index);
    for (const auto& operation : transaction.operations)
      if (const auto* transfer = std::get_if<policies::Transfer>(&operation))
        named.emplace_back(transfer->to, index);
  }
  std::ranges::sort(named);
  named.erase(std::ranges::unique(named).begin(), named.end());
  std::vector<messages::HistoryEntry> entries;
  for (auto first = named.begin(); first != named.end();) {
    const auto account = first->first;
    entries.clear();
    for (; first != named.end() && first->first == account; ++first)
      entries.push_back({first->second, block.transactions[first->second]->id});
    rows.push_back({Table::history, messages::history_key(account, block.header.height),
                    messages::encode_history(entries)});
  }
}

}  // namespace

messages::Batch genesis_rows(const policies::Genesis& genesis) {
  messages::Batch rows;
  rows.push_back(
      {Table::meta, messages::meta_format_key(), messages::encode_number(messages::disk_format_version)});
  rows.push_back({Table::meta, messages::meta_genesis_key(), messages::encode_genesis(genesis)});
  rows.push_back({Table::meta, messages::meta_final_key(), messages::encode_number(0)});
  const auto state = policies::genesis_state(genesis);
  add_state_rows(state, rows);
  std::vector<policies::TreeUpdate> updates;
  for (const auto& [key, row] : state)
    updates.push_back({policies::state_path(key), policies::state_value_hash(messages::encode_row(*row))});
  std::ranges::sort(updates, {}, &policies::TreeUpdate::path);
  struct NoNodes final : policies::NodeReader {
    std::optional<Bytes> read(const policies::NodeKey&) const override { return std::nullopt; }
  };
  policies::NodeCache cache{0};
  const auto tree = policies::update_state_tree(NoNodes{}, cache, {}, {}, updates);
  MNRT_CHECK(tree.has_value());
  add_tree_rows(*tree, {}, {}, rows);
  return rows;
}

messages::Row sign_state_row(const policies::SignState& state) {
  return {Table::sign_state, messages::sign_state_key(), messages::encode_sign_state(state)};
}

void add_block_rows(const FinalBlock& final, messages::Batch& rows) {
  const auto& block = *final.block;
  const auto height = block.header.height;
  rows.push_back({Table::meta, messages::meta_final_key(), messages::encode_number(height.value)});
  rows.push_back({Table::headers, messages::height_key(height),
                  messages::encode_sealed_header(
                      {block.header, final.seals, static_cast<std::uint32_t>(block.transactions.size())})});
  rows.push_back(
      {Table::blocks, messages::height_key(height), messages::encode_transactions(block.transactions)});
  rows.push_back({Table::block_heights, messages::block_height_key(block.digest),
                  messages::encode_number(height.value)});
  add_transaction_rows(final, rows);
  add_history_rows(block, rows);
}

void add_state_rows(const policies::StateChanges& changes, messages::Batch& rows) {
  for (const auto& [key, row] : changes)
    rows.push_back({Table::state, key, row ? std::optional{messages::encode_row(*row)} : std::nullopt});
}

void add_log_rows(const policies::Digest& chain_id, policies::LogRow log, const ExecutedBlock& executed,
                  messages::Batch& rows) {
  const auto& header = executed.block->header;
  const auto origin = policies::origin_of(chain_id);
  for (const auto& leaf : executed.execution.leaves) {
    const auto text = policies::to_text(policies::Leaf{.origin = origin,
                                                       .document = leaf.document,
                                                       .label_hash = leaf.label_hash,
                                                       .transaction = leaf.transaction,
                                                       .height = header.height,
                                                       .time = header.time});
    const Bytes bytes{text.begin(), text.end()};
    const auto hashes = policies::append(log, policies::leaf_hash(bytes));
    rows.push_back({Table::log, policies::log_leaf_key(leaf.index), bytes});
    rows.push_back({Table::log, policies::log_hashes_key(leaf.index), policies::encode_log_hashes(hashes)});
    rows.push_back({Table::log, policies::log_document_key(leaf.document, leaf.index), Bytes{}});
  }
  MNRT_CHECK(log == executed.execution.log);
}

Read<std::optional<Height>> oldest_body(const Snapshot& snapshot) {
  auto found = snapshot.scan(Table::blocks, {}, {}, 1);
  if (!found) return std::unexpected(found.error());
  if (found->empty()) return std::nullopt;
  auto height = messages::height_of_key(found->front().key);
  if (!height) return std::unexpected(StoreError{StoreError::Kind::corrupted, "a block's key is damaged"});
  return *height;
}

Height add_pruned_bodies(const LedgerView& ledger, const policies::Header& tip, Height oldest,
                         const PruneLimits& limits, messages::Batch& rows) {
  for (int i = 0; i < bodies_pruned_max; ++i) {
    if (oldest.value + limits.blocks >= tip.height.value) break;
    const auto header = ledger.header(oldest);
    if (!header || !*header || (*header)->header.time.ms + day_ms > tip.time.ms) break;
    rows.push_back({Table::blocks, messages::height_key(oldest), std::nullopt});
    oldest = next(oldest);
  }
  return oldest;
}

void add_pruned_nodes(const Snapshot& snapshot, Height tip, const PruneLimits& limits,
                      messages::Batch& rows) {
  if (tip.value <= limits.tree_versions) return;
  const Height since{tip.value - limits.tree_versions};
  const auto from = messages::tree_stale_key(since, {}, {});
  const auto to = messages::tree_stale_key(next(since), {}, {});
  const auto marks = snapshot.scan(Table::tree, from, to, nodes_pruned_max);
  if (!marks) return;
  for (const auto& [key, value] : *marks) {
    rows.push_back({Table::tree, messages::stale_node_of_key(key), std::nullopt});
    rows.push_back({Table::tree, key, std::nullopt});
  }
}

}  // namespace mnrt::actors
