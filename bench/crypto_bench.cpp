#include <benchmark/benchmark.h>

#include <memory>

#include "policies/crypto/ed25519.hpp"
#include "policies/crypto/hash.hpp"
#include "policies/crypto/verified.hpp"
#include "policies/crypto/vrf.hpp"

// One Ed25519 verification is the unit that everything else is counted in.
namespace {

using namespace mnrt::policies;

SigningKey key() {
  std::array<std::uint8_t, 32> seed;
  seed.fill(7);
  return SigningKey(SecretSeed(seed));
}

Bytes bytes_of(const benchmark::State& state) {
  return Bytes(static_cast<std::size_t>(state.range(0)), 0x5a);
}

void ed25519_verify(benchmark::State& state) {
  const auto signer = key();
  const auto message = signing_bytes(Domain::transaction, {}, Bytes(200, 1));
  const auto signature = signer.sign(message);
  for (auto _ : state) benchmark::DoNotOptimize(verify(signer.public_key(), message, signature));
}

void ed25519_sign(benchmark::State& state) {
  const auto signer = key();
  const auto message = signing_bytes(Domain::transaction, {}, Bytes(200, 1));
  for (auto _ : state) benchmark::DoNotOptimize(signer.sign(message));
}

void verify_one_transaction(benchmark::State& state) {
  const auto signer = key();
  const auto body = bytes_of(state);
  auto transaction = std::make_shared<SignedTransaction>();
  transaction->id = domain_hash(Domain::transaction, {}, body);
  transaction->signatures = {
      {.key = signer.public_key(), .signature = signer.sign(signing_bytes(Domain::transaction, {}, body))}};
  const std::shared_ptr<const SignedTransaction> shared = transaction;
  for (auto _ : state) benchmark::DoNotOptimize(verify_transaction(shared, body, {}).has_value());
}

void blake3_of(benchmark::State& state) {
  const auto input = bytes_of(state);
  for (auto _ : state) benchmark::DoNotOptimize(blake3(input));
  state.SetBytesProcessed(state.iterations() * state.range(0));
}

void sha256_of(benchmark::State& state) {
  const auto input = bytes_of(state);
  for (auto _ : state) benchmark::DoNotOptimize(sha256(input));
  state.SetBytesProcessed(state.iterations() * state.range(0));
}

void domain_hash_of(benchmark::State& state) {
  const auto input = bytes_of(state);
  for (auto _ : state) benchmark::DoNotOptimize(domain_hash(Domain::transaction, {}, input));
}

void vrf_prove_one(benchmark::State& state) {
  const auto signer = key();
  const Bytes alpha(100, 3);
  for (auto _ : state) benchmark::DoNotOptimize(vrf_prove(signer, alpha));
}

void vrf_verify_one(benchmark::State& state) {
  const auto signer = key();
  const Bytes alpha(100, 3);
  const auto proof = vrf_prove(signer, alpha);
  for (auto _ : state) benchmark::DoNotOptimize(vrf_verify(signer.public_key(), alpha, proof));
}

}  // namespace

BENCHMARK(ed25519_verify);
BENCHMARK(ed25519_sign);
BENCHMARK(verify_one_transaction)->Arg(200);
BENCHMARK(blake3_of)->Arg(65)->Arg(200)->Arg(1'024)->Arg(1 << 20);
BENCHMARK(sha256_of)->Arg(65)->Arg(200)->Arg(1 << 20);
BENCHMARK(domain_hash_of)->Arg(200);
BENCHMARK(vrf_prove_one);
BENCHMARK(vrf_verify_one);
