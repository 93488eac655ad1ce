#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "policies/address.hpp"
#include "policies/amount.hpp"
#include "policies/crypto/ed25519.hpp"
#include "policies/digest.hpp"
#include "policies/height.hpp"

namespace mnrt::runtime {

/// Accounts that are made up for a measurement: account n's key comes from n, so a run can be repeated.
class LoadAccounts {
 public:
  /// Derives the keys on all processors: some 20 µs each.
  explicit LoadAccounts(std::size_t count);

  std::size_t size() const { return keys_.size(); }
  const policies::SigningKey& key(std::size_t account) const { return keys_[account]; }
  const policies::Address& address(std::size_t account) const { return addresses_[account]; }

 private:
  std::vector<policies::SigningKey> keys_;
  std::vector<policies::Address> addresses_;
};

/// Signed transactions, ready to post.
struct Batch {
  std::string body;  ///< of POST /transactions/batch
  std::size_t transactions{};
};

struct LoadTerms {
  policies::Digest chain_id;
  policies::Amount fee_limit;
};

/// Signs ahead of those who post, on a thread of its own: each active account in turn sends one base unit to
/// another. Every account's transactions come in the order of their nonces, at most one in a batch.
class SignedAhead {
 public:
  /// The first `active` accounts send and receive; the others are only there.
  SignedAhead(const LoadAccounts& accounts, std::size_t active, LoadTerms terms, std::size_t batches_ahead);
  SignedAhead(const SignedAhead&) = delete;
  SignedAhead& operator=(const SignedAhead&) = delete;
  ~SignedAhead();

  /// The next batch; waits for it.
  Batch take();
  /// Transactions that are signed from now on expire 1,000 blocks above this height.
  void saw(policies::Height height);
  /// Waits until as many are signed as may be.
  void fill();
  std::size_t transaction_bytes() const { return transaction_bytes_; }

 private:
  void sign();
  Batch next();

  const LoadAccounts& accounts_;
  std::size_t active_;
  LoadTerms terms_;
  std::size_t ahead_;
  std::vector<std::uint64_t> nonces_;
  std::size_t first_{};      ///< the next batch's first sender
  std::uint64_t chance_{1};  ///< state of the generator that picks receivers
  std::atomic<std::uint64_t> height_{0};
  std::atomic<std::size_t> transaction_bytes_{0};
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Batch> ready_;
  bool end_{};
  std::thread thread_;
};

}  // namespace mnrt::runtime
