#pragma once

#include <string>

#include "policies/digest.hpp"
#include "policies/height.hpp"
#include "policies/ledger/block.hpp"
#include "policies/validator_set.hpp"

namespace mnrt::actors {

/// The block that seals are held against.
struct SealedBlock {
  const policies::Digest& chain_id;
  policies::Height height;
  const policies::Digest& digest;
  const policies::ValidatorSet& validators;  ///< of that height
};

/// Why these seals don't make the block final; empty: they do. A quorum of distinct seats, each with its
/// validator's signature over Commit(height, round, digest), all of one round (protocol, section 1). Seals
/// that `known` has too, verified before, aren't verified again.
std::string fault_of_seals(const policies::SealSet& seals, const SealedBlock& block,
                           const policies::SealSet* known = nullptr);

}  // namespace mnrt::actors
