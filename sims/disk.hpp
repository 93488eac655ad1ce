#pragma once

#include <caf/actor.hpp>
#include <caf/actor_system.hpp>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
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

/// Rows of a disk in which a bit changed since they were written.
class Flips {
 public:
  using Place = std::pair<messages::Table, policies::Bytes>;
  struct Flip {
    std::uint64_t bit{};  ///< of the value
    bool noticed{};       ///< by the store's checksum, at the next read; else the read gives what is there
  };

  void add(Place place, Flip flip) { rows_[std::move(place)] = flip; }
  void written(const messages::Batch& rows);
  bool empty() const { return rows_.empty(); }
  bool any(bool noticed) const;
  const Flip* find(messages::Table table, policies::ByteView key) const;
  bool in(messages::Table table) const;

 private:
  std::map<Place, Flip> rows_;
};

/// The Store port of a simulated node: appends are synced in order after a virtual delay, those that wait
/// together in one sync. What isn't synced is lost with the power. Reads see only what is synced, and what
/// has become of it: as with RocksDB, a row whose bit flipped is an error to whoever reads it, and in the end
/// to writers as well, because the store reads old rows to write them together.
class SimulatedDisk final : public actors::Store {
 public:
  SimulatedDisk(caf::actor_system& system, SeededChance& chance, SyncTimes times);
  ~SimulatedDisk() override;

  void append(messages::Batch rows,
              std::function<void(std::expected<void, actors::StoreError>)> done) override;
  std::shared_ptr<const actors::Snapshot> snapshot() const override;

  /// Forgets what isn't synced, without a word to whoever waits for it; of what was just being synced a part
  /// may have reached the disk. Works again afterwards, unless it is full. Returns how many appends were
  /// lost.
  std::size_t lose_power();
  /// Whether, since it was asked last, a sync was cut short whose rows, or some, are on the disk: rows that
  /// nobody was told of, or whose writer was told that they failed.
  bool take_torn() { return std::exchange(torn_, false); }
  /// From now on every append fails, until the power is lost.
  void break_down();
  /// From now on every append fails, until there is room: whoever hasn't come upon it by then goes on.
  void fill_up();
  void make_room();
  bool is_full() const { return full_; }
  /// Nothing is written any more before the node starts again.
  bool is_broken() const { return broken_ || refused_; }

  /// Which bits may flip.
  struct FlipLimits {
    bool noticed{true};     ///< else the checksum misses it; then it is one of the state's rows
    bool sign_state{true};  ///< may be hit
  };
  /// A bit of a stored row, drawn, flips. Says of which; empty: nothing is stored there.
  std::string flip_bit(const FlipLimits& limits);
  /// Whoever uses it has no reason to fail.
  bool is_sound() const { return !suspect_ && !full_ && !is_broken(); }
  /// Bits have flipped on it, whether or not anybody has found out.
  bool is_suspect() const { return suspect_; }
  bool holds_unnoticed_flips() const { return flips_->any(false); }
  bool holds_damaged_sign_state() const { return flips_->in(messages::Table::sign_state); }
  /// A new disk in its place, with `rows` and with what the node's keys signed, if that can be read: then
  /// true. While the node is off.
  bool replace(messages::Batch rows);

  /// What was written, whatever has become of it: for those who look from outside the world.
  const actors::Store& written() const { return *synced_; }
  std::uint64_t syncs() const { return syncs_; }

 private:
  struct Waiting {
    messages::Batch rows;
    std::function<void(std::expected<void, actors::StoreError>)> done;
  };
  void start_sync();
  void finish_sync(std::uint64_t generation);
  void refuse_all();
  void write(Waiting append, bool is_told);

  SeededChance& chance_;
  SyncTimes times_;
  std::unique_ptr<actors::MemoryStore> synced_;
  std::shared_ptr<Flips> flips_;  ///< snapshots look into it too
  std::deque<Waiting> waiting_;
  std::size_t syncing_{};       ///< how many of the first are in the sync under way
  std::uint64_t generation_{};  ///< a sync that the power cut ended doesn't finish
  std::uint64_t syncs_{};
  bool broken_{};
  bool full_{};
  bool suspect_{};
  std::optional<actors::StoreError> failure_;  ///< of each append from now on
  bool refused_{};                             ///< an append: after one nothing is written any more
  std::deque<Waiting> unseen_;  ///< on the disk although they failed: the next start shows them
  bool torn_{};
  caf::actor timer_;
};

}  // namespace mnrt::sims
