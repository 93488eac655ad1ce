#include "policies/ledger/accounts.hpp"

#include "policies/check.hpp"

namespace mnrt::policies {

void credit(Amount& balance, Amount amount) {
  const auto sum = checked_add(balance, amount);
  MNRT_CHECK(sum.has_value());
  balance = *sum;
}

void debit(Amount& balance, Amount amount) {
  const auto rest = checked_sub(balance, amount);
  MNRT_CHECK(rest.has_value());
  balance = *rest;
}

Refusal hold_deposit(Overlay& state, Account& payer, Amount deposit) {
  if (payer.row().balances[index_of(Token::flx)] < deposit) return Refusal::balance_too_low;
  debit(state.change(payer).balances[index_of(Token::flx)], deposit);
  credit(state.change_pools().deposits, deposit);
  return Refusal::none;
}

Refusal open_account(Overlay& state, Account& account, Account& payer, Amount deposit) {
  if (account.exists()) return Refusal::none;
  if (const auto refusal = hold_deposit(state, payer, deposit); refusal != Refusal::none) return refusal;
  state.change(account).deposit = deposit;
  return Refusal::none;
}

}  // namespace mnrt::policies
