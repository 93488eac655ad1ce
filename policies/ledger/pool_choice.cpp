#include <algorithm>
#include <cstdint>
#include <queue>

#include "policies/ledger/fees.hpp"
#include "policies/ledger/pool.hpp"
#include "policies/limits.hpp"

namespace mnrt::policies {
namespace {

/// After so many that don't fit, the block counts as full: else a nearly full one would walk through the
/// whole pool.
constexpr std::size_t misfits_max = 64;

constexpr std::int64_t overdue_ms = 2'000;

}  // namespace

TransactionList Pool::choose(const ChoiceLimits& limits) const {
  struct Next {
    Rank rank;
    const Lane* lane{};
    std::uint64_t nonce{};
    bool operator<(const Next& other) const { return other.rank < rank; }
  };
  TransactionList chosen;
  Room taken;
  std::priority_queue<Next> followers;
  const auto take = [&](const Lane& lane, std::uint64_t nonce, const Room& most) {
    const auto& transaction = entry_of(lane, nonce)->transaction;
    if (transaction->body.expiry < limits.height) return false;
    if (taken.transactions + 1 > most.transactions || taken.bytes + transaction->bytes() > most.bytes)
      return false;
    taken.transactions += 1;
    taken.bytes += transaction->bytes();
    chosen.push_back(transaction);
    if (const auto* follower = entry_of(lane, nonce + 1))
      followers.push({.rank = rank_of(*follower), .lane = &lane, .nonce = nonce + 1});
    return true;
  };

  for (const auto& [arrival, lane] : renewals_) {
    const auto* head = entry_of(*lane, lane->next);
    if (head != nullptr && head->fee_free)
      take(*lane, lane->next, {.transactions = limits.transactions, .bytes = limits.bytes});
  }
  const auto tenth =
      Room{.transactions = limits.transactions / reserved_divisor, .bytes = limits.bytes / reserved_divisor};
  const Room most{.transactions = limits.transactions - std::max(tenth.transactions, taken.transactions) +
                                  taken.transactions,
                  .bytes = limits.bytes - std::max(tenth.bytes, taken.bytes) + taken.bytes};
  auto head = heads_.begin();
  for (std::size_t misfits = 0; misfits < misfits_max && taken.transactions < most.transactions;) {
    // A renewal at a lane's head has had its turn.
    while (head != heads_.end() && entry_of(*head->second, head->second->next)->fee_free) ++head;
    const bool has_head = head != heads_.end();
    if (!has_head && followers.empty()) break;
    Next next;
    if (has_head && (followers.empty() || head->first < followers.top().rank)) {
      next = {.rank = head->first, .lane = head->second, .nonce = head->second->next};
      ++head;
    } else {
      next = followers.top();
      followers.pop();
    }
    if (entry_of(*next.lane, next.nonce)->fee_free) continue;
    if (!take(*next.lane, next.nonce, most)) ++misfits;
  }
  return chosen;
}

std::vector<std::shared_ptr<const Bytes>> Pool::overdue(Height next, Instant now) const {
  std::vector<std::shared_ptr<const Bytes>> frames;
  const auto since = waiting_since();
  if (!since || now < after_ms(*since, overdue_ms)) return frames;
  for (const auto& one :
       choose({.bytes = limits::gossip_bytes_max, .transactions = limits::gossip_frames_max, .height = next}))
    frames.push_back(one->frame);
  return frames;
}

}  // namespace mnrt::policies
