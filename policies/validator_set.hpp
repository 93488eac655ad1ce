#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "policies/address.hpp"
#include "policies/digest.hpp"
#include "policies/keys.hpp"

namespace mnrt::policies {

/// One seat of the validator set. All keys are public; `operated_by` names the operator's account.
struct Validator {
  Address address;  ///< of the seat's own account; the set is sorted by it
  Address operated_by;
  PublicKey consensus_key;  ///< signs proposals, prepares, commits and round changes
  PublicKey log_key;        ///< signs log checkpoints
  PublicKey cosigner_key;   ///< cosigns log checkpoints (C2SP tlog-cosignature)
  Digest tsa_certificate;   ///< SHA-256 of the time-stamp authority's certificate; zeros: none
  friend auto operator<=>(const Validator&, const Validator&) = default;
};

/// The validators of one height, sorted by address, without duplicates.
using ValidatorSet = std::vector<Validator>;

/// Faulty validators that n tolerate: floor((n − 1) / 3).
constexpr std::size_t faulty_max(std::size_t n) {
  return n == 0 ? 0 : (n - 1) / 3;
}

/// ceil(2n / 3): two quorums share an honest validator.
constexpr std::size_t quorum(std::size_t n) {
  return (2 * n + 2) / 3;
}

/// The place of an address in the sorted set.
std::optional<std::size_t> index_of(const ValidatorSet& set, const Address& address);

}  // namespace mnrt::policies
