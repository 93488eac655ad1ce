#include <benchmark/benchmark.h>

#include <algorithm>
#include <map>
#include <vector>

#include "policies/crypto/hash.hpp"
#include "policies/state_tree/state_proof.hpp"
#include "policies/state_tree/state_tree.hpp"

// The state root of a block that changes 1,000 rows, in trees of 10^3 to 10^6 rows, nodes cached.
namespace {

using namespace mnrt::policies;

constexpr std::size_t updates_a_block = 1'000;

Bytes number(std::uint64_t n) {
  Bytes bytes(8);
  for (auto& byte : bytes) {
    byte = static_cast<std::uint8_t>(n);
    n >>= 8;
  }
  return bytes;
}

class Shelf final : public NodeReader {
 public:
  std::optional<Bytes> read(const NodeKey& key) const override {
    const auto found = nodes_.find(key);
    if (found == nodes_.end()) return std::nullopt;
    return found->second;
  }
  void apply(const TreeChange& change) {
    for (const auto& [key, node] : change.written) nodes_[key] = node->encode();
  }

 private:
  std::map<NodeKey, Bytes> nodes_;
};

struct Grown {
  explicit Grown(std::size_t rows, std::size_t cache_bytes) : cache(cache_bytes) {
    std::vector<TreeUpdate> updates;
    for (std::size_t i = 0; i < rows; ++i)
      updates.push_back({.path = state_path(number(i)), .value_hash = blake3(number(i))});
    std::ranges::sort(updates, {}, &TreeUpdate::path);
    for (const auto& update : updates) paths.push_back(update.path);
    auto change = update_state_tree(shelf, cache, root, height, updates).value();
    shelf.apply(change);
    cache.apply(change);
    root = change.root;
  }

  // Changes rows of `active` ones, spread over the whole tree.
  std::vector<TreeUpdate> next_block(std::size_t active) {
    std::vector<TreeUpdate> updates;
    for (std::size_t i = 0; i < updates_a_block; ++i) {
      seed = seed * 6364136223846793005ULL + 1442695040888963407ULL;
      updates.push_back({.path = paths[(seed >> 33) % active * (paths.size() / active)],
                         .value_hash = blake3(number(seed))});
    }
    std::ranges::sort(updates, {}, &TreeUpdate::path);
    const auto same = std::ranges::unique(updates, {}, &TreeUpdate::path);
    updates.erase(same.begin(), same.end());
    return updates;
  }

  Shelf shelf;
  NodeCache cache;
  StateTreeRoot root;
  Height height;
  std::vector<Digest> paths;
  std::uint64_t seed{1};
};

void state_root_of_a_block(benchmark::State& state) {
  Grown grown(static_cast<std::size_t>(state.range(0)), std::size_t{1} << 30);
  const auto active = static_cast<std::size_t>(state.range(1));
  std::size_t updated = 0;
  std::size_t written_bytes = 0;
  for (auto _ : state) {
    state.PauseTiming();
    const auto updates = grown.next_block(active);
    grown.height = next(grown.height);
    state.ResumeTiming();
    auto change = update_state_tree(grown.shelf, grown.cache, grown.root, grown.height, updates).value();
    for (const auto& written : change.written) written_bytes += written.node->encode().size();
    grown.cache.apply(change);
    grown.root = change.root;
    updated += updates.size();
  }
  const auto count = static_cast<double>(updated);
  state.counters["s_per_update"] =
      benchmark::Counter(count, benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
  state.counters["bytes_per_update"] = static_cast<double>(written_bytes) / count;
  state.counters["cache_MiB"] = static_cast<double>(grown.cache.bytes()) / (1 << 20);
}

void proof_of_a_row(benchmark::State& state) {
  const Grown grown(static_cast<std::size_t>(state.range(0)), 0);
  std::size_t place = 0;
  for (auto _ : state) {
    place = (place + 7'919) % grown.paths.size();
    benchmark::DoNotOptimize(prove_path(grown.shelf, grown.root, grown.paths[place]).has_value());
  }
}

}  // namespace

// All rows equally busy, and a thousand busy ones among the many.
BENCHMARK(state_root_of_a_block)
    ->ArgNames({"rows", "active"})
    ->Args({1'000, 1'000})
    ->Args({10'000, 10'000})
    ->Args({100'000, 100'000})
    ->Args({1'000'000, 1'000'000})
    ->Args({10'000, 1'000})
    ->Args({100'000, 1'000})
    ->Args({1'000'000, 1'000})
    ->Unit(benchmark::kMicrosecond);
BENCHMARK(proof_of_a_row)->Arg(100'000)->Unit(benchmark::kMicrosecond);
