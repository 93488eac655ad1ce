#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>

#include "actors/ledger_view.hpp"
#include "policies/digest.hpp"
#include "policies/ledger/genesis.hpp"
#include "policies/validator_set.hpp"

namespace mnrt::sims {

/// Looks at each block that a node says is final, as its store shows it: seals of one round, a quorum of
/// distinct signers of that height's set, each signature true. An own count, beside the nodes'.
class SealChecker {
 public:
  explicit SealChecker(const policies::Genesis& genesis);

  /// What is wrong with the block at the store's tip; nothing: it is final. Called with each new tip, once
  /// for each node and height, in the order of the heights that are new to the world.
  std::optional<std::string> fault_of_tip(const actors::LedgerView& ledger);
  /// The time of the block looked at last.
  policies::BlockTime last_time() const { return last_time_; }
  /// Whether a node with this seat may sign for a height; true where the block before it isn't known.
  bool may_sign(policies::Height height, const policies::Address& seat) const;
  /// How many seats a height has; nothing where the block before it isn't known.
  std::optional<std::size_t> seats(policies::Height height) const;
  /// Whether a seal of this seat stands on some block.
  bool has_sealed(const policies::Address& seat) const { return sealers_.contains(seat); }

 private:
  struct Sealed {
    policies::Height height;
    policies::Digest digest;
    const policies::SealSet& seals;
  };
  std::optional<std::string> fault_of(const Sealed& block, const policies::ValidatorSet& set);

  policies::Digest chain_id_;
  std::map<policies::Digest, policies::ValidatorSet> sets_;  ///< by the digest that headers commit to
  std::map<std::pair<policies::Height, policies::Digest>, policies::Digest> next_set_;   ///< after that block
  std::map<std::pair<policies::Height, policies::Digest>, policies::Digest> sealed_by_;  ///< that block
  std::set<policies::Bytes> verified_;  ///< signed bytes and signature, of the newest blocks
  std::map<policies::Height, policies::Digest> set_of_height_;
  std::set<policies::Address> sealers_;
  policies::BlockTime last_time_;
};

}  // namespace mnrt::sims
