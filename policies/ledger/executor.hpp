#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "policies/ledger/block_start.hpp"
#include "policies/ledger/execution.hpp"
#include "policies/ledger/operations.hpp"
#include "policies/ledger/overlay.hpp"

namespace mnrt::policies {

/// One block under way: the start, then one transaction after another.
class Executor {
 public:
  Executor(const BlockContext& context, const StateReader& parent);

  /// Runs a transaction. `none`: it is in the block, with an outcome. Else it would make the block invalid,
  /// and has left no trace: what `admissible` refuses, too_large, out_of_order, not_conserving.
  Refusal run(const SignedTransaction& transaction);

  /// The token that the transaction refused as not_conserving would have made or destroyed.
  std::optional<Token> breached_by_last() const { return breached_by_last_; }

  /// What the block did, with conservation checked once more over all of it.
  Execution finish();

 private:
  struct Lane {
    Account& sender;
    const LaneRow* row{};  ///< of a lane other than 0
    std::uint64_t nonce{};
  };
  struct Room {
    std::size_t transactions{};
    std::size_t bytes{};
  };

  Refusal admit(const SignedTransaction& transaction, Lane& lane);
  Refusal fits(const SignedTransaction& transaction) const;
  void begin(const SignedTransaction& transaction, Lane& lane);
  Outcome perform(const SignedTransaction& transaction, Account& sender);
  Outcome run_operations(const SignedTransaction& transaction, Account& sender);
  void settle_fee(const SignedTransaction& transaction, Account& sender, Outcome& outcome);
  void pay_proposer(Amount priority);

  const BlockContext& context_;
  Overlay state_;
  BlockStart start_;
  std::optional<Token> breached_;  ///< by what the block's start did
  std::optional<Token> breached_by_last_;
  std::string log_origin_;
  Room ordinary_;
  Room reserved_;
  std::vector<Outcome> outcomes_;
  std::vector<NewLeaf> leaves_;
};

}  // namespace mnrt::policies
