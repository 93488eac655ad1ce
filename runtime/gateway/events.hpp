#pragma once

#include <algorithm>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "actors/ledger_view.hpp"
#include "policies/height.hpp"

// What became final, as a stream of events that every subscriber sees alike: pulled by height from the recent
// blocks or the store, so there is neither a gap nor a double, whoever is slow or restarts.
namespace mnrt::runtime {

class Backend;

enum class Topic : std::uint8_t { blocks, transactions, notarizations, registry, governance };
inline constexpr std::size_t topic_count = 5;
std::string_view name_of(Topic topic);
std::optional<Topic> topic_from(std::string_view name);

class TopicSet {
 public:
  void add(Topic topic) { bits_ |= std::uint8_t(1U << static_cast<unsigned>(topic)); }
  bool has(Topic topic) const { return (bits_ >> static_cast<unsigned>(topic) & 1U) != 0; }
  bool empty() const { return bits_ == 0; }

 private:
  std::uint8_t bits_{};
};

/// The place of an event: its block, and its number among all events of the block, whatever the subscriber
/// asked for.
struct EventPlace {
  policies::Height height;
  std::uint32_t ordinal{};
  friend auto operator<=>(const EventPlace&, const EventPlace&) = default;
};

/// `height-ordinal`, as ids are written.
std::string to_string(EventPlace place);
std::optional<EventPlace> event_place_from(std::string_view text);

struct StreamEvent {
  EventPlace place;
  Topic topic{};
  std::string data;  ///< one JSON value
};

/// Up to `max` events of a block from `ordinal` on; `next` is where to go on, nothing after the block's last.
struct BlockEvents {
  std::vector<StreamEvent> events;
  std::optional<std::uint32_t> next;
};
BlockEvents events_of(const actors::FinalBlock& block, TopicSet topics, std::uint32_t ordinal,
                      std::size_t max);

/// The newest final blocks, and who wants to know of the next one.
class EventHub {
 public:
  /// In order; one that was seen is ignored.
  void add(std::shared_ptr<const actors::FinalBlock> block);
  /// The highest height added.
  policies::Height tip() const { return tip_; }
  /// At a start: what the store holds already.
  void raise_tip(policies::Height height) { tip_ = std::max(tip_, height); }
  std::shared_ptr<const actors::FinalBlock> recent(policies::Height height) const;

  using Ticket = std::uint64_t;
  Ticket subscribe(std::function<void()> wake);
  void unsubscribe(Ticket ticket);
  std::size_t subscribers() const { return wakes_.size(); }

 private:
  policies::Height tip_;
  std::deque<std::shared_ptr<const actors::FinalBlock>> blocks_;
  std::map<Ticket, std::function<void()>> wakes_;
  Ticket next_ticket_{};
};

/// One subscriber's way through the events.
class EventFeed {
 public:
  EventFeed(Backend& backend, TopicSet topics, EventPlace from);
  ~EventFeed();
  EventFeed(const EventFeed&) = delete;
  EventFeed& operator=(const EventFeed&) = delete;

  enum class End : std::uint8_t { none, pruned, store_failed };
  struct Batch {
    std::vector<StreamEvent> events;
    End end{End::none};
    bool more{};  ///< no event yet, but the tip isn't reached: ask again when others had their turn
  };
  /// The next events; none at the tip (then `wake` is called when there may be more).
  Batch next();
  void on_wake(std::function<void()> wake);

  /// Whether it had caught up and then fell more than 64 blocks behind.
  bool is_slow() const;
  EventPlace place() const { return place_; }
  /// The id of the last event given; empty before the first.
  const std::string& last_id() const { return last_id_; }

 private:
  Backend& backend_;
  TopicSet topics_;
  EventPlace place_;
  std::string last_id_;
  bool caught_up_{};
  std::shared_ptr<const actors::FinalBlock> block_;  ///< at place_.height, while it is being told
  std::optional<EventHub::Ticket> ticket_;
};

}  // namespace mnrt::runtime
