#include "policies/ledger/key_policy.hpp"

#include <algorithm>

#include "policies/crypto/hash.hpp"
#include "policies/limits.hpp"

namespace mnrt::policies {

bool is_well_formed(const KeyPolicy& policy) {
  const auto& keys = policy.keys;
  if (keys.empty() || keys.size() > limits::keys_max) return false;
  if (policy.threshold < 1 || policy.threshold > keys.size()) return false;
  return std::ranges::adjacent_find(keys, std::ranges::greater_equal{}) == keys.end();
}

Bytes canonical_bytes(const KeyPolicy& policy) {
  Bytes bytes{policy.threshold, static_cast<std::uint8_t>(policy.keys.size())};
  for (const auto& key : policy.keys) bytes.insert(bytes.end(), key.bytes.begin(), key.bytes.end());
  return bytes;
}

Address address_of(const KeyPolicy& policy) {
  return {domain_hash(Domain::address, Digest{}, canonical_bytes(policy)).bytes};
}

}  // namespace mnrt::policies
