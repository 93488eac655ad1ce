#include "actors/watched_store.hpp"

#include <utility>

namespace mnrt::actors {
namespace {

class View final : public Snapshot {
 public:
  View(std::shared_ptr<const Snapshot> snapshot, std::shared_ptr<const std::function<void(Halt)>> halt)
      : snapshot_(std::move(snapshot)), halt_(std::move(halt)) {}

  std::expected<std::optional<policies::Bytes>, StoreError> get(messages::Table table,
                                                                policies::ByteView key) const override {
    auto value = snapshot_->get(table, key);
    if (!value) tell(value.error());
    return value;
  }

  std::expected<std::vector<Found>, StoreError> scan(messages::Table table, policies::ByteView from,
                                                     policies::ByteView to, std::size_t limit,
                                                     bool backwards) const override {
    auto rows = snapshot_->scan(table, from, to, limit, backwards);
    if (!rows) tell(rows.error());
    return rows;
  }

 private:
  void tell(const StoreError& error) const {
    if (error.kind == StoreError::Kind::corrupted) (*halt_)({Halt::Kind::integrity, error.text});
  }

  std::shared_ptr<const Snapshot> snapshot_;
  std::shared_ptr<const std::function<void(Halt)>> halt_;
};

}  // namespace

WatchedStore::WatchedStore(Store& store, std::function<void(Halt)> halt)
    : store_(store), halt_(std::make_shared<const std::function<void(Halt)>>(std::move(halt))) {}

void WatchedStore::append(messages::Batch rows, std::function<void(std::expected<void, StoreError>)> done) {
  store_.append(std::move(rows), std::move(done));
}

std::shared_ptr<const Snapshot> WatchedStore::snapshot() const {
  return std::make_shared<View>(store_.snapshot(), halt_);
}

}  // namespace mnrt::actors
