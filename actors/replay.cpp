#include "actors/replay.hpp"

#include <fmt/format.h>

#include <array>
#include <utility>

#include "actors/block_rows.hpp"
#include "actors/chain.hpp"
#include "actors/ledger_view.hpp"
#include "actors/memory_store.hpp"
#include "actors/seal_check.hpp"
#include "actors/stored_tree.hpp"
#include "messages/genesis_codec.hpp"

namespace mnrt::actors {
namespace {

using messages::Table;

constexpr std::size_t cache_bytes = std::size_t{64} << 20;
constexpr std::size_t page_rows = 1'000;

std::unexpected<ReplayFault> fault(std::string text) {
  return std::unexpected(ReplayFault{.text = std::move(text)});
}

std::unexpected<ReplayFault> differs(policies::Height height, std::string_view what) {
  return fault(fmt::format("block {}: {}", height.value, what));
}

/// What is different between one table of two stores; empty: nothing.
std::string difference(Table table, const Snapshot& stored, const Snapshot& computed) {
  policies::Bytes from;
  for (;;) {
    auto a = stored.scan(table, from, {}, page_rows);
    auto b = computed.scan(table, from, {}, page_rows);
    if (!a) return a.error().text;
    if (!b) return b.error().text;
    for (std::size_t i = 0; i < std::max(a->size(), b->size()); ++i)
      if (i >= a->size() || i >= b->size() || (*a)[i].key != (*b)[i].key || (*a)[i].value != (*b)[i].value)
        return fmt::format("the table `{}` differs at the key {}", messages::name_of(table),
                           policies::to_hex(i < a->size() ? (*a)[i].key : (*b)[i].key));
    if (a->size() < page_rows) return {};
    from = std::move(a->back().key);
    from.push_back(0);
  }
}

void append(Store& store, messages::Batch rows) {
  store.append(std::move(rows), [](auto) {});  // memory can't fail
}

}  // namespace

std::expected<Replayed, ReplayFault> replay(const Store& stored) {
  const LedgerView ledger{stored.snapshot()};
  const auto genesis = ledger.genesis();
  if (!genesis) return fault(genesis.error().text);
  if (!*genesis) return fault("there is no genesis");
  const auto tip = ledger.tip();
  if (!tip) return fault(tip.error().text);

  const auto oldest = oldest_body(ledger.snapshot());
  if (!oldest) return fault(oldest.error().text);
  if (oldest->value_or(policies::Height{1}) > policies::Height{1})
    return std::unexpected(ReplayFault{
        .kind = ReplayFault::Kind::pruned,
        .text = fmt::format("the bodies of blocks are kept from height {} on", (*oldest)->value)});

  MemoryStore memory;
  append(memory, genesis_rows(**genesis));
  auto chain = Chain::open(memory, {.state_cache_bytes = cache_bytes, .archive = true});
  if (!chain) return fault(chain.error().text);
  const policies::Pool nothing_verified_yet;
  Replayed replayed;
  for (policies::Height height{1}; height <= tip->value_or(policies::Height{}); height = next(height)) {
    const auto block = ledger.block(height);
    if (!block) return differs(height, block.error().text);
    if (!*block) return differs(height, "its body is not stored, so the chain can't be executed again");
    if ((*block)->block->header.height != height || (*block)->block->header.parent != (*chain)->tip().digest)
      return differs(height, "it does not follow its parent");
    const auto& digest = (*block)->block->digest;
    if (auto wrong = fault_of_seals((*block)->seals, {.chain_id = (*chain)->chain_id(),
                                                      .height = height,
                                                      .digest = digest,
                                                      .validators = (*chain)->tip().validators});
        !wrong.empty())
      return differs(height, wrong);
    if (auto wrong = (*chain)->check((*block)->block, nothing_verified_yet); !wrong.empty())
      return differs(height, wrong);
    auto commit = (*chain)->commit({(*block)->block, (*block)->seals});
    if (commit.block->outcomes != (*block)->outcomes) return differs(height, "its outcomes are others");
    append(memory, std::exchange(commit.rows, {}));
    (*chain)->advance(commit);
    replayed.transactions += (*block)->outcomes.size();
  }
  replayed.height = (*chain)->tip().height;

  const auto computed = memory.snapshot();
  policies::NodeCache cache{cache_bytes};
  const auto computed_tree = tree_at_tip(computed, cache);
  policies::NodeCache stored_cache{cache_bytes};
  const auto tree = tree_at_tip(ledger.shared_snapshot(), stored_cache);
  if (!tree) return fault(tree.error().text);
  if (!computed_tree || computed_tree->root != tree->root) return fault("the state root differs");
  for (const auto table : std::array{Table::state, Table::log})
    if (auto what = difference(table, ledger.snapshot(), *computed); !what.empty()) return fault(what);
  replayed.state_root = tree->root.digest;
  return replayed;
}

}  // namespace mnrt::actors
