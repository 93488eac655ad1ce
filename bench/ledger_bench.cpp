// What one transaction costs the ledger: admission, choice, execution. Ed25519 verification (crypto_bench) is
// the yardstick.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <cstring>
#include <map>
#include <memory>
#include <span>
#include <vector>

#include "policies/ledger/execution.hpp"
#include "policies/ledger/genesis_state.hpp"
#include "policies/ledger/pool.hpp"

using namespace mnrt::policies;

namespace {

constexpr std::size_t block_size = 2'000;

class MapReader final : public StateReader {
 public:
  std::optional<StateRow> read(const StateKey& key) const override {
    const auto found = rows.find(key);
    return found == rows.end() ? std::nullopt : std::optional{found->second};
  }
  std::map<StateKey, StateRow> rows;
};

PublicKey key_of(std::uint64_t number) {
  PublicKey key;
  std::memcpy(key.bytes.data(), &number, sizeof number);
  key.bytes[31] = 1;
  return key;
}

/// A chain of `accounts` funded accounts, of which a thousand send.
struct Ledger {
  explicit Ledger(std::size_t accounts) {
    Genesis genesis;
    genesis.network = "bench";
    genesis.owner = single_key(key_of(1));
    genesis.lease_key = key_of(2);
    genesis.validators = {Validator{.address = address_of(single_key(key_of(3))),
                                    .operated_by = address_of(genesis.owner),
                                    .consensus_key = {},
                                    .log_key = {},
                                    .cosigner_key = {},
                                    .tsa_certificate = {}}};
    genesis.parameters = default_parameters();
    auto& most = genesis.parameters[static_cast<std::size_t>(Parameter::block_transactions_max)];
    most.value = most.highest;
    for (std::size_t i = 0; i < accounts; ++i) {
      const auto policy = single_key(key_of(100 + i));
      addresses.push_back(address_of(policy));
      AccountRow row;
      row.keys = policy;
      row.balances.fill({1'000'000'000'000});
      state.rows.emplace(account_key(addresses.back()), std::move(row));
    }
    for (auto& [key, row] : genesis_state(genesis)) state.rows.emplace(key, *row);
    context = {
        .chain_id = {}, .height = {1}, .time = {1'000}, .proposer = genesis.validators.front().address};
  }

  TransactionList transfers(std::size_t count) const {
    const auto frame = std::make_shared<const Bytes>(200);
    const auto senders = std::min<std::size_t>(addresses.size(), 1'000);
    TransactionList list;
    for (std::size_t i = 0; i < count; ++i) {
      auto made = std::make_shared<SignedTransaction>();
      const auto sender = i % senders;
      made->body.sender = addresses[sender];
      made->body.nonce = i / senders;
      made->body.fee_limit = {10'000};
      made->body.priority = {i * 7'919 % 1'000};
      made->body.expiry = {100};
      // Receivers lie all over the state, so that its size shows.
      const auto receiver = (sender + 1 + i * 7'919) % addresses.size();
      made->body.operations = {Transfer{
          addresses[receiver == sender ? (receiver + 1) % addresses.size() : receiver], Token::flx, {1'000}}};
      made->signatures = {{.key = key_of(100 + sender), .signature = {}}};
      // Spread like hashes, and distinct.
      made->id = {address_of(single_key(key_of(i))).bytes};
      made->frame = frame;
      list.push_back(std::move(made));
    }
    return list;
  }

  MapReader state;
  std::vector<Address> addresses;
  BlockContext context;
};

void execute_transfers(benchmark::State& bench) {
  const Ledger ledger{static_cast<std::size_t>(bench.range(0))};
  const auto transactions = ledger.transfers(block_size);
  for (auto _ : bench) {
    auto execution = execute(ledger.context, transactions, ledger.state);
    if (execution.invalid || execution.outcomes.front().refusal != Refusal::none)
      return bench.SkipWithError("the block doesn't execute");
    benchmark::DoNotOptimize(execution);
  }
  bench.SetItemsProcessed(bench.iterations() * static_cast<std::int64_t>(block_size));
}
BENCHMARK(execute_transfers)->RangeMultiplier(10)->Range(1'000, 1'000'000)->Unit(benchmark::kMicrosecond);

void execute_notarisations(benchmark::State& bench) {
  const Ledger ledger{1'000};
  TransactionList transactions;
  for (const auto& transfer : ledger.transfers(block_size)) {
    auto made = std::make_shared<SignedTransaction>(*transfer);
    made->body.operations = {Notarise{.document = made->id, .label_hash = {}}};
    transactions.push_back(std::move(made));
  }
  for (auto _ : bench) benchmark::DoNotOptimize(execute(ledger.context, transactions, ledger.state));
  bench.SetItemsProcessed(bench.iterations() * static_cast<std::int64_t>(block_size));
}
BENCHMARK(execute_notarisations)->Unit(benchmark::kMicrosecond);

void admit_to_pool(benchmark::State& bench) {
  const Ledger ledger{1'000};
  constexpr std::size_t count = 9'000;
  const auto transactions = ledger.transfers(count);
  for (auto _ : bench) {
    Pool pool;
    for (const auto& transaction : transactions)
      if (pool.admit(transaction, ledger.state, ledger.context, {}) != Refusal::none)
        return bench.SkipWithError("the pool refuses");
    benchmark::DoNotOptimize(pool);
  }
  bench.SetItemsProcessed(bench.iterations() * static_cast<std::int64_t>(count));
}
BENCHMARK(admit_to_pool)->Unit(benchmark::kMicrosecond);

void choose_from_pool(benchmark::State& bench) {
  const Ledger ledger{1'000};
  Pool pool;
  for (const auto& transaction : ledger.transfers(9'000))
    pool.admit(transaction, ledger.state, ledger.context, {});
  for (auto _ : bench)
    benchmark::DoNotOptimize(pool.choose({.bytes = 4'000'000, .transactions = block_size, .height = {1}}));
  bench.SetItemsProcessed(bench.iterations() * static_cast<std::int64_t>(block_size) * 9 / 10);
}
BENCHMARK(choose_from_pool)->Unit(benchmark::kMicrosecond);

/// A full pool learns of a final block.
void commit_to_pool(benchmark::State& bench) {
  const Ledger ledger{1'000};
  const auto transactions = ledger.transfers(9'000);
  const std::span block{transactions.data(), block_size};
  for (auto _ : bench) {
    bench.PauseTiming();
    Pool pool;
    for (const auto& transaction : transactions) pool.admit(transaction, ledger.state, ledger.context, {});
    bench.ResumeTiming();
    pool.committed(block);
  }
  bench.SetItemsProcessed(bench.iterations() * static_cast<std::int64_t>(block_size));
}
BENCHMARK(commit_to_pool)->Unit(benchmark::kMicrosecond);

}  // namespace
