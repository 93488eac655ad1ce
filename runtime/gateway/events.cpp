#include "runtime/gateway/events.hpp"

#include <algorithm>
#include <array>

#include "runtime/gateway/answers.hpp"
#include "runtime/gateway/backend.hpp"
#include "runtime/gateway/values.hpp"

namespace mnrt::runtime {
namespace {

constexpr std::size_t recent_blocks_max = 64;
constexpr std::uint64_t behind_blocks_max = 64;
constexpr std::size_t batch_events_max = 256;
constexpr std::size_t blocks_a_turn_max = 32;  // between them the loop serves others

constexpr std::array<std::string_view, topic_count> topic_names{"blocks", "transactions", "notarizations",
                                                                "registry", "governance"};

std::optional<Topic> topic_of(const policies::Operation& operation) {
  using namespace policies;
  if (std::holds_alternative<RegisterService>(operation) || std::holds_alternative<RenewService>(operation) ||
      std::holds_alternative<RemoveService>(operation))
    return Topic::registry;
  if (std::holds_alternative<RenewLease>(operation) || std::holds_alternative<WithdrawTreasury>(operation) ||
      std::holds_alternative<ChangeParameter>(operation) ||
      std::holds_alternative<ReportEvidence>(operation) || std::holds_alternative<VoteSetChange>(operation) ||
      std::holds_alternative<Upgrade>(operation))
    return Topic::governance;
  return std::nullopt;
}

/// Numbers the events of a block and makes those that were asked for.
class Teller {
 public:
  Teller(policies::Height height, TopicSet topics, std::uint32_t from, std::size_t max)
      : height_(height), topics_(topics), from_(from), max_(max) {}

  bool full() const { return told_.next.has_value(); }

  template <class Make>
  void tell(Topic topic, Make make) {
    const auto ordinal = ordinal_++;
    if (full() || ordinal < from_ || !topics_.has(topic)) return;
    if (told_.events.size() == max_) {
      told_.next = ordinal;
      return;
    }
    told_.events.push_back({{height_, ordinal}, topic, dump(make())});
  }

  BlockEvents take() { return std::move(told_); }

