#include "policies/sync.hpp"

#include <algorithm>

#include "policies/limits.hpp"

namespace mnrt::policies {
namespace {

constexpr std::int64_t answer_ms_max = 4'000;
constexpr std::int64_t taking_ms_max = 10'000;
constexpr std::int64_t rest_ms = 1'000;  ///< after a first failure; doubles with each one
constexpr std::uint32_t rest_doublings_max = 4;

}  // namespace

void SyncPlan::heard(const Address& peer, Height tip) {
  auto& known = peers_[peer];
  known.tip = std::max(known.tip, tip);
}

void SyncPlan::lost(const Address& peer) {
  peers_.erase(peer);
  if (awaits(peer)) asked_.reset();
}

void SyncPlan::stored(Height tip) {
  tip_ = std::max(tip_, tip);
  if (taking_ && taking_->through <= tip_) taking_.reset();
}

void SyncPlan::answered(const Address& peer, Height through, Instant now) {
  // Old blocks are no answer, unless those asked for came from elsewhere meanwhile.
  if (awaits(peer) && std::max(through, tip_) < asked_->request.from) return failed(peer, now);
  if (awaits(peer)) asked_.reset();
  if (auto known = peers_.find(peer); known != peers_.end()) known->second.failures = 0;
  if (through > tip_) taking_ = Taking{through, after_ms(now, taking_ms_max)};
}

void SyncPlan::failed(const Address& peer, Instant now) {
  if (awaits(peer)) asked_.reset();
  auto known = peers_.find(peer);
  if (known == peers_.end()) return;
  auto& failures = known->second.failures;
  known->second.rests_until = after_ms(now, rest_ms << std::min(failures, rest_doublings_max));
  ++failures;
  // It may claim the same again, but has to say so.
  known->second.tip = Height{};
}

void SyncPlan::unread(const Address& peer) {
  if (awaits(peer)) asked_.reset();
}

bool SyncPlan::is_behind() const {
  return std::ranges::any_of(peers_, [&](auto& peer) { return peer.second.tip > tip_; });
}

std::optional<SyncRequest> SyncPlan::next(Instant now) {
  if (asked_ && asked_->deadline <= now) failed(asked_->request.peer, now);
  if (taking_ && taking_->deadline <= now) taking_.reset();
  if (asked_ || taking_) return std::nullopt;
  const auto able = [&](auto& peer) { return peer.second.tip > tip_ && peer.second.rests_until <= now; };
  auto found = std::find_if(last_ ? peers_.upper_bound(*last_) : peers_.begin(), peers_.end(), able);
  if (found == peers_.end()) found = std::ranges::find_if(peers_, able);
  if (found == peers_.end()) return std::nullopt;
  last_ = found->first;
  const auto missing = found->second.tip.value - tip_.value;
  const SyncRequest request{
      found->first, policies::next(tip_),
      static_cast<std::uint32_t>(std::min<std::uint64_t>(missing, limits::final_blocks_max))};
  asked_ = Asked{request, after_ms(now, answer_ms_max)};
  return request;
}

std::vector<Address> told_of_tip(const ValidatorSet& set, const Address& self, Height tip,
                                 const std::vector<Address>& linked) {
  std::vector<Address> told;
  const auto mine = index_of(set, self);
  if (!mine) return told;
  for (const auto& peer : linked) {
    const auto first = (tip.value + peer.bytes.front()) % set.size();
    const bool is_my_turn = (*mine + set.size() - first) % set.size() <= faulty_max(set.size());
    if (is_my_turn && !index_of(set, peer)) told.push_back(peer);
  }
  return told;
}

}  // namespace mnrt::policies
