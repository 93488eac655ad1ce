#include "actors/memory_store.hpp"

#include <algorithm>
#include <array>
#include <deque>
#include <map>
#include <set>
#include <shared_mutex>
#include <utility>

namespace mnrt::actors {
namespace {

using policies::Bytes;
using policies::ByteView;
using Version = std::uint64_t;

// What a row was, from which version on; ascending.
using Past = std::vector<std::pair<Version, std::optional<Bytes>>>;

struct ByteOrder {
  using is_transparent = void;
  bool operator()(ByteView a, ByteView b) const { return std::ranges::lexicographical_compare(a, b); }
};

using Rows = std::map<Bytes, Past, ByteOrder>;

const std::optional<Bytes>* value_at(const Past& past, Version version) {
  const auto after = std::ranges::upper_bound(past, version, {}, &Past::value_type::first);
  return after == past.begin() ? nullptr : &std::prev(after)->second;
}

}  // namespace

struct MemoryStore::Tables {
  // A row that has an older version or is deleted, since `version`: once no snapshot sees what was before,
  // that goes.
  struct Outdated {
    Version version{};
    messages::Table table{};
    Bytes key;
  };

  std::shared_mutex mutex;
  std::array<Rows, static_cast<std::size_t>(messages::Table::count_)> all;
  Version version{};
  std::multiset<Version> seen;  // by snapshots that live
  std::deque<Outdated> outdated;

  Rows& of(messages::Table table) { return all[static_cast<std::size_t>(table)]; }

  void apply(messages::Batch rows) {
    const std::unique_lock lock(mutex);
    ++version;
    for (auto& row : rows) put(std::move(row));
    const auto oldest = seen.empty() ? version : *seen.begin();
    for (; !outdated.empty() && outdated.front().version <= oldest; outdated.pop_front())
      trim(outdated.front(), oldest);
  }

  void put(messages::Row row) {
    auto& past = of(row.table)[row.key];
    if (!past.empty() && past.back().first == version)
      past.pop_back();  // twice in one batch: the last one holds
    past.emplace_back(version, std::move(row.value));
    if (past.size() > 1 || !past.back().second) outdated.push_back({version, row.table, std::move(row.key)});
  }

  void trim(const Outdated& what, Version oldest) {
    auto& rows = of(what.table);
    const auto place = rows.find(what.key);
    if (place == rows.end()) return;
    auto& past = place->second;
    const auto unseen_end = std::ranges::upper_bound(past, oldest, {}, &Past::value_type::first);
    past.erase(past.begin(), std::prev(unseen_end));
    if (past.size() == 1 && !past.front().second) rows.erase(place);
  }
};

struct MemoryStore::View final : Snapshot {
  explicit View(std::shared_ptr<Tables> all) : tables(std::move(all)) {
    const std::unique_lock lock(tables->mutex);
    version = tables->version;
    place = tables->seen.insert(version);
  }

  ~View() override {
    const std::unique_lock lock(tables->mutex);
    tables->seen.erase(place);
  }

  std::expected<std::optional<Bytes>, StoreError> get(messages::Table table, ByteView key) const override {
    const std::shared_lock lock(tables->mutex);
    const auto& rows = tables->of(table);
    const auto found = rows.find(key);
    if (found == rows.end()) return std::nullopt;
    const auto* value = value_at(found->second, version);
    return value == nullptr ? std::nullopt : *value;
  }

  std::expected<std::vector<Found>, StoreError> scan(messages::Table table, ByteView from, ByteView to,
                                                     std::size_t limit, bool backwards) const override {
    std::vector<Found> found;
    if (!to.empty() && !ByteOrder{}(from, to)) return found;
    const std::shared_lock lock(tables->mutex);
    const auto& rows = tables->of(table);
    auto first = rows.lower_bound(from);
    auto last = to.empty() ? rows.end() : rows.lower_bound(to);
    const auto take = [&](const Rows::value_type& row) {
      const auto* value = value_at(row.second, version);
      if (value != nullptr && *value) found.push_back({.key = row.first, .value = **value});
    };
    while (first != last && found.size() < limit) take(backwards ? *--last : *first++);
    return found;
  }

  std::shared_ptr<Tables> tables;
  Version version{};
  std::multiset<Version>::iterator place;
};

// `done`s wait here while an earlier one runs, so that they come in order and may append themselves.
struct MemoryStore::Calls {
  std::mutex mutex;
  std::deque<std::function<void(std::expected<void, StoreError>)>> waiting;
  bool calling{};
};

MemoryStore::MemoryStore() : tables_(std::make_shared<Tables>()), calls_(std::make_unique<Calls>()) {}

MemoryStore::~MemoryStore() = default;

void MemoryStore::append(messages::Batch rows, std::function<void(std::expected<void, StoreError>)> done) {
  std::unique_lock lock(calls_->mutex);
  tables_->apply(std::move(rows));
  calls_->waiting.push_back(std::move(done));
  if (std::exchange(calls_->calling, true)) return;
  while (!calls_->waiting.empty()) {
    const auto call = std::move(calls_->waiting.front());
    calls_->waiting.pop_front();
    lock.unlock();
    if (call) call({});
    lock.lock();
  }
  calls_->calling = false;
}

std::shared_ptr<const Snapshot> MemoryStore::snapshot() const {
  return std::make_shared<View>(tables_);
}

}  // namespace mnrt::actors
