#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>

#include "actors/ledger_view.hpp"
#include "policies/address.hpp"
#include "policies/amount.hpp"
#include "policies/height.hpp"
#include "policies/ledger/block.hpp"
#include "policies/ledger/genesis.hpp"

namespace mnrt::sims {

/// Keeps books on what final blocks do, beside the nodes' own: each nonce of a lane takes effect once and in
/// order, and what accounts, deposits, bonds and the treasury hold is what genesis gave out, with what was
/// minted and burned since.
class BookChecker {
 public:
  /// The genesis must be one that a chain can begin with.
  explicit BookChecker(const policies::Genesis& genesis);

  /// What is wrong with the blocks up to the store's tip and with the state there. Each height is looked at
  /// once, at the first store that has it, on a chain without forks.
  std::optional<std::string> fault_of_tip(const actors::LedgerView& ledger);

 private:
  using Sums = std::array<policies::uint128, 4>;  ///< by token, modulo 2^128
  using Lane = std::pair<policies::Address, std::uint32_t>;

  std::optional<std::string> fault_of_nonces(const policies::Block& block);
  std::optional<std::string> fault_of_money(const actors::LedgerView& ledger) const;

  Sums given_out_{};
  std::map<Lane, std::uint64_t> next_nonces_;
  policies::Height looked_at_;
};

}  // namespace mnrt::sims
