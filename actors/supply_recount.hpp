#pragma once

#include <cstdint>
#include <expected>
#include <memory>
#include <string>

#include "actors/ledger_view.hpp"
#include "policies/ledger/supply.hpp"

namespace mnrt::actors {

/// Adds up one version of the whole state, some rows at a time: the recount at a checkpoint (protocol,
/// section 3). It holds that version's snapshot until it goes.
class SupplyRecount {
 public:
  /// Of the snapshot's last final block. Errors: the store's.
  static Read<SupplyRecount> begin(std::shared_ptr<const Snapshot> snapshot);

  policies::Height height() const { return height_; }
  std::uint64_t rows() const { return rows_; }

  /// Adds the next rows, at most `count`. True: that was all of them. Errors: the store's; `corrupted` for a
  /// row that doesn't decode.
  Read<bool> add(std::size_t count);

  /// What differs from genesis' supply, token by token; empty: nothing. Once all rows are added.
  std::string breach(const policies::Balances& supply) const;

 private:
  SupplyRecount(std::shared_ptr<const Snapshot> snapshot, policies::Height height);

  std::shared_ptr<const Snapshot> snapshot_;
  policies::Height height_;
  policies::Bytes next_;  ///< key to go on from
  std::uint64_t rows_{};
  policies::Recount sum_;
};

}  // namespace mnrt::actors
