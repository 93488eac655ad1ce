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
  /// What `own` sends, the node's own account, makes no room for others: displaced here it would still wait
  /// elsewhere, and the node would give its nonce to another, of which only one could become final. It has
  /// half of the places at most.
  explicit Pool(const PoolLimits& limits = {}, std::optional<Address> own = {});

  /// Takes a transaction whose signatures are verified, or says why not. `next` is the block it could stand
  /// in at the earliest (height of the last final block plus one; `time` the wall clock's), `state` the last
  /// final state. Besides what `admissible` refuses: already_known, fee_limit_too_low, document_is_empty,
  /// fee_balance_too_low (counting the limits of what already waits), sender_queue_full, renewed_already (a
  /// renewal of this sender waits), replacement_underpriced, pool_full. When full it makes room. First goes
  /// what no block can hold yet because a nonce before it is missing, the cheapest first, whatever it pays;
  /// then the last transactions of those lanes whose last ones pay the least, if the new one pays more than
  /// each. A new one that is itself behind a gap displaces only others behind gaps, that pay less. Cost:
  /// O(log n), times the sender's queue where a gap opens or closes, and one account row read.
  Refusal admit(std::shared_ptr<const SignedTransaction> transaction, const StateReader& state,
                const BlockContext& next, Instant now);

  struct ChoiceLimits {
    std::size_t bytes{};         ///< of frames; the chain's block_bytes_max
    std::size_t transactions{};  ///< the chain's block_transactions_max
    Height height;               ///< of the block; what expires before it is passed over
  };
  /// The next block's candidates: the reserved lane first, then by priority, then by arrival, each lane in
  /// the order of its nonces, and a tenth of the block left to the reserved lane. Nothing leaves the pool.
  /// O(chosen × log n).
  TransactionList choose(const ChoiceLimits& limits) const;

  /// Tells the pool that a block is final: its transactions leave, and with them every other one of the same
  /// nonces, which count as displaced. To be called for every final block, whether or not it was chosen here.
  void committed(std::span<const std::shared_ptr<const SignedTransaction>> transactions);

  /// Drops the last of what waits for those senders of a final block whose balance in `state` no longer
  /// covers the fee limits of all of it: places in the pool are for those who can pay for them. They count as
  /// displaced. The node's own stays.
  void drop_uncovered(std::span<const std::shared_ptr<const SignedTransaction>> transactions,
                      const StateReader& state);

  /// Removes one transaction, because it would make every block invalid. Those of higher nonces stay and wait
  /// for another in its place.
  void remove(const Digest& id);

  /// Removes what no block from `next` on may hold any more; returns their ids. Nothing to do costs nothing,
  /// so it may be called at every block; else O(n).
  std::vector<Digest> sweep(Height next);

  /// The ids of those that left to make room, for another of their nonce, or uncovered, since the last call:
  /// the latest `PoolLimits::transactions` of them.
  std::vector<Digest> take_displaced();

  /// The waiting transaction with this id, or nothing.
  std::shared_ptr<const SignedTransaction> pending(const Digest& id) const;

  /// The nonce that the next transaction of a lane should carry, counting what waits without a gap.
  std::uint64_t next_nonce(const Address& sender, std::uint32_t lane, const StateReader& state) const;

  /// Where something has waited for 2 s: the frames of what a block could hold now, as many as go into one
  /// envelope. Those who lead may never have got them.
  std::vector<std::shared_ptr<const Bytes>> overdue(Height next, Instant now) const;

  /// Since when the oldest transaction waits that a block could hold now; nothing when none does.
  std::optional<Instant> waiting_since() const;

  std::size_t size() const { return places_.size(); }
  std::size_t bytes() const { return ordinary_.bytes + reserved_.bytes; }

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
    std::uint64_t
        ready_end{};  ///< the first nonce from `next` on that doesn't wait: a block holds none behind it
    std::map<std::uint64_t, Entry> waiting;
  };
  struct Sender {
    std::size_t count{};
    std::size_t fee_free{};
    Amount fee_limits;  ///< of all that waits
    std::map<std::uint32_t, Lane> lanes;
  };
  using Senders = std::map<Address, Sender>;
  struct Place {
    Address sender;
    std::uint32_t lane{};
    std::uint64_t nonce{};
  };
  /// More priority first, then earlier arrival.
  struct Rank {
    Amount priority;
    std::uint64_t arrival{};
    friend bool operator==(const Rank&, const Rank&) = default;
    friend bool operator<(const Rank& a, const Rank& b) {
      return a.priority != b.priority ? a.priority > b.priority : a.arrival < b.arrival;
    }
  };
  /// What the indexes hold of a lane.
  struct Ends {
    std::optional<Rank> head;  ///< of a first transaction that a block could hold now
    Instant since;             ///< the head's
    std::optional<Rank> tail;  ///< of the last one before any gap
  };
  struct Stranded {
    const Lane* lane{};
    std::uint64_t nonce{};
  };
  struct Room {
    std::size_t transactions{};
    std::size_t bytes{};
  };
  /// What admission reads of the state besides the sender, kept while the height stays.
  struct ChainRows {
    Height height;
    Parameters parameters;
    OwnerRow owner;
  };
  /// An admission under way.
  struct Candidate {
    const SignedTransaction& transaction;
    std::uint64_t next{};    ///< nonce that the state expects in its lane
    Amount balance;          ///< FLX of the sender in the state
    const Sender* sender{};  ///< nullptr: nothing of it waits
    const Lane* lane{};
    const Entry* replaced{};
    bool fee_free{};
  };

  static Rank rank_of(const Entry& entry);
  static Ends ends_of(const Lane& lane);
  static const Entry* entry_of(const Lane& lane, std::uint64_t nonce);

  const ChainRows& chain_rows(const StateReader& state, Height height);
  Refusal check_queue(const Candidate& candidate, const Parameters& parameters) const;
  /// Those to drop so that the candidate fits; nothing when it can't.
  std::optional<std::vector<Digest>> room_for(const Candidate& candidate) const;
  void insert(std::shared_ptr<const SignedTransaction> transaction, std::uint64_t next_nonce, Instant now);
  void reindex(const Lane& lane, const Ends& before);
  /// A nonce arrived, and with it all that follow without a gap are ready.
  void extend_ready(Lane& lane);
  /// A nonce left: what is behind it waits for another.
  void cut_ready(Lane& lane, std::uint64_t nonce);
  void count_in(Sender& sender, const Entry& entry);
  void count_out(Sender& sender, const Entry& entry);
  void take_out(Senders::iterator sender, std::uint32_t lane, std::uint64_t nonce);
  void drop_if_empty(Senders::iterator sender, std::uint32_t lane);
  /// Nonces before `next` are taken, the last of them by `taker`.
  void advance(Senders::iterator sender, std::uint32_t lane, std::uint64_t next,
               const std::optional<Digest>& taker = {});
  void displace(Digest id);
  void note_displaced(Digest id);

  PoolLimits limits_;
  std::optional<Address> own_;
  Senders senders_;
  std::map<Digest, Place> places_;
  std::map<Rank, const Lane*> heads_;
  std::set<std::pair<Instant, std::uint64_t>> heads_since_;  ///< with the head's arrival
  std::map<Rank, const Lane*> tails_;                        ///< the cheapest stands last
  std::map<Rank, Stranded> stranded_;                        ///< all behind gaps, the cheapest last
  std::map<std::uint64_t, const Lane*> renewals_;  ///< lanes with a fee-free transaction, by its arrival
  Room ordinary_;
  Room reserved_;
  std::uint64_t arrivals_{};
  Height earliest_expiry_{};  ///< nothing that waits expires before it
  std::optional<ChainRows> chain_;
  std::vector<Digest> displaced_;
};

}  // namespace mnrt::policies
