#include "runtime/cli/bench/load.hpp"

#include <algorithm>
#include <array>
#include <span>

#include "messages/transaction_codec.hpp"
#include "policies/limits.hpp"
#include "runtime/cli/wallets.hpp"
#include "runtime/gateway/batch.hpp"

namespace mnrt::runtime {
namespace {

policies::SigningKey key_of(std::uint64_t account) {
  std::array<std::uint8_t, 32> seed{};
  for (unsigned i = 0; i < 8; ++i) seed[i] = static_cast<std::uint8_t>(account >> (8 * i));
  return policies::SigningKey{policies::SecretSeed{seed}};
}

/// SplitMix64: the next of a sequence that is the same in every run.
std::uint64_t next_of(std::uint64_t& state) {
  auto z = (state += 0x9e3779b97f4a7c15);
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
  z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
  return z ^ (z >> 31);
}

}  // namespace

LoadAccounts::LoadAccounts(std::size_t count) : keys_(count, key_of(0)), addresses_(count) {
  const std::size_t threads = std::max(1U, std::thread::hardware_concurrency());
  std::vector<std::jthread> workers;
  for (std::size_t worker = 0; worker < threads; ++worker)
    workers.emplace_back([this, worker, threads] {
      for (auto account = worker; account < keys_.size(); account += threads) {
        keys_[account] = key_of(account + 1);
        addresses_[account] = address_of_key(keys_[account].public_key());
      }
    });
}

SignedAhead::SignedAhead(const LoadAccounts& accounts, std::size_t active, LoadTerms terms,
                         std::size_t batches_ahead)
    : accounts_(accounts),
      active_(active),
      terms_(terms),
      ahead_(batches_ahead),
      nonces_(active),
      thread_([this] { sign(); }) {}

SignedAhead::~SignedAhead() {
  {
    std::lock_guard lock(mutex_);
    end_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

Batch SignedAhead::take() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return !ready_.empty(); });
  auto batch = std::move(ready_.front());
  ready_.pop_front();
  changed_.notify_all();
  return batch;
}

void SignedAhead::saw(policies::Height height) {
  if (height.value > height_) height_ = height.value;
}

void SignedAhead::fill() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return ready_.size() >= ahead_; });
}

void SignedAhead::sign() {
  std::unique_lock lock(mutex_);
  while (!end_) {
    changed_.wait(lock, [this] { return end_ || ready_.size() < ahead_; });
    if (end_) return;
    lock.unlock();
    auto batch = next();
    lock.lock();
    ready_.push_back(std::move(batch));
    changed_.notify_all();
  }
}

Batch SignedAhead::next() {
  Batch batch;
  const auto count = std::min(policies::limits::batch_frames_max, active_);
  for (; batch.transactions < count; ++batch.transactions) {
    const auto sender = (first_ + batch.transactions) % active_;
    policies::Transaction body;
    body.chain_id = terms_.chain_id;
    body.sender = accounts_.address(sender);
    body.nonce = nonces_[sender]++;
    body.fee_limit = terms_.fee_limit;
    body.expiry = {height_ + policies::limits::expiry_blocks_max};
    const auto away = 1 + next_of(chance_) % (active_ - 1);  // never to itself
    const auto receiver = (sender + away) % active_;
    body.operations = {policies::Transfer{accounts_.address(receiver), policies::Token::flx, {1}}};
    const auto transaction = messages::sign_transaction(body, {&accounts_.key(sender), 1});
    append_frame(batch.body, *transaction->frame);
    transaction_bytes_ = transaction->bytes();
  }
  first_ = (first_ + count) % active_;
  return batch;
}

}  // namespace mnrt::runtime
