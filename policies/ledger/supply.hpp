#pragma once

#include <array>
#include <optional>

#include "policies/amount.hpp"
#include "policies/ledger/state.hpp"
#include "policies/token.hpp"

namespace mnrt::policies {

// For each token, genesis + minted − burned = accounts + treasury + deposits (these in FLX) + bonds (in GEN).

/// Changes of the two sides of that equation.
class SupplyChange {
 public:
  void account(const Balances& before, const Balances& after);
  void pools(const PoolsRow& before, const PoolsRow& after);

  /// The first token of which money appeared or vanished, or whose sums left their range.
  std::optional<Token> breached() const;

 private:
  struct Sides {
    Amount more;
    Amount less;
    bool overflowed{};
  };
  void add(Token token, Amount before, Amount after);
  std::array<Sides, 4> sides_{};
};

/// Adds up a whole state row by row, in any order: the recount at a checkpoint.
class Recount {
 public:
  void add(const StateRow& row);

  /// What genesis gave out, as the rows tell it: accounts + treasury + deposits + bonds + burned − minted. It
  /// never changes, so a recount equals the one of the genesis state. Nothing where the sums leave their
  /// range.
  std::optional<Balances> genesis_supply() const;

 private:
  void gather(Balances& side, const Balances& amounts);
  Balances held_{};
  Balances minted_{};
  bool overflowed_{};
};

}  // namespace mnrt::policies
