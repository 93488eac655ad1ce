#include "policies/ledger/pool.hpp"

#include <algorithm>
#include <iterator>
#include <limits>
#include <utility>

#include "policies/check.hpp"
#include "policies/ledger/accounts.hpp"
#include "policies/ledger/admission.hpp"
#include "policies/ledger/fees.hpp"
#include "policies/limits.hpp"

namespace mnrt::policies {
namespace {

/// Nodes of the indexes that one transaction stands in, and its control blocks.
constexpr std::size_t node_bytes = 640;

std::size_t strings_in(const Operation& operation) {
  const auto* service = std::get_if<RegisterService>(&operation);
  if (service == nullptr) return 0;
  std::size_t bytes = 0;
  for (const auto* texts : {&service->endpoints, &service->labels})
    for (const auto& text : *texts) bytes += sizeof text + text.capacity();
  return bytes;
}

/// The least priority that replaces `old`.
std::optional<Amount> replacement_price(Amount old, std::uint64_t step_ppb) {
  const auto step = std::max(share_rounded_up(old, {step_ppb}), Amount{1});
  return checked_add(old, step);
}

}  // namespace

Pool::Pool(const PoolLimits& limits, std::optional<Address> own) : limits_(limits), own_(own) {}

std::size_t Pool::footprint(const SignedTransaction& transaction) {
  auto bytes = transaction.bytes() + sizeof(SignedTransaction) + node_bytes +
               transaction.signatures.size() * sizeof(KeySignature) +
               transaction.body.operations.size() * sizeof(Operation);
  for (const auto& operation : transaction.body.operations) bytes += strings_in(operation);
  return bytes;
}

Pool::Rank Pool::rank_of(const Entry& entry) {
  return {.priority = entry.transaction->body.priority, .arrival = entry.arrival};
}

Pool::Ends Pool::ends_of(const Lane& lane) {
  Ends ends;
  if (lane.waiting.empty()) return ends;
  const auto& [first_nonce, first] = *lane.waiting.begin();
  if (first_nonce == lane.next) {
    ends.head = rank_of(first);
    ends.since = first.since;
  }
  if (lane.ready_end > lane.next) ends.tail = rank_of(*entry_of(lane, lane.ready_end - 1));
  return ends;
}

const Pool::Entry* Pool::entry_of(const Lane& lane, std::uint64_t nonce) {
  const auto found = lane.waiting.find(nonce);
  return found == lane.waiting.end() ? nullptr : &found->second;
}

void Pool::reindex(const Lane& lane, const Ends& before) {
  const auto after = ends_of(lane);
  if (before.head != after.head) {
    if (before.head) {
      heads_.erase(*before.head);
      heads_since_.erase({before.since, before.head->arrival});
    }
    if (after.head) {
      heads_.emplace(*after.head, &lane);
      heads_since_.emplace(after.since, after.head->arrival);
    }
  }
  if (before.tail != after.tail) {
    if (before.tail) tails_.erase(*before.tail);
    if (after.tail) tails_.emplace(*after.tail, &lane);
  }
}

void Pool::extend_ready(Lane& lane) {
  for (const Entry* entry = nullptr; (entry = entry_of(lane, lane.ready_end)) != nullptr; ++lane.ready_end)
    stranded_.erase(rank_of(*entry));
}

void Pool::cut_ready(Lane& lane, std::uint64_t nonce) {
  if (nonce >= lane.ready_end) return;
  for (auto later = lane.waiting.upper_bound(nonce);
       later != lane.waiting.end() && later->first < lane.ready_end; ++later)
    stranded_.emplace(rank_of(later->second), Stranded{.lane = &lane, .nonce = later->first});
  lane.ready_end = nonce;
}

const Pool::ChainRows& Pool::chain_rows(const StateReader& state, Height height) {
  if (!chain_ || chain_->height != height) {
    const auto parameters = state.read(parameters_key());
    const auto owner = state.read(owner_key());
    chain_ = ChainRows{.height = height,
                       .parameters = std::get<ParametersRow>(*parameters).values,
                       .owner = std::get<OwnerRow>(*owner)};
  }
  return *chain_;
}

Refusal Pool::admit(std::shared_ptr<const SignedTransaction> transaction, const StateReader& state,
                    const BlockContext& next, Instant now) {
  if (places_.contains(transaction->id)) return Refusal::already_known;
  const auto& body = transaction->body;
  const auto& chain = chain_rows(state, next.height);

  const auto account = state.read(account_key(body.sender));
  const auto* row = account ? &std::get<AccountRow>(*account) : nullptr;
  const auto lane_row = body.lane == 0 ? std::nullopt : state.read(lane_key(body.sender, body.lane));
  const auto nonce = lane_row ? std::get<LaneRow>(*lane_row).nonce : body.lane == 0 && row ? row->nonce : 0;
  const auto refusal = check_admission(*transaction, {.block = next,
                                                      .parameters = chain.parameters,
                                                      .owner = chain.owner,
                                                      .sender = row,
                                                      .nonce = nonce,
                                                      .opens_lane = body.lane != 0 && !lane_row,
                                                      .nonces_ahead = limits::nonce_gap_max,
                                                      .epoch_just_changed = false,
                                                      .rows = state});
  if (refusal != Refusal::none) return refusal;

  auto sender = senders_.find(body.sender);
  if (sender != senders_.end()) {
    advance(sender, body.lane, nonce);
    sender = senders_.find(body.sender);
  }
  Candidate candidate{.transaction = *transaction,
                      .next = nonce,
                      .balance = row ? row->balances[index_of(Token::flx)] : Amount{},
                      .fee_free = is_fee_free(body)};
  if (sender != senders_.end()) {
    candidate.sender = &sender->second;
    const auto lane = sender->second.lanes.find(body.lane);
    if (lane != sender->second.lanes.end()) {
      candidate.lane = &lane->second;
      candidate.replaced = entry_of(lane->second, body.nonce);
    }
  }
  if (const auto why = check_queue(candidate, chain.parameters); why != Refusal::none) return why;
  const auto victims = room_for(candidate);
  if (!victims) return Refusal::pool_full;
  if (candidate.replaced != nullptr) displace(candidate.replaced->transaction->id);
  for (const auto& id : *victims) displace(id);
  insert(std::move(transaction), nonce, now);
  return Refusal::none;
}

Refusal Pool::check_queue(const Candidate& candidate, const Parameters& parameters) const {
  const auto& body = candidate.transaction.body;
  const auto* replaced = candidate.replaced;
  // Refused in every block: its sender would pay for nothing.
  const auto is_empty = [](const Operation& operation) {
    const auto* notarise = std::get_if<Notarise>(&operation);
    return notarise != nullptr && notarise->document == Digest{};
  };
  if (std::ranges::any_of(body.operations, is_empty)) return Refusal::document_is_empty;
  if (!candidate.fee_free) {
    const auto needed = fee_needed(candidate.transaction, parameters);
    if (!needed || *needed > body.fee_limit) return Refusal::fee_limit_too_low;
  }
  if (candidate.fee_free && candidate.sender != nullptr && candidate.sender->fee_free > 0)
    return Refusal::renewed_already;
  if (replaced != nullptr) {
    const auto price = replacement_price(replaced->transaction->body.priority, limits_.replacement_ppb);
    if (!price || body.priority < *price) return Refusal::replacement_underpriced;
  }
  if (candidate.sender == nullptr) return Refusal::none;
  // What stays for good must leave room for those who pay.
  const auto places_max =
      body.sender == own_ ? std::min(limits_.per_sender, std::max<std::size_t>(1, limits_.transactions / 2))
                          : limits_.per_sender;
  if (replaced == nullptr && candidate.sender->count >= places_max) return Refusal::sender_queue_full;
  auto sum = checked_add(candidate.sender->fee_limits, body.fee_limit);
  if (sum && replaced != nullptr) sum = checked_sub(*sum, replaced->transaction->body.fee_limit);
  return sum && *sum <= candidate.balance ? Refusal::none : Refusal::fee_balance_too_low;
}

std::optional<std::vector<Digest>> Pool::room_for(const Candidate& candidate) const {
  auto used = ordinary_;
  auto kept = reserved_;
  if (candidate.replaced != nullptr) {
    auto& room = candidate.replaced->fee_free ? kept : used;
    room.transactions -= 1;
    room.bytes -= footprint(*candidate.replaced->transaction);
  }
  if (!candidate.fee_free) {
    kept.transactions = std::max(kept.transactions, limits_.transactions / reserved_divisor);
    kept.bytes = std::max(kept.bytes, limits_.bytes / reserved_divisor);
  }
  used.transactions += 1;
  used.bytes += footprint(candidate.transaction);
  const Room most{.transactions = limits_.transactions - kept.transactions,
                  .bytes = limits_.bytes - kept.bytes};
  const auto fits = [&] { return used.transactions <= most.transactions && used.bytes <= most.bytes; };
  std::vector<Digest> victims;
  const auto drop = [&](const Entry& entry) {
    victims.push_back(entry.transaction->id);
    used.transactions -= 1;
    used.bytes -= footprint(*entry.transaction);
  };

  const auto stays = [&](const Entry& entry) {
    return entry.fee_free || entry.transaction->body.sender == own_;
  };

  // What the candidate itself makes ready stays, and nobody behind a gap makes room for himself.
  const auto nonce = candidate.transaction.body.nonce;
  auto own_end = candidate.lane != nullptr ? candidate.lane->ready_end : candidate.next;
  const bool is_ready = nonce <= own_end;
  if (!is_ready) own_end = std::numeric_limits<std::uint64_t>::max();
  if (nonce == own_end) ++own_end;
  while (is_ready && candidate.lane != nullptr && entry_of(*candidate.lane, own_end) != nullptr) ++own_end;
  for (auto last = stranded_.rbegin(); !fits() && last != stranded_.rend(); ++last) {
    const auto& [rank, place] = *last;
    if (!is_ready && rank.priority >= candidate.transaction.body.priority) break;
    const auto* entry = entry_of(*place.lane, place.nonce);
    if (stays(*entry) || (place.lane == candidate.lane && place.nonce < own_end)) continue;
    drop(*entry);
  }
  if (!is_ready) return fits() ? std::optional{std::move(victims)} : std::nullopt;

  // A lane's last transaction, because dropping an earlier one would strand those behind it.
  for (auto tail = tails_.rbegin(); !fits() && tail != tails_.rend(); ++tail) {
    const auto& [rank, lane] = *tail;
    const auto& entry = *entry_of(*lane, lane->ready_end - 1);
    if (lane == candidate.lane || stays(entry)) continue;
    if (rank.priority >= candidate.transaction.body.priority) break;
    drop(entry);
  }
  return fits() ? std::optional{std::move(victims)} : std::nullopt;
}

void Pool::count_in(Sender& sender, const Entry& entry) {
  auto& room = entry.fee_free ? reserved_ : ordinary_;
  room.transactions += 1;
  room.bytes += footprint(*entry.transaction);
  sender.count += 1;
  sender.fee_free += entry.fee_free ? 1 : 0;
  credit(sender.fee_limits, entry.transaction->body.fee_limit);
}

void Pool::count_out(Sender& sender, const Entry& entry) {
  auto& room = entry.fee_free ? reserved_ : ordinary_;
  room.transactions -= 1;
  room.bytes -= footprint(*entry.transaction);
  sender.count -= 1;
  sender.fee_free -= entry.fee_free ? 1 : 0;
  debit(sender.fee_limits, entry.transaction->body.fee_limit);
  if (entry.fee_free) renewals_.erase(entry.arrival);
  stranded_.erase(rank_of(entry));
  places_.erase(entry.transaction->id);
}

void Pool::insert(std::shared_ptr<const SignedTransaction> transaction, std::uint64_t next_nonce,
                  Instant now) {
  const auto& body = transaction->body;
  auto& sender = senders_[body.sender];
  auto [found, is_new] = sender.lanes.try_emplace(body.lane);
  auto& lane = found->second;
  if (is_new) lane.next = lane.ready_end = next_nonce;
  const auto before = ends_of(lane);
  const auto nonce = body.nonce;
  places_.emplace(transaction->id, Place{.sender = body.sender, .lane = body.lane, .nonce = nonce});
  earliest_expiry_ = places_.size() == 1 ? body.expiry : std::min(earliest_expiry_, body.expiry);
  const bool fee_free = is_fee_free(body);
  const auto entry = lane.waiting
                         .emplace(nonce, Entry{.transaction = std::move(transaction),
                                               .arrival = ++arrivals_,
                                               .since = now,
                                               .fee_free = fee_free})
                         .first;
  count_in(sender, entry->second);
  if (fee_free) renewals_.emplace(entry->second.arrival, &lane);
  if (nonce == lane.ready_end)
    extend_ready(lane);
  else
    stranded_.emplace(rank_of(entry->second), Stranded{.lane = &lane, .nonce = nonce});
  reindex(lane, before);
}

void Pool::take_out(Senders::iterator sender, std::uint32_t lane_number, std::uint64_t nonce) {
  auto& lane = sender->second.lanes.at(lane_number);
  const auto before = ends_of(lane);
  const auto entry = lane.waiting.find(nonce);
  MNRT_CHECK(entry != lane.waiting.end());
  count_out(sender->second, entry->second);
  lane.waiting.erase(entry);
  cut_ready(lane, nonce);
  reindex(lane, before);
  drop_if_empty(sender, lane_number);
}

void Pool::drop_if_empty(Senders::iterator sender, std::uint32_t lane_number) {
  auto& lanes = sender->second.lanes;
  const auto lane = lanes.find(lane_number);
  if (lane->second.waiting.empty()) lanes.erase(lane);
  if (lanes.empty()) senders_.erase(sender);
}

void Pool::advance(Senders::iterator sender, std::uint32_t lane_number, std::uint64_t next,
                   const std::optional<Digest>& taker) {
  const auto found = sender->second.lanes.find(lane_number);
  if (found == sender->second.lanes.end() || found->second.next >= next) return;
  auto& lane = found->second;
  const auto before = ends_of(lane);
  while (!lane.waiting.empty() && lane.waiting.begin()->first < next) {
    const auto& entry = lane.waiting.begin()->second;
    if (const auto id = entry.transaction->id; id != taker) note_displaced(id);
    count_out(sender->second, entry);
    lane.waiting.erase(lane.waiting.begin());
  }
  lane.next = next;
  lane.ready_end = std::max(lane.ready_end, next);
  extend_ready(lane);
  reindex(lane, before);
  drop_if_empty(sender, lane_number);
}

void Pool::committed(std::span<const std::shared_ptr<const SignedTransaction>> transactions) {
  chain_.reset();
  for (const auto& transaction : transactions) {
    const auto& body = transaction->body;
    if (const auto sender = senders_.find(body.sender); sender != senders_.end())
      advance(sender, body.lane, body.nonce + 1, transaction->id);
  }
}

void Pool::drop_uncovered(std::span<const std::shared_ptr<const SignedTransaction>> transactions,
                          const StateReader& state) {
  for (const auto& transaction : transactions) {
    const auto& address = transaction->body.sender;
    if (address == own_ || !senders_.contains(address)) continue;
    const auto account = state.read(account_key(address));
    const auto balance = account ? std::get<AccountRow>(*account).balances[index_of(Token::flx)] : Amount{};
    for (auto sender = senders_.find(address);
         sender != senders_.end() && sender->second.fee_limits > balance; sender = senders_.find(address)) {
      const auto& lanes = sender->second.lanes;
      const auto paying = std::find_if(lanes.rbegin(), lanes.rend(), [](const auto& lane) {
        return !lane.second.waiting.rbegin()->second.fee_free;
      });
      if (paying == lanes.rend()) break;
      displace(paying->second.waiting.rbegin()->second.transaction->id);
    }
  }
}

void Pool::remove(const Digest& id) {
  const auto found = places_.find(id);
  if (found == places_.end()) return;
  const auto place = found->second;
  take_out(senders_.find(place.sender), place.lane, place.nonce);
}

// By value: the id may be that of the entry that goes.
void Pool::displace(Digest id) {
  remove(id);
  note_displaced(id);
}

void Pool::note_displaced(Digest id) {
  if (displaced_.size() >= limits_.transactions) displaced_.erase(displaced_.begin());
  displaced_.push_back(id);
}

std::vector<Digest> Pool::take_displaced() {
  return std::exchange(displaced_, {});
}

std::vector<Digest> Pool::sweep(Height next) {
  if (places_.empty() || earliest_expiry_ >= next) return {};
  std::vector<Digest> expired;
  std::optional<Height> earliest;
  for (const auto& [address, sender] : senders_)
    for (const auto& [number, lane] : sender.lanes)
      for (const auto& [nonce, entry] : lane.waiting) {
        const auto expiry = entry.transaction->body.expiry;
        if (expiry < next)
          expired.push_back(entry.transaction->id);
        else
          earliest = std::min(earliest.value_or(expiry), expiry);
      }
  for (const auto& id : expired) remove(id);
  earliest_expiry_ = earliest.value_or(next);
  return expired;
}

std::shared_ptr<const SignedTransaction> Pool::pending(const Digest& id) const {
  const auto found = places_.find(id);
  if (found == places_.end()) return nullptr;
  const auto& [sender, lane, nonce] = found->second;
  return entry_of(senders_.at(sender).lanes.at(lane), nonce)->transaction;
}

std::uint64_t Pool::next_nonce(const Address& sender, std::uint32_t lane, const StateReader& state) const {
  auto next = nonce_of(state, sender, lane);
  const auto found = senders_.find(sender);
  if (found == senders_.end()) return next;
  const auto waiting = found->second.lanes.find(lane);
  if (waiting == found->second.lanes.end()) return next;
  next = std::max(next, waiting->second.ready_end);
  while (entry_of(waiting->second, next) != nullptr) ++next;
  return next;
}

std::optional<Instant> Pool::waiting_since() const {
  if (heads_since_.empty()) return std::nullopt;
  return heads_since_.begin()->first;
}

}  // namespace mnrt::policies
