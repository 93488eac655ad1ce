#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "policies/address.hpp"
#include "policies/amount.hpp"
#include "policies/bytes.hpp"
#include "policies/digest.hpp"
#include "policies/height.hpp"
#include "policies/keys.hpp"
#include "policies/ledger/key_policy.hpp"
#include "policies/ledger/operation.hpp"

namespace mnrt::policies {

/// What is signed. protocol: operations succeed or fail together.
struct Transaction {
  std::uint32_t protocol_version{1};
  Digest chain_id;
  Address sender;
  std::uint32_t lane{};   ///< each lane of an account counts its own nonces
  std::uint64_t nonce{};  ///< the first is 0
  Amount fee_limit;       ///< FLX base units, taken before execution, the rest returned
  Amount priority;        ///< FLX base units paid to the proposer on top of the base fee
  Height expiry;          ///< the last height that may include it, at most 1,000 above the current one
  std::vector<Operation> operations;  ///< 1 to 64
  /// Opens an account whose address was made from a k-of-n policy; absent where the account knows its policy,
  /// or where the sole signing key is the policy.
  std::optional<KeyPolicy> opening_policy;
  friend bool operator==(const Transaction&, const Transaction&) = default;
};

struct KeySignature {
  PublicKey key;
  Signature signature;
  friend bool operator==(const KeySignature&, const KeySignature&) = default;
};

/// A decoded frame: the body, its id, and the bytes as they came.
struct SignedTransaction {
  Transaction body;
  Digest id;                             ///< domain_hash(transaction, chain id, canonical body)
  std::vector<KeySignature> signatures;  ///< 1 to 16, distinct keys, sorted by key
  std::shared_ptr<const Bytes> frame;    ///< canonical envelope, what blocks and the wire carry
  std::size_t bytes() const { return frame ? frame->size() : 0; }
};

}  // namespace mnrt::policies
