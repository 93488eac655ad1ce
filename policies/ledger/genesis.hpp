#pragma once

#include <array>
#include <string>
#include <vector>

#include "policies/address.hpp"
#include "policies/amount.hpp"
#include "policies/ledger/key_policy.hpp"
#include "policies/ledger/parameters.hpp"
#include "policies/time.hpp"
#include "policies/validator_set.hpp"

namespace mnrt::policies {

struct GenesisAccount {
  Address address;
  std::array<Amount, 4> balances;  ///< indexed by Token
  friend bool operator==(const GenesisAccount&, const GenesisAccount&) = default;
};

/// Everything a chain starts from. Its digest is the chain id, so two networks never share one.
struct Genesis {
  std::uint32_t protocol_version{1};
  std::string network;  ///< a name for people, 1–64 bytes
  BlockTime time;
  KeyPolicy owner;      ///< cold: withdrawal, parameters, upgrades; its account is made from this policy
  PublicKey lease_key;  ///< hot: may only renew the lease
  ValidatorSet validators;
  std::vector<GenesisAccount> accounts;  ///< sorted by address
  std::array<Amount, 4> treasury;        ///< indexed by Token
  Parameters parameters;
  std::vector<Amount> bonds;  ///< GEN of each validator, in their order; empty: none has any
  friend bool operator==(const Genesis&, const Genesis&) = default;
};

}  // namespace mnrt::policies
