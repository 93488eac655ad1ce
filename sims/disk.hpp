#pragma once

#include <caf/actor.hpp>
#include <caf/actor_system.hpp>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <utility>

#include "actors/memory_store.hpp"
#include "actors/ports.hpp"
#include "sims/chance.hpp"

namespace mnrt::sims {

/// How long a sync takes, drawn anew for each.
struct SyncTimes {
  std::uint64_t shortest_us{200};
  std::uint64_t longest_us{4'000};
};

/// The Store port of a simulated node: appends are synced in order after a virtual delay, those that wait
/// together in one sync. What isn't synced is lost with the power. Reads see only what is synced.
class SimulatedDisk final : public actors::Store {
 public:
  SimulatedDisk(caf::actor_system& system, SeededChance& chance, SyncTimes times);
  ~SimulatedDisk() override;

  void append(messages::Batch rows,
              std::function<void(std::expected<void, actors::StoreError>)> done) override;
  std::shared_ptr<const actors::Snapshot> snapshot() const override { return synced_.snapshot(); }

  /// Forgets what isn't synced, without a word to whoever waits for it; of what was just being synced a part
  /// may have reached the disk. Works again afterwards, if it was broken. Returns how many appends were lost.
  std::size_t lose_power();
  /// Whether, since it was asked last, power was lost in a sync whose rows, or some, are on the disk: rows
  /// that nobody was told of.
  bool take_torn() { return std::exchange(torn_, false); }
  /// From now on every append fails.
  void break_down() { broken_ = true; }
  bool is_broken() const { return broken_; }

  std::uint64_t syncs() const { return syncs_; }

 private:
  struct Waiting {
    messages::Batch rows;
    std::function<void(std::expected<void, actors::StoreError>)> done;
  };
  void start_sync();
  void finish_sync(std::uint64_t generation);

  SeededChance& chance_;
  SyncTimes times_;
  actors::MemoryStore synced_;
  std::deque<Waiting> waiting_;
  std::size_t syncing_{};       ///< how many of the first are in the sync under way
  std::uint64_t generation_{};  ///< a sync that the power cut ended doesn't finish
  std::uint64_t syncs_{};
  bool broken_{};
  bool torn_{};
  caf::actor timer_;
};

}  // namespace mnrt::sims
