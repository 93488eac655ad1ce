#pragma once

#include <vector>

#include "policies/consensus/consensus.hpp"
#include "policies/digest.hpp"

namespace mnrt::actors {

/// What of a peer's hearsay contradicts what was heard here, each with a signature that holds. Nothing after
/// the first that doesn't: an honest peer had each checked, and checking costs more than making them up.
std::vector<policies::Overheard> contradictions(const std::vector<policies::Heard>& heard,
                                                const policies::Consensus& consensus,
                                                const policies::Digest& chain_id);

}  // namespace mnrt::actors
