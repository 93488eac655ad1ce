#include "sims/disk.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <caf/all.hpp>
#include <chrono>
#include <utility>
#include <vector>

#include "policies/digest.hpp"

namespace mnrt::sims {
namespace {

using actors::StoreError;
using messages::Table;

using Finish = std::function<void(std::uint64_t)>;

constexpr std::size_t drawn_rows_max = 4'096;
/// One in so many syncs comes upon a row whose bit flipped: the store writes old rows anew now and then.
constexpr std::uint64_t syncs_between_merges = 48;

/// Tells the disk when a sync is over.
caf::behavior timer(caf::event_based_actor* self, Finish finish) {
  return {
      [self](std::uint64_t generation, std::uint64_t delay_us) {
        self->delayed_send(self, std::chrono::microseconds{delay_us}, generation);
      },
      [finish](std::uint64_t generation) { finish(generation); },
  };
}

StoreError checksum_error(Table table) {
  return {StoreError::Kind::corrupted,
          fmt::format("a block of the table `{}` doesn't match its checksum: restore a backup of the data "
                      "directory",
                      messages::name_of(table))};
}

/// Rows as they were written, but for bits that flipped since.
class View final : public actors::Snapshot {
 public:
  View(std::shared_ptr<const actors::Snapshot> rows, std::shared_ptr<const Flips> flips)
      : rows_(std::move(rows)), flips_(std::move(flips)) {}

  std::expected<std::optional<policies::Bytes>, StoreError> get(Table table,
                                                                policies::ByteView key) const override {
    auto value = rows_->get(table, key);
    if (flips_->empty() || !value || !*value) return value;
    if (!flip(table, key, **value)) return std::unexpected(checksum_error(table));
    return value;
  }

  std::expected<std::vector<Found>, StoreError> scan(Table table, policies::ByteView from,
                                                     policies::ByteView to, std::size_t limit,
                                                     bool backwards) const override {
    auto found = rows_->scan(table, from, to, limit, backwards);
    if (flips_->empty() || !found) return found;
    for (auto& row : *found)
      if (!flip(table, row.key, row.value)) return std::unexpected(checksum_error(table));
    return found;
  }

 private:
  /// False where the checksum tells.
  bool flip(Table table, policies::ByteView key, policies::Bytes& value) const {
    const auto* flip = flips_->find(table, key);
    if (flip == nullptr || flip->bit / 8 >= value.size()) return true;
    if (flip->noticed) return false;
    value[flip->bit / 8] ^= static_cast<std::uint8_t>(1 << flip->bit % 8);
    return true;
  }