 private:
  policies::Height height_;
  TopicSet topics_;
  std::uint32_t from_;
  std::size_t max_;
  std::uint32_t ordinal_{};
  BlockEvents told_;
};

Json block_json(const actors::FinalBlock& final) {
  const auto& block = *final.block;
  return summary_of(
      {block.header, block.digest, final.seals, static_cast<std::uint32_t>(block.transactions.size())});
}

void tell_transaction(Teller& teller, const actors::FinalBlock& final, std::size_t index) {
  const auto& transaction = *final.block->transactions[index];
  const auto& outcome = final.outcomes[index];
  const auto height = final.block->header.height;
  teller.tell(Topic::transactions, [&] {
    auto json = json_of(report_of(height, outcome));
    json["index"] = index;
    json["sender"] = policies::to_bech32m(transaction.body.sender);
    return json;
  });
  if (outcome.refusal != policies::Refusal::none) return;
  std::size_t leaf = 0;
  for (const auto& operation : transaction.body.operations) {
    if (const auto* notarise = std::get_if<policies::Notarise>(&operation)) {
      const auto place = leaf++;
      teller.tell(Topic::notarizations, [&]() -> Json {
        return {{"id", policies::to_hex(outcome.transaction.bytes) + "-" + std::to_string(place)},
                {"digest", digest_text("sha256", notarise->document)},
                {"leaf", place < outcome.leaves.size() ? Json(outcome.leaves[place]) : Json(nullptr)},
                {"height", height.value}};
      });
    } else if (const auto topic = topic_of(operation)) {
      teller.tell(*topic, [&] {
        auto json = json_of(operation);
        json["transaction"] = digest_text("blake3", outcome.transaction);
        json["height"] = height.value;
        return json;
      });
    }
  }
}

}  // namespace

std::string_view name_of(Topic topic) {
  return topic_names[static_cast<std::size_t>(topic)];
}

std::optional<Topic> topic_from(std::string_view name) {
  const auto found = std::ranges::find(topic_names, name);
  if (found == topic_names.end()) return std::nullopt;
  return static_cast<Topic>(found - topic_names.begin());
}

std::string to_string(EventPlace place) {
  return std::to_string(place.height.value) + "-" + std::to_string(place.ordinal);
}

std::optional<EventPlace> event_place_from(std::string_view text) {
  const auto dash = text.find('-');
  if (dash == std::string_view::npos) return std::nullopt;
  const auto height = number_from(text.substr(0, dash));
  const auto ordinal = number_from(text.substr(dash + 1));
  if (!height || !ordinal || *ordinal >= UINT32_MAX) return std::nullopt;
  return EventPlace{{*height}, static_cast<std::uint32_t>(*ordinal)};
}

BlockEvents events_of(const actors::FinalBlock& block, TopicSet topics, std::uint32_t ordinal,
                      std::size_t max) {
  Teller teller(block.block->header.height, topics, ordinal, max);
  teller.tell(Topic::blocks, [&] { return block_json(block); });
  const auto count = std::min(block.block->transactions.size(), block.outcomes.size());
  for (std::size_t i = 0; i < count && !teller.full(); ++i) tell_transaction(teller, block, i);
  return teller.take();
}

void EventHub::add(std::shared_ptr<const actors::FinalBlock> block) {
  const auto height = block->block->header.height;
  if (!blocks_.empty() && height <= blocks_.back()->block->header.height) return;
  blocks_.push_back(std::move(block));
  if (blocks_.size() > recent_blocks_max) blocks_.pop_front();
  raise_tip(height);
  // A wake may end its own or another's subscription.
  std::vector<Ticket> tickets;
  for (const auto& [ticket, wake] : wakes_) tickets.push_back(ticket);
  for (const auto ticket : tickets)
    if (const auto found = wakes_.find(ticket); found != wakes_.end()) {
      const auto wake = found->second;
      wake();
    }
}

std::shared_ptr<const actors::FinalBlock> EventHub::recent(policies::Height height) const {
  for (const auto& block : blocks_)
    if (block->block->header.height == height) return block;
  return nullptr;
}

EventHub::Ticket EventHub::subscribe(std::function<void()> wake) {
  wakes_.emplace(++next_ticket_, std::move(wake));
  return next_ticket_;
}

void EventHub::unsubscribe(Ticket ticket) {
  wakes_.erase(ticket);
}

EventFeed::EventFeed(Backend& backend, TopicSet topics, EventPlace from)
    : backend_(backend), topics_(topics), place_(from) {
  if (place_.height.value == 0) place_ = {{1}, 0};
}

EventFeed::~EventFeed() {
  if (ticket_) backend_.events().unsubscribe(*ticket_);
}

void EventFeed::on_wake(std::function<void()> wake) {
  if (ticket_) backend_.events().unsubscribe(*ticket_);
  ticket_ = backend_.events().subscribe(std::move(wake));
}

bool EventFeed::is_slow() const {
  return caught_up_ && backend_.events().tip().value > place_.height.value + behind_blocks_max;
}

EventFeed::Batch EventFeed::next() {
  auto& hub = backend_.events();
  Batch batch;
  for (std::size_t blocks = 0; blocks < blocks_a_turn_max && batch.events.empty(); ++blocks) {
    if (place_.height > hub.tip()) {
      caught_up_ = true;
      return batch;
    }
    if (!block_) block_ = hub.recent(place_.height);
    if (!block_) {
      auto stored = backend_.view().block(place_.height);
      if (!stored) return {{}, End::store_failed};
      if (!*stored) return {{}, End::pruned};
      block_ = std::make_shared<const actors::FinalBlock>(std::move(**stored));
    }
    auto told = events_of(*block_, topics_, place_.ordinal, batch_events_max);
    batch.events = std::move(told.events);
    if (!batch.events.empty()) last_id_ = to_string(batch.events.back().place);
    if (told.next) {
      place_.ordinal = *told.next;
    } else {
      place_ = {policies::next(place_.height), 0};
      block_.reset();
    }
  }
  batch.more = batch.events.empty();
  return batch;
}

}  // namespace mnrt::runtime
