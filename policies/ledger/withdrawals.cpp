#include "policies/ledger/withdrawals.hpp"

#include <algorithm>

#include "policies/ledger/accounts.hpp"

namespace mnrt::policies {
namespace {

using Entry = WithdrawalsRow::Entry;

bool passed(BlockTime since, BlockTime now, const Parameters& parameters, Parameter span_ms) {
  return now.ms - since.ms >= static_cast<std::int64_t>(value_of(parameters, span_ms));
}

/// Whether it could be paid; false where the treasury no longer covers it.
bool pay(Overlay& state, const Entry& entry) {
  const auto token = index_of(entry.token);
  if (state.pools().treasury[token] < entry.amount) return false;
  debit(state.change_pools().treasury[token], entry.amount);
  credit(state.change(state.account(entry.to)).balances[token], entry.amount);
  return true;
}

}  // namespace

void forget_old_withdrawals(std::vector<Entry>& entries, BlockTime now, const Parameters& parameters) {
  std::erase_if(entries, [&](const Entry& entry) {
    return entry.paid && passed(entry.asked, now, parameters, Parameter::withdrawal_window_ms);
  });
}

void pay_due_withdrawals(Overlay& state, BlockTime now, const Parameters& parameters) {
  const auto is_due = [&](const Entry& entry) {
    return !entry.paid && passed(entry.asked, now, parameters, Parameter::withdrawal_delay_ms);
  };
  const auto* row = state.find<WithdrawalsRow>(withdrawals_key());
  if (row == nullptr || std::ranges::none_of(row->entries, is_due)) return;
  auto& entries = state.change<WithdrawalsRow>(withdrawals_key()).entries;
  std::erase_if(entries, [&](Entry& entry) {
    if (!is_due(entry)) return false;
    entry.paid = pay(state, entry);
    return !entry.paid;
  });
}

void cancel_withdrawals(Overlay& state) {
  const auto waits = [](const Entry& entry) { return !entry.paid; };
  const auto* row = state.find<WithdrawalsRow>(withdrawals_key());
  if (row == nullptr || std::ranges::none_of(row->entries, waits)) return;
  std::erase_if(state.change<WithdrawalsRow>(withdrawals_key()).entries, waits);
}

}  // namespace mnrt::policies
