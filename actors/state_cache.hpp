#pragma once

#include <cstddef>
#include <list>
#include <memory>
#include <optional>
#include <string_view>
#include <unordered_map>

#include "actors/ledger_view.hpp"
#include "policies/ledger/state.hpp"

namespace mnrt::actors {

/// The final state as core reads it: decoded rows in memory, least recently used first out, the store behind
/// them. For one thread. A row that the store can't give or decode aborts: going on would be guessing.
class StateCache final : public policies::StateReader {
 public:
  /// `bytes_max` counts rows and their bookkeeping.
  StateCache(const Store& store, std::size_t bytes_max);

  std::optional<policies::StateRow> read(const policies::StateKey& key) const override;

  /// The changes of a block that is now stored.
  void apply(const policies::StateChanges& changes);

  std::size_t bytes() const { return bytes_; }

 private:
  struct Entry {
    policies::StateKey key;
    std::optional<policies::StateRow> row;
    std::size_t bytes{};
  };
  using Entries = std::list<Entry>;
  struct KeyHash {
    std::size_t operator()(std::string_view key) const { return std::hash<std::string_view>{}(key); }
  };

  void put(const policies::StateKey& key, std::optional<policies::StateRow> row) const;

  const Store& store_;
  std::size_t bytes_max_;
  mutable std::shared_ptr<const Snapshot> snapshot_;
  mutable Entries entries_;  ///< most recently used first
  mutable std::unordered_map<std::string_view, Entries::iterator, KeyHash>
      places_;  ///< looked up, never walked
  mutable std::size_t bytes_{};
};

}  // namespace mnrt::actors
