#include "tests/runtime/gateway/test_chain.hpp"

#include "actors/block_rows.hpp"
#include "actors/new_chain.hpp"
#include "actors/own_account.hpp"
#include "messages/consensus_codec.hpp"
#include "messages/transaction_codec.hpp"
#include "policies/check.hpp"
#include "policies/ledger/key_policy.hpp"

namespace mnrt::tests {
namespace {

constexpr std::int64_t block_ms = 5'000;
constexpr policies::Amount plenty{1'000'000'000'000};

void write(actors::MemoryStore& store, messages::Batch rows) {
  bool done = false;
  store.append(std::move(rows), [&](const auto& result) { done = result.has_value(); });
  MNRT_CHECK(done);
}

}  // namespace

TestChain::TestChain() {
  policies::Config config;
  actors::NewChain chain{
      .owner = policies::single_key(key("owner").public_key()), .time = time_, .accounts = {}};
  for (const auto* name : {"alice", "bob"})
    chain.accounts.push_back({address(name), {plenty, plenty, plenty, plenty}});
  const auto genesis = actors::make_genesis(config, signer_, std::move(chain));
  write(store_, actors::genesis_rows(genesis));
  auto opened = actors::Chain::open(store_, {.state_cache_bytes = 1 << 20});
  MNRT_CHECK(opened.has_value());
  chain_ = std::move(*opened);
}

policies::SigningKey TestChain::key(const char* name) {
  return actors::key_from_text(name);
}

policies::Address TestChain::address(const char* name) {
  return policies::address_of(policies::single_key(key(name).public_key()));
}

std::uint64_t TestChain::next_nonce(const policies::Address& address) const {
  return pool_.next_nonce(address, 0, chain_->state());
}

std::shared_ptr<const policies::SignedTransaction> TestChain::sign(const char* name,
                                                                   policies::Operation operation) {
  const auto signing = key(name);
  policies::Transaction body;
  body.chain_id = chain_id();
  body.sender = address(name);
  body.nonce = next_nonce(body.sender);
  body.fee_limit = {10'000'000'000};
  body.expiry = height() + 100;
  body.operations = {std::move(operation)};
  return messages::sign_transaction(body, std::span{&signing, 1});
}

policies::Refusal TestChain::admit(const std::shared_ptr<const policies::SignedTransaction>& transaction) {
  return pool_.admit(transaction, chain_->state(), chain_->next_context(time_), {});
}

std::shared_ptr<const policies::SignedTransaction> TestChain::admit_own(
    std::vector<policies::Operation> operations) {
  const auto own = actors::own_address(signer_, actors::KeyRole::account);
  auto transaction = actors::own_transaction(actors::LedgerView{store_.snapshot()}, signer_, chain_id(),
                                             {.nonce = next_nonce(own)}, std::move(operations));
  MNRT_CHECK(admit(transaction) == policies::Refusal::none);
  return transaction;
}

std::shared_ptr<const actors::FinalBlock> TestChain::commit() {
  time_.ms += block_ms;
  policies::BuildBlock order;
  order.height = next(height());
  order.time = time_;
  order.parent_seals = chain_->tip().seals;
  const auto built = chain_->build(order, pool_, chain_->tip().validators.front().address, signer_);
  const auto sealed =
      messages::signing_bytes_of(chain_id(), policies::Commit{order.height, {}, built.block->digest});
  const policies::SealSet seals{
      .round = {}, .signers = {true}, .signatures = {signer_.sign(actors::KeyRole::consensus, sealed)}};
  const auto commit = chain_->commit({.block = built.block, .seals = seals});
  write(store_, commit.rows);
  chain_->advance(commit);
  pool_.committed(built.block->transactions);
  return commit.block;
}

}  // namespace mnrt::tests
