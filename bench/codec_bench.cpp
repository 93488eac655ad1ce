#include <benchmark/benchmark.h>

#include <array>

#include "messages/block_codec.hpp"
#include "messages/consensus_codec.hpp"
#include "messages/state_codec.hpp"
#include "messages/transaction_codec.hpp"
#include "policies/crypto/ed25519.hpp"
#include "policies/crypto/hash.hpp"

// What a transaction costs besides its signature. The signature's verification, the floor of every node, is
// here to divide by.
namespace mnrt {
namespace {

using namespace policies;

SigningKey key_of(std::uint8_t number) {
  std::array<std::uint8_t, 32> seed{};
  seed[0] = number;
  return SigningKey(SecretSeed(seed));
}

Transaction transfer() {
  Transaction body;
  body.chain_id.bytes.fill(0x11);
  body.sender.bytes.fill(0x22);
  body.nonce = 41;
  body.fee_limit = {10'000};
  body.expiry = {1'000};
  Transfer operation{.to = {}, .token = Token::flx, .amount = {1'500'000'000}};
  operation.to.bytes.fill(0x33);
  body.operations = {operation};
  return body;
}

std::shared_ptr<const SignedTransaction> signed_transfer() {
  const std::array keys{key_of(1)};
  return messages::sign_transaction(transfer(), keys);
}

Header header() {
  Header header;
  header.chain_id.bytes.fill(0x11);
  header.beta.assign(64, 0x44);
  header.beta_proof.assign(80, 0x55);
  header.parent_seals.signers.assign(4, true);
  header.parent_seals.signatures.resize(4);
  for (auto& signature : header.parent_seals.signatures) signature.bytes.fill(0x66);
  return header;
}

void verify_signature(benchmark::State& state) {
  const auto transaction = signed_transfer();
  const auto bytes = messages::transaction_signing_bytes(*transaction);
  const auto& signature = transaction->signatures.front();
  for (auto _ : state) benchmark::DoNotOptimize(verify(signature.key, bytes, signature.signature));
}
BENCHMARK(verify_signature);

void encode_transaction_body(benchmark::State& state) {
  const auto body = transfer();
  for (auto _ : state) benchmark::DoNotOptimize(messages::encode_body(body));
}
BENCHMARK(encode_transaction_body);

void encode_transaction_envelope(benchmark::State& state) {
  const auto transaction = signed_transfer();
  const auto body = messages::body_view(*transaction);
  for (auto _ : state) benchmark::DoNotOptimize(messages::encode_envelope(body, transaction->signatures));
}
BENCHMARK(encode_transaction_envelope);

/// Everything but the signature: copy, canonical check, all fields, and the id's hash.
void decode_transaction_frame(benchmark::State& state) {
  const auto transaction = signed_transfer();
  for (auto _ : state) benchmark::DoNotOptimize(messages::decode_transaction(*transaction->frame));
  state.counters["frame_bytes"] = static_cast<double>(transaction->frame->size());
}
BENCHMARK(decode_transaction_frame);

/// The part of the above that is the hash.
void hash_transaction_id(benchmark::State& state) {
  const auto transaction = signed_transfer();
  const auto body = messages::body_view(*transaction);
  for (auto _ : state)
    benchmark::DoNotOptimize(domain_hash(Domain::transaction, transaction->body.chain_id, body));
}
BENCHMARK(hash_transaction_id);

/// A frame that is refused at its last field: what garbage costs.
void refuse_transaction_frame(benchmark::State& state) {
  auto frame = *signed_transfer()->frame;
  frame.resize(frame.size() + 8);
  for (auto _ : state) benchmark::DoNotOptimize(messages::decode_transaction(frame));
}
BENCHMARK(refuse_transaction_frame);

AccountRow account() {
  AccountRow row{
      .keys = single_key(key_of(1).public_key()), .nonce = 41, .balances = {}, .deposit = {1'000'000}};
  for (auto& balance : row.balances) balance = {1'500'000'000};
  return row;
}

void encode_account_row(benchmark::State& state) {
  const StateRow row = account();
  for (auto _ : state) benchmark::DoNotOptimize(messages::encode_row(row));
}
BENCHMARK(encode_account_row);

void decode_account_row(benchmark::State& state) {
  const auto key = account_key({});
  const auto bytes = messages::encode_row(account());
  for (auto _ : state) benchmark::DoNotOptimize(messages::decode_row(key, bytes));
}
BENCHMARK(decode_account_row);

void encode_prepare(benchmark::State& state) {
  const ConsensusMessage message = Signed<Prepare>{{{7}, {1}, {}}, {}, {}};
  for (auto _ : state) benchmark::DoNotOptimize(messages::encode_consensus(message));
}
BENCHMARK(encode_prepare);

void encode_block_header(benchmark::State& state) {
  const auto value = header();
  for (auto _ : state) benchmark::DoNotOptimize(messages::encode_header(value));
}
BENCHMARK(encode_block_header);

Block block_of(std::size_t transactions) {
  Block block{.header = header(), .digest = {}, .transactions = {}};
  block.transactions.assign(transactions, signed_transfer());
  block.header.transaction_root = messages::transaction_root(block.header.chain_id, block.transactions);
  block.digest = messages::digest_of(block.header);
  return block;
}

void encode_block(benchmark::State& state) {
  const auto block = block_of(static_cast<std::size_t>(state.range(0)));
  for (auto _ : state) benchmark::DoNotOptimize(messages::encode_block(block));
  state.SetItemsProcessed(state.iterations() * state.range(0));
}
BENCHMARK(encode_block)->Arg(1)->Arg(1'000);

void decode_block(benchmark::State& state) {
  const auto bytes = messages::encode_block(block_of(static_cast<std::size_t>(state.range(0))));
  for (auto _ : state) benchmark::DoNotOptimize(messages::decode_block(bytes));
  state.SetItemsProcessed(state.iterations() * state.range(0));
}
BENCHMARK(decode_block)->Arg(1)->Arg(1'000);

void transaction_root(benchmark::State& state) {
  const auto block = block_of(static_cast<std::size_t>(state.range(0)));
  for (auto _ : state)
    benchmark::DoNotOptimize(messages::transaction_root(block.header.chain_id, block.transactions));
  state.SetItemsProcessed(state.iterations() * state.range(0));
}
BENCHMARK(transaction_root)->Arg(1'000);

}  // namespace
}  // namespace mnrt
