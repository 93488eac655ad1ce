#pragma once

#include <memory>
#include <mutex>

#include "actors/ports.hpp"

namespace mnrt::actors {

/// The Store port in memory: the reference that the others are held against, for tests and `mnrt dev`.
/// Nothing outlives the object. From any thread.
class MemoryStore final : public Store {
 public:
  MemoryStore();
  ~MemoryStore() override;
  MemoryStore(const MemoryStore&) = delete;
  MemoryStore& operator=(const MemoryStore&) = delete;

  /// Applied before it returns; `done` too is called before it returns, unless another append is just calling
  /// its own (from another thread, or this one from inside a `done`): then after that one, in order.
  void append(messages::Batch rows, std::function<void(std::expected<void, StoreError>)> done) override;

  /// Costs nothing to make: a snapshot is a version, and rows keep the versions that some snapshot still
  /// sees.
  std::shared_ptr<const Snapshot> snapshot() const override;

 private:
  struct Tables;
  struct View;
  struct Calls;
  std::shared_ptr<Tables> tables_;
  std::unique_ptr<Calls> calls_;
};

}  // namespace mnrt::actors
