#pragma once

#include <cstdint>
#include <vector>

#include "policies/keys.hpp"

namespace mnrt::policies {

/// Who may act for an account: `threshold` of `keys`, 1 ≤ threshold ≤ keys ≤ 16, keys sorted, without duplicates.
struct KeyPolicy {
  std::uint8_t threshold{1};
  std::vector<PublicKey> keys;
  friend bool operator==(const KeyPolicy&, const KeyPolicy&) = default;
};

/// One key, one signature.
inline KeyPolicy single_key(const PublicKey& key) { return {.threshold = 1, .keys = {key}}; }

bool is_well_formed(const KeyPolicy& policy);

}  // namespace mnrt::policies
