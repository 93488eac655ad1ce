#include <benchmark/benchmark.h>

#include <cstdlib>
#include <filesystem>
#include <future>
#include <stdexcept>

#include "runtime/store/store.hpp"

// Synced appends, on the disk that holds the temporary folder (TMPDIR chooses it).
namespace {

using mnrt::messages::Batch;
using mnrt::messages::Table;
using mnrt::policies::Bytes;

class Opened {
 public:
  Opened() {
    auto pattern = (std::filesystem::temp_directory_path() / "mnrt-bench-XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("no temporary folder");
    folder_ = pattern;
    auto opened = mnrt::runtime::open_store(folder_ / "db",
                                            {.block_cache_bytes = 64 << 20, .write_buffer_bytes = 64 << 20});
    if (!opened) throw std::runtime_error(opened.error().text);
    store_ = *std::move(opened);
  }
  ~Opened() {
    store_.reset();
    std::filesystem::remove_all(folder_);
  }
  Opened(const Opened&) = delete;
  Opened& operator=(const Opened&) = delete;
  mnrt::actors::Store& operator*() { return *store_; }

 private:
  std::filesystem::path folder_;
  std::unique_ptr<mnrt::actors::Store> store_;
};

void append(mnrt::actors::Store& store, Batch rows) {
  std::promise<void> done;
  store.append(std::move(rows), [&](auto result) {
    if (!result) std::abort();
    done.set_value();
  });
  done.get_future().wait();
}

Bytes key_of(std::uint64_t n) {
  Bytes key(32);
  for (int i = 0; i < 8; ++i) key[static_cast<std::size_t>(i)] = static_cast<std::uint8_t>(n >> (56 - 8 * i));
  return key;
}

std::uint64_t mixed(std::uint64_t n) {
  n = (n ^ n >> 30) * 0xbf58476d1ce4e5b9ULL;
  n = (n ^ n >> 27) * 0x94d049bb133111ebULL;
  return n ^ n >> 31;
}

void synced_append_of_one_row(benchmark::State& state) {
  Opened store;
  std::uint64_t n = 0;
  for (auto _ : state)
    append(*store, {{Table::blocks, key_of(n++), Bytes(static_cast<std::size_t>(state.range(0)), 1)}});
  state.SetBytesProcessed(state.iterations() * state.range(0));
}

void synced_append_of_1000_rows(benchmark::State& state) {
  const bool random = state.range(0) == 1;
  Opened store;
  std::uint64_t n = 0;
  for (auto _ : state) {
    Batch rows;
    for (int i = 0; i < 1'000; ++i, ++n)
      rows.push_back({Table::tree, key_of(random ? mixed(n) : n), Bytes(200, 1)});
    append(*store, std::move(rows));
  }
  state.SetItemsProcessed(state.iterations() * 1'000);
}

// What waits while a sync runs shares the next one.
void appends_in_flight(benchmark::State& state) {
  Opened store;
  std::uint64_t n = 0;
  const auto window = static_cast<std::uint64_t>(state.range(0));
  for (auto _ : state) {
    std::promise<void> last;
    for (std::uint64_t i = 0; i < window; ++i)
      (*store).append({{Table::local, key_of(n++), Bytes(200, 1)}}, [&, i](auto) {
        if (i + 1 == window) last.set_value();
      });
    last.get_future().wait();
  }
  state.SetItemsProcessed(state.iterations() * state.range(0));
}

void read_of_one_row(benchmark::State& state) {
  Opened store;
  for (std::uint64_t base = 0; base < 100'000; base += 1'000) {
    Batch rows;
    for (std::uint64_t i = 0; i < 1'000; ++i)
      rows.push_back({Table::state, key_of(mixed(base + i)), Bytes(200, 1)});
    append(*store, std::move(rows));
  }
  const auto snapshot = (*store).snapshot();
  std::uint64_t n = 0;
  for (auto _ : state)
    benchmark::DoNotOptimize(snapshot->get(Table::state, key_of(mixed(n++ * 7'919 % 100'000))).has_value());
}

}  // namespace

BENCHMARK(synced_append_of_one_row)->Arg(200)->Arg(200'000)->UseRealTime()->Unit(benchmark::kMicrosecond);
BENCHMARK(synced_append_of_1000_rows)
    ->ArgName("random")
    ->Arg(0)
    ->Arg(1)
    ->UseRealTime()
    ->Unit(benchmark::kMicrosecond);
BENCHMARK(appends_in_flight)->Arg(1)->Arg(64)->UseRealTime()->Unit(benchmark::kMicrosecond);
BENCHMARK(read_of_one_row)->Unit(benchmark::kMicrosecond);
