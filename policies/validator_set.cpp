#include "policies/validator_set.hpp"

#include <algorithm>

namespace mnrt::policies {

std::optional<std::size_t> index_of(const ValidatorSet& set, const Address& address) {
  auto found = std::ranges::lower_bound(set, address, {}, &Validator::address);
  if (found == set.end() || found->address != address) return std::nullopt;
  return static_cast<std::size_t>(found - set.begin());
}

}  // namespace mnrt::policies
