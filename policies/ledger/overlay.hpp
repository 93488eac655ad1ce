#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "policies/address.hpp"
#include "policies/check.hpp"
#include "policies/ledger/state.hpp"
#include "policies/token.hpp"

namespace mnrt::policies {

/// An account as the block sees it. Found once, then used by reference: it stays where it is while the
/// overlay lives.
class Account {
 public:
  bool exists() const { return exists_; }
  const AccountRow& row() const { return row_; }

 private:
  friend class Overlay;
  AccountRow row_;
  Balances parent_balances_{};
  std::uint64_t step_{};  ///< of the last change; 0: unchanged
  bool exists_{};
};

/// Rows as a block changes them, over its parent's state. What was changed since a mark can be undone, so a
/// failed operation or transaction leaves no trace. Account rows have a way of their own, because nearly all
/// work is theirs.
class Overlay {
 public:
  explicit Overlay(const StateReader& parent);
  Overlay(const Overlay&) = delete;
  Overlay& operator=(const Overlay&) = delete;

  Account& account(const Address& address);

  /// The row for writing; a row that doesn't exist comes to be, empty.
  AccountRow& change(Account& account);
  /// As `change`, for the key policy, which `change` doesn't remember because it hardly ever changes.
  std::optional<KeyPolicy>& change_keys(Account& account);

  template <class Row>
  const Row* find(const StateKey& key) {
    const auto& row = slot(key).row;
    return row ? &std::get<Row>(*row) : nullptr;
  }

  /// The row for writing; a row that doesn't exist comes to be, empty.
  template <class Row>
  Row& change(const StateKey& key) {
    auto& row = remember(slot(key)).row;
    if (!row) row.emplace(Row{});
    return std::get<Row>(*row);
  }

  /// A copy of a row that isn't an account's.
  std::optional<StateRow> row(const StateKey& key) { return slot(key).row; }

  void erase(const StateKey& key) { remember(slot(key)).row.reset(); }

  const PoolsRow& pools() const { return std::get<PoolsRow>(*pools_->row); }
  PoolsRow& change_pools() { return std::get<PoolsRow>(*remember(*pools_).row); }

  struct Mark {
    std::uint64_t step{};
    std::size_t accounts{};
    std::size_t keys{};
    std::size_t rows{};
  };
  /// Begins a step that can be undone.
  Mark mark();
  /// Undoes all changes since the mark.
  void roll_back(const Mark& mark);
  /// Forgets how to undo what was done so far.
  void settle();

  /// The first token whose sum over accounts, treasury, deposits, bonds, burned and minted changed since the
  /// mark.
  std::optional<Token> breached_since(const Mark& mark) const;
  /// The same since the parent's state.
  std::optional<Token> breached() const;

  /// Every row that was changed, as it is now.
  StateChanges changes() const;

 private:
  struct Slot {
    std::optional<StateRow> row;
    std::uint64_t step{};  ///< of the last change; 0: unchanged
    bool in_parent{};
  };
  struct AccountUndo {
    Account* account{};
    std::uint64_t step{};
    std::uint64_t nonce{};
    Balances balances{};
    Amount deposit;
    bool exists{};
  };
  struct KeysUndo {
    Account* account{};
    std::optional<KeyPolicy> keys;
  };
  struct RowUndo {
    Slot* slot{};
    std::uint64_t step{};
    std::optional<StateRow> row;
  };

  Slot& slot(const StateKey& key);
  Slot& remember(Slot& slot);

  const StateReader& parent_;
  std::map<Address, Account> accounts_;
  std::map<StateKey, Slot> rows_;
  Slot* pools_{};
  PoolsRow parent_pools_;
  std::uint64_t step_{1};
  std::vector<AccountUndo> account_undo_;
  std::vector<KeysUndo> keys_undo_;
  std::vector<RowUndo> row_undo_;
};

/// An overlay's rows for those who only read: all but accounts, which have a way of their own.
class OverlayRows final : public StateReader {
 public:
  explicit OverlayRows(Overlay& overlay) : overlay_(overlay) {}
  std::optional<StateRow> read(const StateKey& key) const override { return overlay_.row(key); }

 private:
  Overlay& overlay_;
};

}  // namespace mnrt::policies
