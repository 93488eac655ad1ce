#include "sims/disk.hpp"

#include <caf/all.hpp>
#include <chrono>
#include <utility>

namespace mnrt::sims {
namespace {

using Finish = std::function<void(std::uint64_t)>;

/// Tells the disk when a sync is over.
caf::behavior timer(caf::event_based_actor* self, Finish finish) {
  return {
      [self](std::uint64_t generation, std::uint64_t delay_us) {
        self->delayed_send(self, std::chrono::microseconds{delay_us}, generation);
      },
      [finish](std::uint64_t generation) { finish(generation); },
  };
}

}  // namespace

SimulatedDisk::SimulatedDisk(caf::actor_system& system, SeededChance& chance, SyncTimes times)
    : chance_(chance), times_(times) {
  timer_ = system.spawn(timer, Finish{[this](std::uint64_t generation) { finish_sync(generation); }});
}

SimulatedDisk::~SimulatedDisk() {
  caf::anon_send_exit(timer_, caf::exit_reason::user_shutdown);
}

void SimulatedDisk::append(messages::Batch rows,
                           std::function<void(std::expected<void, actors::StoreError>)> done) {
  waiting_.push_back({std::move(rows), std::move(done)});
  if (syncing_ == 0) start_sync();
}

void SimulatedDisk::start_sync() {
  syncing_ = waiting_.size();
  caf::anon_send(timer_, generation_, chance_.between(times_.shortest_us, times_.longest_us));
}

void SimulatedDisk::finish_sync(std::uint64_t generation) {
  if (generation != generation_) return;
  if (broken_) {
    syncing_ = 0;
    for (auto& append : std::exchange(waiting_, {}))
      append.done(std::unexpected(actors::StoreError{actors::StoreError::Kind::io, "the disk is broken"}));
    return;
  }
  ++syncs_;
  for (auto left = std::exchange(syncing_, 0); left > 0; --left) {
    auto first = std::move(waiting_.front());
    waiting_.pop_front();
    synced_.append(std::move(first.rows), std::move(first.done));
  }
  if (!waiting_.empty()) start_sync();
}

std::size_t SimulatedDisk::lose_power() {
  ++generation_;
  broken_ = false;
  // The sync was under way: some of it may be on the disk although nobody will hear so.
  auto kept = chance_.below(std::exchange(syncing_, 0) + 1);
  torn_ = torn_ || kept > 0;
  for (; kept > 0; --kept) {
    synced_.append(std::move(waiting_.front().rows), {});
    waiting_.pop_front();
  }
  return std::exchange(waiting_, {}).size();
}

}  // namespace mnrt::sims