  std::shared_ptr<const actors::Snapshot> rows_;
  std::shared_ptr<const Flips> flips_;
};

}  // namespace

void Flips::written(const messages::Batch& rows) {
  if (rows_.empty()) return;
  for (const auto& row : rows) rows_.erase({row.table, row.key});
}

bool Flips::any(bool noticed) const {
  return std::ranges::any_of(rows_, [&](const auto& row) { return row.second.noticed == noticed; });
}

const Flips::Flip* Flips::find(Table table, policies::ByteView key) const {
  const auto found = rows_.find({table, {key.begin(), key.end()}});
  return found == rows_.end() ? nullptr : &found->second;
}

bool Flips::in(Table table) const {
  return std::ranges::any_of(rows_, [&](const auto& row) { return row.first.first == table; });
}

SimulatedDisk::SimulatedDisk(caf::actor_system& system, SeededChance& chance, SyncTimes times)
    : chance_(chance),
      times_(times),
      synced_(std::make_unique<actors::MemoryStore>()),
      flips_(std::make_shared<Flips>()) {
  timer_ = system.spawn(timer, Finish{[this](std::uint64_t generation) { finish_sync(generation); }});
}

SimulatedDisk::~SimulatedDisk() {
  caf::anon_send_exit(timer_, caf::exit_reason::user_shutdown);
}

void SimulatedDisk::append(messages::Batch rows, std::function<void(std::expected<void, StoreError>)> done) {
  waiting_.push_back({std::move(rows), std::move(done)});
  if (syncing_ == 0) start_sync();
}

std::shared_ptr<const actors::Snapshot> SimulatedDisk::snapshot() const {
  return std::make_shared<View>(synced_->snapshot(), flips_);
}

void SimulatedDisk::start_sync() {
  syncing_ = waiting_.size();
  caf::anon_send(timer_, generation_, chance_.between(times_.shortest_us, times_.longest_us));
}

void SimulatedDisk::write(Waiting append, bool is_told) {
  flips_->written(append.rows);
  synced_->append(std::move(append.rows), is_told ? std::move(append.done) : nullptr);
}

void SimulatedDisk::finish_sync(std::uint64_t generation) {
  if (generation != generation_) return;
  if (!failure_ && flips_->any(true) && chance_.below(syncs_between_merges) == 0)
    failure_ = StoreError{StoreError::Kind::corrupted,
                          "rows that were to be written anew don't match their checksums"};
  if (failure_) return refuse_all();
  ++syncs_;
  for (auto left = std::exchange(syncing_, 0); left > 0; --left) {
    auto first = std::move(waiting_.front());
    waiting_.pop_front();
    write(std::move(first), true);
  }
  if (!waiting_.empty()) start_sync();
}

/// Who was in the first sync that failed may have come through all the same; a failure is no proof that
/// nothing was written.
void SimulatedDisk::refuse_all() {
  auto through = std::exchange(refused_, true) ? 0 : chance_.below(syncing_ + 1);
  syncing_ = 0;
  for (auto& append : std::exchange(waiting_, {})) {
    append.done(std::unexpected(*failure_));
    if (through == 0) continue;
    --through;
    unseen_.push_back(std::move(append));
  }
}

std::size_t SimulatedDisk::lose_power() {
  ++generation_;
  broken_ = false;
  refused_ = false;
  if (!full_) failure_.reset();
  torn_ = torn_ || !unseen_.empty();
  for (auto& append : std::exchange(unseen_, {})) write(std::move(append), false);
  // The sync was under way: some of it may be on the disk although nobody will hear so.
  auto kept = chance_.below(std::exchange(syncing_, 0) + 1);
  torn_ = torn_ || kept > 0;
  for (; kept > 0; --kept) {
    write(std::move(waiting_.front()), false);
    waiting_.pop_front();
  }
  return std::exchange(waiting_, {}).size();
}

void SimulatedDisk::break_down() {
  broken_ = true;
  failure_ = StoreError{StoreError::Kind::io, "the disk is broken"};
}

void SimulatedDisk::fill_up() {
  full_ = true;
  failure_ = StoreError{StoreError::Kind::full, "no space is left on the disk"};
}

void SimulatedDisk::make_room() {
  if (std::exchange(full_, false) && !is_broken()) failure_.reset();
}

std::string SimulatedDisk::flip_bit(const FlipLimits& limits) {
  constexpr auto tables = static_cast<std::uint64_t>(Table::count_);
  const auto table = limits.noticed ? static_cast<Table>(chance_.below(tables)) : Table::state;
  // A table of a row or two: seldom, as it is with a disk.
  if (table == Table::sign_state && (!limits.sign_state || chance_.below(4) != 0)) return {};
  auto rows = synced_->snapshot()->scan(table, {}, {}, drawn_rows_max);
  if (!rows) return {};
  std::erase_if(*rows, [](const auto& row) { return row.value.empty(); });
  if (rows->empty()) return {};
  const auto& row = (*rows)[chance_.below(rows->size())];
  const auto bit = chance_.below(row.value.size() * 8);
  flips_->add({table, row.key}, {.bit = bit, .noticed = limits.noticed});
  suspect_ = true;
  return fmt::format("bit {} of the row {} of `{}`", bit, policies::to_hex(row.key),
                     messages::name_of(table));
}

bool SimulatedDisk::replace(messages::Batch rows) {
  const bool knows_signed = !flips_->in(Table::sign_state);
  auto known = synced_->snapshot()->scan(Table::sign_state, {}, {}, drawn_rows_max);
  if (knows_signed && known)
    for (auto& row : *known) rows.push_back({Table::sign_state, std::move(row.key), std::move(row.value)});
  // Snapshots of the old one keep what it knew.
  synced_ = std::make_unique<actors::MemoryStore>();
  flips_ = std::make_shared<Flips>();
  suspect_ = false;
  make_room();
  synced_->append(std::move(rows), {});
  return knows_signed;
}

}  // namespace mnrt::sims
