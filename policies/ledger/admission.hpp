#pragma once

#include <cstdint>

#include "policies/amount.hpp"
#include "policies/ledger/execution.hpp"
#include "policies/ledger/parameters.hpp"
#include "policies/ledger/state.hpp"

namespace mnrt::policies {

/// What a transaction is held against besides itself: pool and block gather it in their own ways.
struct AdmissionView {
  const BlockContext& block;
  const Parameters& parameters;
  const OwnerRow& owner;
  const AccountRow* sender{};    ///< nullptr: no such account
  std::uint64_t nonce{};         ///< the lane's next
  bool opens_lane{};             ///< the lane has no row yet and needs one
  std::uint64_t nonces_ahead{};  ///< allowed above the next
  bool epoch_just_changed{};     ///< in this very block: a renewal in it is an outcome, not a fault of the
                                 ///< proposer
  const StateReader& rows;       ///< what reports of evidence and `ready` are held against
};

/// The whole of `admissible`.
Refusal check_admission(const SignedTransaction& transaction, const AdmissionView& view);

/// Whether the signing keys may act for the sender: all of them are of its policy, and enough of it. The
/// policy is the stored one; else the opening policy or the sole key, where the address is made from it.
bool keys_suffice(const SignedTransaction& transaction, const AccountRow* sender);

/// What an account without a stored policy gets at its first transaction.
KeyPolicy opened_policy(const SignedTransaction& transaction);

}  // namespace mnrt::policies
