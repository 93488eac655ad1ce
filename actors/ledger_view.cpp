#include "actors/ledger_view.hpp"

#include <algorithm>
#include <ranges>
#include <tuple>
#include <utility>

#include "actors/damage.hpp"
#include "actors/stored_tree.hpp"
#include "messages/block_codec.hpp"
#include "messages/day_totals_codec.hpp"
#include "messages/genesis_codec.hpp"
#include "messages/history_codec.hpp"
#include "messages/keys.hpp"
#include "messages/outcome_codec.hpp"
#include "messages/sign_state_codec.hpp"
#include "messages/state_codec.hpp"
#include "policies/state_tree/state_proof.hpp"

namespace mnrt::actors {
namespace {

using messages::Table;
using policies::Bytes;
using policies::ByteView;

/// A proof reads few nodes; after heavy load a few thousand of them twice.
constexpr std::size_t proof_cache_bytes = std::size_t{8} << 20;

std::unexpected<StoreError> corrupted(Table table, messages::DecodeError error) {
  return std::unexpected(StoreError{
      StoreError::Kind::corrupted, "a row of the table `" + std::string{messages::name_of(table)} +
                                       "` does not decode (" + std::string{messages::name_of(error)} +
                                       "): the database is damaged; restore a backup of the data directory"});
}

/// A row through a decoder; no row stays no row.
template <class Decode>
auto decoded(const Snapshot& snapshot, Table table, ByteView key, Decode decode)
    -> Read<std::optional<typename decltype(decode(ByteView{}))::value_type>> {
  auto bytes = snapshot.get(table, key);
  if (!bytes) return std::unexpected(bytes.error());
  if (!*bytes) return std::nullopt;
  auto value = decode(ByteView{**bytes});
  if (!value) return corrupted(table, value.error());
  return std::move(*value);
}

}  // namespace

LedgerView::LedgerView(std::shared_ptr<const Snapshot> snapshot) : snapshot_(std::move(snapshot)) {}

Read<std::optional<policies::Genesis>> LedgerView::genesis() const {
  return decoded(*snapshot_, Table::meta, messages::meta_genesis_key(), messages::decode_genesis);
}

Read<std::optional<policies::Height>> LedgerView::tip() const {
  auto number = decoded(*snapshot_, Table::meta, messages::meta_final_key(), messages::decode_number);
  if (!number) return std::unexpected(number.error());
  if (!*number) return std::nullopt;
  return policies::Height{**number};
}

Read<std::optional<policies::SignState>> LedgerView::sign_state() const {
  return decoded(*snapshot_, Table::sign_state, messages::sign_state_key(), messages::decode_sign_state);
}

Read<policies::DayTotals> LedgerView::day_totals() const {
  auto totals =
      decoded(*snapshot_, Table::meta, messages::meta_day_totals_key(), messages::decode_day_totals);
  if (!totals) return std::unexpected(totals.error());
  return totals->value_or(policies::DayTotals{});
}

Read<std::optional<FinalHeader>> LedgerView::header(policies::Height height) const {
  auto sealed =
      decoded(*snapshot_, Table::headers, messages::height_key(height), messages::decode_sealed_header);
  if (!sealed) return std::unexpected(sealed.error());
  if (!*sealed) return std::nullopt;
  const auto digest = messages::digest_of((*sealed)->header);
  return FinalHeader{std::move((*sealed)->header), digest, std::move((*sealed)->seals),
                     (*sealed)->transactions};
}

Read<std::optional<policies::Decision>> LedgerView::decision(policies::Height height) const {
  auto head = header(height);
  if (!head) return std::unexpected(head.error());
  if (!*head) return std::nullopt;
  auto body = decoded(*snapshot_, Table::blocks, messages::height_key(height), messages::decode_transactions);
  if (!body) return std::unexpected(body.error());
  if (!*body) return std::nullopt;

  auto block = std::make_shared<policies::Block>();
  block->header = std::move((*head)->header);
  block->digest = (*head)->digest;
  block->transactions = std::move(**body);
  return policies::Decision{std::move(block), std::move((*head)->seals)};
}

Read<std::optional<FinalBlock>> LedgerView::block(policies::Height height) const {
  auto decided = decision(height);
  if (!decided) return std::unexpected(decided.error());
  if (!*decided) return std::nullopt;
  FinalBlock final{std::move((*decided)->block), std::move((*decided)->seals), {}};
  for (const auto& transaction : final.block->transactions) {
    auto record = this->transaction(transaction->id);
    if (!record) return std::unexpected(record.error());
    if (!*record) return corrupted(Table::transactions, messages::DecodeError::inconsistent);
    final.outcomes.push_back(std::move((*record)->outcome));
  }
  return final;
}

Read<std::optional<policies::Height>> LedgerView::height_of_block(const policies::Digest& digest) const {
  auto number =
      decoded(*snapshot_, Table::block_heights, messages::block_height_key(digest), messages::decode_number);
  if (!number) return std::unexpected(number.error());
  if (!*number) return std::nullopt;
  return policies::Height{**number};
}

Read<std::optional<TransactionRecord>> LedgerView::transaction(const policies::Digest& id) const {
  return decoded(*snapshot_, Table::transactions, messages::transaction_key(id),
                 messages::decode_transaction_record);
}

Read<std::optional<policies::StateRow>> LedgerView::row(const policies::StateKey& key) const {
  return decoded(*snapshot_, Table::state, key,
                 [&](ByteView bytes) { return messages::decode_row(key, bytes); });
}

std::optional<policies::StateRow> LedgerView::read(const policies::StateKey& key) const {
  auto found = row(key);
  if (!found) throw_error(found.error());
  return std::move(*found);
}

Read<std::vector<NamedService>> LedgerView::services(const std::string& after, std::size_t limit) const {
  const auto first = policies::service_key("");
  auto from = policies::service_key(after);
  if (!after.empty()) from.push_back(0);
  auto rows = snapshot_->scan(Table::state, from, messages::after_prefix(first), limit);
  if (!rows) return std::unexpected(rows.error());
  std::vector<NamedService> services;
  for (auto& [key, value] : *rows) {
    auto row = messages::decode_row(key, value);
    if (!row) return corrupted(Table::state, row.error());
    services.push_back({std::string{key.begin() + static_cast<std::ptrdiff_t>(first.size()), key.end()},
                        std::get<policies::ServiceRow>(std::move(*row))});
  }
  return services;
}

Read<std::vector<LedgerView::HistoryEntry>> LedgerView::history(const policies::Address& address,
                                                                policies::Height below_height,
                                                                std::uint32_t below_index,
                                                                std::size_t limit) const {
  // Each row holds at least one entry, and the first one's may all lie at or above the bound.
  const auto end = below_height == policies::Height{UINT64_MAX}
                       ? messages::after_prefix(address.bytes)
                       : messages::history_key(address, next(below_height));
  auto rows = snapshot_->scan(Table::history, messages::history_key(address, {}), end, limit + 1, true);
  if (!rows) return std::unexpected(rows.error());
  std::vector<HistoryEntry> entries;
  for (const auto& [key, value] : *rows) {
    const auto height = messages::height_of_history_key(key);
    const auto row = messages::decode_history(value);
    if (!height || !row) return corrupted(Table::history, height ? row.error() : height.error());
    for (const auto& [index, transaction] : *row | std::views::reverse) {
      if (entries.size() == limit) return entries;
      if (std::tie(*height, index) < std::tie(below_height, below_index))
        entries.push_back({*height, index, transaction});
    }
  }
  return entries;
}

Read<LedgerView::StateProof> LedgerView::proof(const policies::StateKey& key) const try {
  auto height = tip();
  if (!height) return std::unexpected(height.error());
  policies::NodeCache cache{proof_cache_bytes};
  auto tree = tree_at_tip(snapshot_, cache);
  if (!tree) return std::unexpected(tree.error());
  const StoredNodes stored{snapshot_};
  auto proven = policies::prove_path(policies::LayeredNodes{tree->unwritten, stored}, tree->root,
                                     policies::state_path(key));
  if (!proven) return corrupted(Table::tree, messages::DecodeError::inconsistent);
  auto value = snapshot_->get(Table::state, key);
  if (!value) return std::unexpected(value.error());
  return StateProof{height->value_or(policies::Height{}), std::move(*value),
                    policies::encode_proof(proven->proof)};
} catch (const Damaged& damage) {
  return std::unexpected(StoreError{StoreError::Kind::corrupted, damage.what()});
}

Read<std::optional<Bytes>> LedgerView::local(ByteView key) const {
  return snapshot_->get(Table::local, key);
}

}  // namespace mnrt::actors
