#pragma once

#include <functional>
#include <memory>

#include "actors/ports.hpp"

namespace mnrt::actors {

/// Another store, whose damage ends the node: whoever reads a row that the store knows to be damaged, `halt`
/// hears of it first. The reader gets the error as well.
class WatchedStore final : public Store {
 public:
  /// `halt` is called from any thread, and as often as damage is read. `store` outlives this.
  WatchedStore(Store& store, std::function<void(Halt)> halt);

  void append(messages::Batch rows, std::function<void(std::expected<void, StoreError>)> done) override;
  std::shared_ptr<const Snapshot> snapshot() const override;

 private:
  Store& store_;
  std::shared_ptr<const std::function<void(Halt)>> halt_;  ///< snapshots may outlive this
};

}  // namespace mnrt::actors
