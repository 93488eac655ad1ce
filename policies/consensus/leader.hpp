#pragma once

#include <algorithm>
#include <cstddef>

#include "policies/address.hpp"
#include "policies/height.hpp"
#include "policies/validator_set.hpp"

namespace mnrt::policies {

/// Who leads round 0 on top of a parent: the first seat after the parent's proposer by address, wrapping; the
/// first seat on top of genesis. The same whether or not that proposer still has a seat (protocol section 1,
/// Leader).
inline std::size_t first_leader(const ValidatorSet& set, Height parent, const Address& parent_proposer) {
  if (parent == Height{0}) return 0;
  auto after = std::ranges::upper_bound(set, parent_proposer, {}, &Validator::address);
  return after == set.end() ? 0 : static_cast<std::size_t>(after - set.begin());
}

/// The leader of a round: one seat further with each round. `set` is that of the height, sorted and not
/// empty.
inline const Address& leader_of(const ValidatorSet& set, Height parent, const Address& parent_proposer,
                                Round round) {
  return set[(first_leader(set, parent, parent_proposer) + round.value) % set.size()].address;
}

}  // namespace mnrt::policies
