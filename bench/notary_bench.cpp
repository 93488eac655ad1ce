#include <benchmark/benchmark.h>

#include <memory>

#include "policies/crypto/hash.hpp"
#include "tests/policies/notary/chain.hpp"

// The notary's own work: a leaf appended, a proof made, a receipt checked. In the node a leaf costs the first
// of these, a receipt the second, and verification is the reader's.
namespace mnrt::bench {
namespace {

using namespace policies;

Leaf leaf_of(std::uint64_t number) {
  return {.origin = origin_of({}),
          .document = sha256({reinterpret_cast<const std::uint8_t*>(&number), sizeof number}),
          .label_hash = {},
          .transaction = {},
          .height = {number},
          .time = {1'795'000'000'000}};
}

void append_a_leaf(benchmark::State& state) {
  LogRow log;
  std::uint64_t number = 0;
  for (auto _ : state) {
    const auto text = to_text(leaf_of(number++));
    benchmark::DoNotOptimize(encode_log_hashes(append(log, leaf_hash(tests::view_of(text)))));
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(append_a_leaf);

void root_of_the_log(benchmark::State& state) {
  LogRow log;
  for (std::int64_t i = 0; i < state.range(0); ++i) append(log, leaf_hash({}));
  for (auto _ : state) benchmark::DoNotOptimize(root(log));
}
BENCHMARK(root_of_the_log)->Arg(1'000)->Arg(1'048'575);

void prove_a_leaf(benchmark::State& state) {
  tests::StoredLog log;
  const auto leaves = static_cast<std::uint64_t>(state.range(0));
  for (std::uint64_t i = 0; i < leaves; ++i) log.add("leaf");
  std::uint64_t index = 0;
  for (auto _ : state)
    benchmark::DoNotOptimize(prove_inclusion({.index = (index += 7'919) % leaves, .size = leaves}, log));
}
BENCHMARK(prove_a_leaf)->Arg(1'000)->Arg(100'000);

/// With as many signatures as count: a log key's and f + 1 cosigners'.
void verify_a_receipt(benchmark::State& state) {
  const auto n = static_cast<std::size_t>(state.range(0));
  tests::Chain chain{tests::make_seats(n, "bench")};
  for (int i = 0; i < 1'000; ++i) chain.notarise("document " + std::to_string(i));
  tests::Signers signers{.logs = {0}, .cosigners = {}};
  for (std::size_t seat = 0; seat <= faulty_max(n); ++seat) signers.cosigners.push_back(seat);
  const auto text = to_text(chain.receipt(500, signers));
  const ReceiptClaim claim{.document = sha256(tests::view_of("document 500")),
                           .receipt = text,
                           .trust = &chain.trust,
                           .root = chain.id()};
  for (auto _ : state)
    if (verify_receipt(claim).verdict != ReceiptVerdict::valid)
      state.SkipWithError("a valid receipt was refused");
}
BENCHMARK(verify_a_receipt)->Arg(1)->Arg(4)->Arg(100);

void hash_a_document(benchmark::State& state) {
  const Bytes piece(1 << 20, 7);
  for (auto _ : state) benchmark::DoNotOptimize(Sha256{}.update(piece).finish());
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(piece.size()));
}
BENCHMARK(hash_a_document);

}  // namespace
}  // namespace mnrt::bench
