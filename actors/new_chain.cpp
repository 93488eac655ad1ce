#include "actors/new_chain.hpp"

#include <algorithm>
#include <utility>

#include "actors/own_account.hpp"

namespace mnrt::actors {
namespace {

using policies::Parameter;

void set(policies::Parameters& all, Parameter parameter, std::uint64_t value) {
  all[static_cast<std::size_t>(parameter)].value = value;
}

policies::Parameters parameters_of(const policies::Config& config) {
  auto all = policies::default_parameters();
  set(all, Parameter::block_bytes_max, config.core.max_block_size);
  set(all, Parameter::block_transactions_max, config.core.max_transactions_per_block);
  set(all, Parameter::infrastructure_fee_ppb, config.economy.infrastructure_fee_rate.ppb);
  set(all, Parameter::service_ttl_seconds_max, config.registry.service_ttl_seconds);
  set(all, Parameter::services_max, config.registry.max_registered_services);
  return all;
}

}  // namespace

policies::Validator seat_of(const Signer& signer, const policies::Address& operated_by) {
  return {.address = own_address(signer, KeyRole::consensus),
          .operated_by = operated_by,
          .consensus_key = signer.public_key(KeyRole::consensus),
          .log_key = signer.public_key(KeyRole::log),
          .cosigner_key = signer.public_key(KeyRole::cosigner),
          .tsa_certificate = {}};
}

policies::Genesis make_genesis(const policies::Config& config, const Signer& signer, NewChain chain) {
  const auto owner = policies::address_of(chain.owner);
  const auto& money = config.genesis;
  policies::Genesis genesis;
  genesis.network = money.network;
  genesis.time = chain.time;
  genesis.owner = std::move(chain.owner);
  genesis.lease_key = signer.public_key(KeyRole::lease);
  genesis.validators = std::move(chain.seats);
  genesis.validators.push_back(seat_of(signer, owner));
  std::ranges::sort(genesis.validators, {}, &policies::Validator::address);
  genesis.accounts = std::move(chain.accounts);
  genesis.accounts.push_back({owner, {money.owner_gen, money.owner_nex, money.owner_flx, money.owner_aur}});
  genesis.accounts.push_back(
      {own_address(signer, KeyRole::account), {policies::Amount{}, {}, money.node_flx, {}}});
  std::ranges::sort(genesis.accounts, {}, &policies::GenesisAccount::address);
  genesis.treasury = {money.treasury_gen, money.treasury_nex, money.treasury_flx, money.treasury_aur};
  genesis.parameters = parameters_of(config);
  return genesis;
}

}  // namespace mnrt::actors
