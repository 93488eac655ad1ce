#include "runtime/store/store.hpp"

#include <rocksdb/perf_level.h>
#include <rocksdb/write_batch.h>
#include <algorithm>

#include <condition_variable>
#include <deque>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

#include "policies/limits.hpp"
#include "runtime/store/database.hpp"

namespace mnrt::runtime {
namespace {

using actors::StoreError;
using messages::Table;
using policies::Bytes;
using policies::ByteView;

// One write takes what waits up to here: enough to share a sync, little enough to keep the first waiter's
// time short.
constexpr std::size_t group_bytes_max = 8 * 1024 * 1024;

// RocksDB takes no null pointer, not even of length 0.
rocksdb::Slice slice_of(ByteView bytes) {
  if (bytes.empty()) return {};
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

Bytes bytes_of(const rocksdb::Slice& slice) {
  return {slice.data(), slice.data() + slice.size()};
}

class View final : public actors::Snapshot {
 public:
  explicit View(std::shared_ptr<Database> database)
      : database_(std::move(database)), snapshot_(database_->db().GetSnapshot()) {
    options_.snapshot = snapshot_;
  }
  ~View() override { database_->db().ReleaseSnapshot(snapshot_); }
  View(const View&) = delete;
  View& operator=(const View&) = delete;

  std::expected<std::optional<Bytes>, StoreError> get(Table table, ByteView key) const override {
    rocksdb::PinnableSlice value;
    const auto status = database_->db().Get(options_, database_->family(table), slice_of(key), &value);
    if (status.IsNotFound()) return std::nullopt;
    if (!status.ok()) return std::unexpected(database_->error(status));
    return bytes_of(value);
  }

  std::expected<std::vector<Found>, StoreError> scan(Table table, ByteView from, ByteView to,
                                                     std::size_t limit, bool backwards) const override {
    std::vector<Found> found;
    const auto lower = slice_of(from);
    const auto upper = slice_of(to);
    if (!to.empty() && lower.compare(upper) >= 0) return found;
    auto options = options_;
    options.iterate_lower_bound = &lower;
    if (!to.empty()) options.iterate_upper_bound = &upper;
    const std::unique_ptr<rocksdb::Iterator> place(
        database_->db().NewIterator(options, database_->family(table)));
    for (backwards ? place->SeekToLast() : place->SeekToFirst(); place->Valid() && found.size() < limit;
         backwards ? place->Prev() : place->Next())
      found.push_back({.key = bytes_of(place->key()), .value = bytes_of(place->value())});
    if (!place->status().ok()) return std::unexpected(database_->error(place->status()));
    return found;
  }

 private:
  std::shared_ptr<Database> database_;
  const rocksdb::Snapshot* snapshot_;
  rocksdb::ReadOptions options_;
};

class RocksStore final : public actors::Store {
 public:
  explicit RocksStore(std::shared_ptr<Database> database)
      : database_(std::move(database)), writer_([this] { write_until_stopped(); }) {}

  ~RocksStore() override {
    {
      const std::lock_guard lock(mutex_);
      stopping_ = true;
    }
    work_.notify_one();
    writer_.join();
  }
  RocksStore(const RocksStore&) = delete;
  RocksStore& operator=(const RocksStore&) = delete;

  void append(messages::Batch rows, std::function<void(std::expected<void, StoreError>)> done) override {
    {
      std::unique_lock lock(mutex_);
      // The writer itself, inside a `done`, can't wait for room that only it makes.
      if (std::this_thread::get_id() != writer_.get_id())
        room_.wait(lock, [&] { return queue_.size() < policies::limits::journal_queue_max; });
      queue_.push_back({std::move(rows), std::move(done)});
    }
    work_.notify_one();
  }

  std::shared_ptr<const actors::Snapshot> snapshot() const override {
    return std::make_shared<View>(database_);
  }

 private:
  struct Append {
    messages::Batch rows;
    std::function<void(std::expected<void, StoreError>)> done;
  };

  void write_until_stopped() {
    // Its counters are thread-local and cost a call at every key compared; nobody reads them.
    rocksdb::SetPerfLevel(rocksdb::PerfLevel::kDisable);
    std::unique_lock lock(mutex_);
    while (true) {
      work_.wait(lock, [&] { return stopping_ || !queue_.empty(); });
      if (queue_.empty()) return;
      auto waiting = std::exchange(queue_, {});
      lock.unlock();
      room_.notify_all();
      while (!waiting.empty()) write_group(waiting);
      lock.lock();
    }
  }

  // Writes a group from the front and calls its `done`s.
  void write_group(std::deque<Append>& waiting) {
    batch_.Clear();
    std::vector<Append> group;
    while (!waiting.empty() && (group.empty() || batch_.GetDataSize() < group_bytes_max)) {
      if (!failure_) add(waiting.front().rows);
      group.push_back(std::move(waiting.front()));
      waiting.pop_front();
    }
    if (!failure_) {
      rocksdb::WriteOptions options;
      options.sync = true;
      if (const auto status = database_->db().Write(options, &batch_); !status.ok())
        failure_ = database_->error(status);
    }
    for (const auto& append : group) {
      if (!append.done) continue;
      if (failure_)
        append.done(std::unexpected(*failure_));
      else
        append.done({});
    }
  }

  /// In the order of the keys, which the memtable takes faster than any other: where the last row went, the
  /// next one's place is near. Rows of one key keep their order.
  void add(const messages::Batch& rows) {
    std::vector<const messages::Row*> sorted(rows.size());
    std::ranges::transform(rows, sorted.begin(), [](const auto& row) { return &row; });
    std::ranges::stable_sort(sorted, [](const auto* a, const auto* b) {
      return a->table != b->table ? a->table < b->table : a->key < b->key;
    });
    for (const auto* row : sorted) {
      auto* family = database_->family(row->table);
      const auto status = row->value ? batch_.Put(family, slice_of(row->key), slice_of(*row->value))
                                     : batch_.Delete(family, slice_of(row->key));
      if (!status.ok() && !failure_) failure_ = database_->error(status);
    }
  }

  std::shared_ptr<Database> database_;
  rocksdb::WriteBatch batch_;          ///< the writer's alone; keeps its memory from group to group
  std::optional<StoreError> failure_;  ///< the writer's alone; the first one stays
  std::mutex mutex_;
  std::condition_variable work_;
  std::condition_variable room_;
  std::deque<Append> queue_;
  bool stopping_{};
  std::thread writer_;  ///< last: it uses all of the above
};

}  // namespace

std::expected<std::unique_ptr<actors::Store>, actors::StoreError> open_store(
    const std::filesystem::path& folder, const StoreBudget& budget) {
  auto database = Database::open(folder, budget);
  if (!database) return std::unexpected(std::move(database.error()));
  return std::make_unique<RocksStore>(*std::move(database));
}

}  // namespace mnrt::runtime
