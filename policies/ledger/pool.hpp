#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <vector>

#include "policies/address.hpp"
#include "policies/amount.hpp"
#include "policies/digest.hpp"
#include "policies/height.hpp"
#include "policies/ledger/block.hpp"
#include "policies/ledger/execution.hpp"
#include "policies/ledger/outcome.hpp"
#include "policies/ledger/state.hpp"
#include "policies/ledger/transaction.hpp"
#include "policies/time.hpp"

namespace mnrt::policies {

struct PoolLimits {
  std::size_t transactions{10'000};
  std::size_t bytes{std::size_t{128} << 20};   ///< frames, decoded forms and index nodes
  std::size_t per_sender{64};                  ///< over all lanes of one account
  std::uint64_t replacement_ppb{100'000'000};  ///< how much more priority a replacement must pay: a tenth
};

/// Transactions that wait for a block, in memory alone. A tenth of its room is kept for the reserved lane.
class Pool {
 public:
  explicit Pool(const PoolLimits& limits = {});

  /// Takes a transaction whose signatures are verified, or says why not. `next` is the block it could stand
  /// in at the earliest (height of the last final block plus one; `time` the wall clock's), `state` the last
  /// final state. Besides what `admissible` refuses: already_known, fee_limit_too_low, too_large,
  /// fee_balance_too_low (counting the limits of what already waits), sender_queue_full,
  /// replacement_underpriced, pool_full. When full it makes room by dropping the last transaction of the
  /// queue whose last one pays the least, if the new one pays more. Cost: O(log n) and one account row read.
  Refusal admit(std::shared_ptr<const SignedTransaction> transaction, const StateReader& state,
                const BlockContext& next, Instant now);

  struct ChoiceLimits {
    std::size_t bytes{};         ///< of frames; the chain's block_bytes_max
    std::size_t transactions{};  ///< the chain's block_transactions_max
    Height height;               ///< of the block; what expires before it is passed over
  };
  /// The next block's candidates: the reserved lane first, then by priority, then by arrival, each lane in
  /// the order of its nonces. Nothing leaves the pool. O(chosen × log n).
  TransactionList choose(const ChoiceLimits& limits) const;

  /// Tells the pool that a block is final: its transactions leave, and with them every other one of the same
  /// nonces.
  void committed(std::span<const std::shared_ptr<const SignedTransaction>> transactions);

  /// Removes one transaction, because it would make every block invalid.
  void remove(const Digest& id);

  /// Removes what no block from `next` on may hold any more; returns their ids. O(n); meant for every 30 s.
  std::vector<Digest> sweep(Height next);

  /// The waiting transaction with this id, or nothing.
  std::shared_ptr<const SignedTransaction> pending(const Digest& id) const;

  /// The nonce that the next transaction of a lane should carry, counting what waits without a gap.
  std::uint64_t next_nonce(const Address& sender, std::uint32_t lane, const StateReader& state) const;

  /// Since when the oldest transaction waits that a block could hold now; nothing when none does.
  std::optional<Instant> waiting_since() const;

  std::size_t size() const { return entries_.size(); }
  std::size_t bytes() const { return bytes_; }

  /// What a transaction counts against `PoolLimits::bytes`.
  static std::size_t footprint(const SignedTransaction& transaction);

 private:
  struct Entry {
    std::shared_ptr<const SignedTransaction> transaction;
    std::uint64_t arrival{};  ///< order of admission
    Instant since;
    bool fee_free{};
  };
  struct Lane {
    std::uint64_t next{};  ///< nonce that the state expects
    std::map<std::uint64_t, Entry> waiting;
  };
  struct Sender {
    std::size_t count{};
    Amount fee_limits;  ///< of all that waits
    std::map<std::uint32_t, Lane> lanes;
  };
  struct Place {
    Address sender;
    std::uint32_t lane{};
    std::uint64_t nonce{};
    friend auto operator<=>(const Place&, const Place&) = default;
  };
  /// Orders heads: more priority first, then earlier arrival.
  struct Rank {
    Amount priority;
    std::uint64_t arrival{};
    friend bool operator<(const Rank& a, const Rank& b) {
      return a.priority != b.priority ? a.priority > b.priority : a.arrival < b.arrival;
    }
  };
  struct Reference {
    Sender* sender{};
    Lane* lane{};
    const Entry* entry{};
  };

  PoolLimits limits_;
  std::map<Address, Sender> senders_;
  std::map<Digest, Place> entries_;
  std::map<Rank, Reference> heads_;  ///< the first of each lane that a block could hold now
  std::set<std::pair<Instant, std::uint64_t>> heads_since_;
  std::map<Rank, Reference> tails_;  ///< the last of each lane; the cheapest stands last
  std::size_t bytes_{};
  std::size_t reserved_count_{};
  std::size_t reserved_bytes_{};
  std::uint64_t arrivals_{};
};

}  // namespace mnrt::policies
