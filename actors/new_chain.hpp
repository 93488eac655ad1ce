#pragma once

#include <vector>

#include "actors/ports.hpp"
#include "policies/config.hpp"
#include "policies/ledger/genesis.hpp"

namespace mnrt::actors {

/// The seat of a node with these keys, for an operator's account.
policies::Validator seat_of(const Signer& signer, const policies::Address& operated_by);

struct NewChain {
  policies::KeyPolicy owner;
  policies::BlockTime time;
  std::vector<policies::GenesisAccount> accounts;  ///< besides the owner's and the node's own
  std::vector<policies::Validator> seats{};        ///< of other nodes, in any order
};

/// A genesis with this node as a validator, the only one unless `chain` names others: parameters, the owner's
/// and the node's money as the config says. The config's own check keeps the parameters in their ranges;
/// `fault_of` tells where it wasn't done.
policies::Genesis make_genesis(const policies::Config& config, const Signer& signer, NewChain chain);

}  // namespace mnrt::actors
