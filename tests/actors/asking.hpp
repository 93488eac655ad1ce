#pragma once

#include <caf/all.hpp>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "actors/memory_store.hpp"
#include "actors/ports.hpp"
#include "sims/world.hpp"

namespace mnrt::tests {

/// CAF's testing scheduler: everything runs when asked to, in an order that the seed picks.
struct Bench {
  sims::SeededChance chance{1};
  sims::Scheduler scheduler{chance};
  caf::actor_system& system{scheduler.system()};
};

template <class Reply>
using Answer = std::shared_ptr<std::optional<Reply>>;

/// Sends mail from an actor of its own, runs what is runnable, and shows what was answered up to now.
template <class Reply, class Handle, class Mail>
Answer<Reply> ask(Bench& bench, const Handle& handle, Mail mail) {
  auto answer = std::make_shared<std::optional<Reply>>();
  bench.system.spawn([answer, to = caf::actor_cast<caf::actor>(handle), mail](caf::event_based_actor* self) {
    self->request(to, caf::infinite, mail)
        .then([answer](Reply& reply) { *answer = std::move(reply); }, [](const caf::error&) {});
  });
  bench.scheduler.drain();
  return answer;
}

/// How a request ended that wasn't answered; nothing while it waits.
template <class Reply, class Handle, class Mail>
std::shared_ptr<std::optional<caf::error>> failure(Bench& bench, const Handle& handle, Mail mail) {
  auto why = std::make_shared<std::optional<caf::error>>();
  bench.system.spawn([why, to = caf::actor_cast<caf::actor>(handle), mail](caf::event_based_actor* self) {
    self->request(to, caf::infinite, mail)
        .then([](Reply&) {}, [why](const caf::error& error) { *why = error; });
  });
  bench.scheduler.drain();
  return why;
}

class SilentNotes final : public actors::Notes {
 public:
  void add(std::string_view, const policies::Note&) override {}
};

/// A store that syncs when the test says so.
class HeldStore final : public actors::Store {
 public:
  void append(messages::Batch rows,
              std::function<void(std::expected<void, actors::StoreError>)> done) override {
    held_.push_back({std::move(rows), std::move(done)});
  }
  std::shared_ptr<const actors::Snapshot> snapshot() const override { return memory_.snapshot(); }

  std::size_t held() const { return held_.size(); }
  void sync_one() {
    auto [rows, done] = std::move(held_.front());
    held_.pop_front();
    memory_.append(std::move(rows), std::move(done));
  }
  void fail_one() {
    auto done = std::move(held_.front().second);
    held_.pop_front();
    done(std::unexpected(actors::StoreError{actors::StoreError::Kind::io, "the disk is gone"}));
  }

 private:
  std::deque<std::pair<messages::Batch, std::function<void(std::expected<void, actors::StoreError>)>>> held_;
  actors::MemoryStore memory_;
};

}  // namespace mnrt::tests
