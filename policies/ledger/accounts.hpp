#pragma once

#include <cstddef>

#include "policies/amount.hpp"
#include "policies/ledger/outcome.hpp"
#include "policies/ledger/overlay.hpp"
#include "policies/token.hpp"

namespace mnrt::policies {

constexpr std::size_t index_of(Token token) {
  return static_cast<std::size_t>(token);
}

/// Adds where the sum must fit, because the supply of each token does. A bug otherwise.
void credit(Amount& balance, Amount amount);

/// Takes what the caller has checked to be there. A bug otherwise.
void debit(Amount& balance, Amount amount);

/// Moves a new row's deposit from the payer to the pools. Returns balance_too_low, and changes nothing, where
/// the payer has less.
Refusal hold_deposit(Overlay& state, Account& payer, Amount deposit);

/// Makes an account's row, if there is none, with a deposit that `payer` pays.
Refusal open_account(Overlay& state, Account& account, Account& payer, Amount deposit);

}  // namespace mnrt::policies
