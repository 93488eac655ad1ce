#include "sims/checkers.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "actors/block_rows.hpp"
#include "actors/chain.hpp"
#include "actors/memory_store.hpp"

namespace mnrt::sims {
namespace {

std::string field(const policies::Note& note, std::string_view name) {
  for (const auto& [key, value] : note.fields)
    if (key == name) return value;
  return {};
}

}  // namespace

void Checkers::violated(std::string what) {
  if (!violation_) violation_ = std::move(what);
}

void Checkers::noted(const policies::Note& note) {
  if (note.code == "message_signed") signed_once(note);
  if (note.code == "block_final") heights_ascend(note);
}

void Checkers::signed_once(const policies::Note& note) {
  const auto digest = field(note, "digest");
  const auto key = std::tuple{field(note, "height"), field(note, "round"), field(note, "step")};
  const auto [known, fresh] = signed_.emplace(key, digest);
  if (!fresh && known->second != digest)
    violated(fmt::format("two digests signed for height {} round {} step {}: {} and {}", std::get<0>(key),
                         std::get<1>(key), std::get<2>(key), known->second, digest));
}

void Checkers::heights_ascend(const policies::Note& note) {
  const auto height = std::stoull(field(note, "height"));
  const auto [known, fresh] = final_.emplace(height, field(note, "digest"));
  if (!fresh && known->second != field(note, "digest"))
    violated(fmt::format("height {} became final twice, with different blocks", height));
  if (height > final_height_ + 1)
    violated(fmt::format("height {} became final after {}", height, final_height_));
  final_height_ = std::max<std::uint64_t>(final_height_, height);
}

void Checkers::acknowledged(const actors::api::StatusReport& report) {
  if (!report.height) return;
  const auto [known, fresh] = acknowledged_.emplace(report.id, *report.height);
  if (!fresh && known->second != *report.height)
    violated(fmt::format("transaction {} was acknowledged at heights {} and {}",
                         policies::to_hex(report.id.bytes), known->second.value, report.height->value));
}

void Checkers::check_acknowledged(const actors::LedgerView& ledger) {
  for (const auto& [id, height] : acknowledged_) {
    const auto record = ledger.transaction(id);
    if (!record || !*record || (*record)->height != height)
      violated(fmt::format("transaction {} was acknowledged as final at height {}, and is not there",
                           policies::to_hex(id.bytes), height.value));
  }
}

void Checkers::check_reexecution(const actors::LedgerView& ledger) {
  const auto genesis = ledger.genesis();
  const auto tip = ledger.tip();
  if (!genesis || !*genesis || !tip || !*tip) return violated("the store shows no chain");
  actors::MemoryStore store;
  store.append(actors::genesis_rows(**genesis), [](auto) {});
  auto chain = actors::Chain::open(store, {.state_cache_bytes = std::size_t{8} << 20, .archive = true});
  if (!chain) return violated("re-execution could not begin: " + chain.error().text);
  for (policies::Height height{1}; height <= **tip; height = next(height)) {
    auto stored = ledger.block(height);
    if (!stored || !*stored) return violated(fmt::format("block {} is missing or damaged", height.value));
    const policies::Pool empty;
    if (auto refusal = (*chain)->check((*stored)->block, empty); !refusal.empty())
      return violated(fmt::format("block {} does not execute to its own header: {}", height.value, refusal));
    auto commit = (*chain)->commit({(*stored)->block, (*stored)->seals});
    if (commit.block->outcomes != (*stored)->outcomes)
      return violated(fmt::format("block {} has other outcomes when executed again", height.value));
    store.append(std::move(commit.rows), [](auto) {});
    (*chain)->advance(commit);
  }
}

}  // namespace mnrt::sims
