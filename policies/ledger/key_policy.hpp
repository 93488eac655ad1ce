#pragma once

#include <cstdint>
#include <vector>

#include "policies/address.hpp"
#include "policies/bytes.hpp"
#include "policies/keys.hpp"

namespace mnrt::policies {

/// Who may act for an account: `threshold` of `keys`, 1 ≤ threshold ≤ keys ≤ 16, keys sorted, without
/// duplicates.
struct KeyPolicy {
  std::uint8_t threshold{1};
  std::vector<PublicKey> keys;
  friend bool operator==(const KeyPolicy&, const KeyPolicy&) = default;
};

/// One key, one signature.
inline KeyPolicy single_key(const PublicKey& key) {
  return {.threshold = 1, .keys = {key}};
}

/// Whether the bounds above hold.
bool is_well_formed(const KeyPolicy& policy);

/// What an address is made of: threshold (1 byte), number of keys (1 byte), the keys (32 bytes each) in
/// order.
Bytes canonical_bytes(const KeyPolicy& policy);

/// domain_hash(address, zeros, canonical bytes): the same account on every chain.
Address address_of(const KeyPolicy& policy);

}  // namespace mnrt::policies
