#include "policies/ledger/overlay.hpp"

#include <utility>

#include "policies/ledger/supply.hpp"

namespace mnrt::policies {

Overlay::Overlay(const StateReader& parent) : parent_(parent) {
  pools_ = &slot(pools_key());
  MNRT_CHECK(pools_->row.has_value());
  parent_pools_ = pools();
}

Account& Overlay::account(const Address& address) {
  auto [place, is_new] = accounts_.try_emplace(address);
  auto& account = place->second;
  if (!is_new) return account;
  if (auto row = parent_.read(account_key(address))) {
    account.row_ = std::get<AccountRow>(std::move(*row));
    account.parent_balances_ = account.row_.balances;
    account.exists_ = true;
  }
  return account;
}

AccountRow& Overlay::change(Account& account) {
  auto& row = account.row_;
  if (account.step_ != step_) {
    account_undo_.push_back({.account = &account,
                             .step = account.step_,
                             .nonce = row.nonce,
                             .balances = row.balances,
                             .deposit = row.deposit,
                             .exists = account.exists_});
    account.step_ = step_;
    account.exists_ = true;
  }
  return row;
}

std::optional<KeyPolicy>& Overlay::change_keys(Account& account) {
  auto& row = change(account);
  keys_undo_.push_back({.account = &account, .keys = row.keys});
  return row.keys;
}

Overlay::Slot& Overlay::slot(const StateKey& key) {
  auto [place, is_new] = rows_.try_emplace(key);
  if (is_new) {
    place->second.row = parent_.read(key);
    place->second.in_parent = place->second.row.has_value();
  }
  return place->second;
}

Overlay::Slot& Overlay::remember(Slot& slot) {
  if (slot.step != step_) {
    row_undo_.push_back({.slot = &slot, .step = slot.step, .row = slot.row});
    slot.step = step_;
  }
  return slot;
}

Overlay::Mark Overlay::mark() {
  return {
      .step = ++step_, .accounts = account_undo_.size(), .keys = keys_undo_.size(), .rows = row_undo_.size()};
}

void Overlay::roll_back(const Mark& mark) {
  for (; keys_undo_.size() > mark.keys; keys_undo_.pop_back())
    keys_undo_.back().account->row_.keys = std::move(keys_undo_.back().keys);
  for (; account_undo_.size() > mark.accounts; account_undo_.pop_back()) {
    const auto& undo = account_undo_.back();
    auto& row = undo.account->row_;
    row.nonce = undo.nonce;
    row.balances = undo.balances;
    row.deposit = undo.deposit;
    undo.account->exists_ = undo.exists;
    undo.account->step_ = undo.step;
  }
  for (; row_undo_.size() > mark.rows; row_undo_.pop_back()) {
    auto& undo = row_undo_.back();
    undo.slot->row = std::move(undo.row);
    undo.slot->step = undo.step;
  }
}

void Overlay::settle() {
  account_undo_.clear();
  keys_undo_.clear();
  row_undo_.clear();
}

std::optional<Token> Overlay::breached_since(const Mark& mark) const {
  // A row that changed in two steps since the mark stands here twice; what it was at the mark is in its first
  // entry, the one whose own last change was before the mark.
  SupplyChange sum;
  for (auto i = mark.accounts; i < account_undo_.size(); ++i) {
    const auto& undo = account_undo_[i];
    if (undo.step < mark.step) sum.account(undo.balances, undo.account->row_.balances);
  }
  for (auto i = mark.rows; i < row_undo_.size(); ++i) {
    const auto& undo = row_undo_[i];
    if (undo.slot == pools_ && undo.step < mark.step) sum.pools(std::get<PoolsRow>(*undo.row), pools());
  }
  return sum.breached();
}

std::optional<Token> Overlay::breached() const {
  SupplyChange sum;
  for (const auto& [address, account] : accounts_)
    if (account.step_ != 0) sum.account(account.parent_balances_, account.row_.balances);
  sum.pools(parent_pools_, pools());
  return sum.breached();
}

StateChanges Overlay::changes() const {
  // Account keys sort before those of all other rows, so each insertion is at the end.
  StateChanges changes;
  for (const auto& [address, account] : accounts_)
    if (account.step_ != 0) changes.emplace_hint(changes.end(), account_key(address), account.row_);
  for (const auto& [key, slot] : rows_)
    if (slot.step != 0 && (slot.row || slot.in_parent)) changes.emplace_hint(changes.end(), key, slot.row);
  return changes;
}

}  // namespace mnrt::policies
