#include "policies/ledger/genesis_state.hpp"

#include <algorithm>
#include <utility>

#include "policies/check.hpp"
#include "policies/ledger/accounts.hpp"
#include "policies/ledger/expiry.hpp"
#include "policies/ledger/supply.hpp"
#include "policies/limits.hpp"

namespace mnrt::policies {
namespace {

bool in_order(const ValidatorSet& validators) {
  return std::ranges::adjacent_find(validators, std::ranges::greater_equal{}, &Validator::address) ==
         validators.end();
}

PoolsRow pools_of(const Genesis& genesis) {
  PoolsRow pools;
  pools.treasury = genesis.treasury;
  pools.services_swept = span_of(genesis.time);
  for (const auto bond : genesis.bonds) credit(pools.bonds, bond);
  return pools;
}

}  // namespace

std::optional<Balances> supply_of(const Genesis& genesis) {
  auto bonds = std::optional{Amount{}};
  for (const auto bond : genesis.bonds) bonds = bonds ? checked_add(*bonds, bond) : std::nullopt;
  if (!bonds) return std::nullopt;
  Recount recount;
  recount.add(pools_of(genesis));
  for (const auto& account : genesis.accounts) {
    AccountRow row;
    row.balances = account.balances;
    recount.add(row);
  }
  return recount.genesis_supply();
}

std::string_view fault_of(const Genesis& genesis) {
  if (genesis.protocol_version != 1) return "the protocol version isn't 1";
  if (genesis.network.empty() || genesis.network.size() > 64) return "the network's name isn't 1 to 64 bytes";
  if (genesis.time.ms < 0) return "the time is before 1970";
  if (!is_well_formed(genesis.owner)) return "the owner's key policy isn't well-formed";
  if (std::ranges::binary_search(genesis.owner.keys, genesis.lease_key))
    return "the lease key is one of the owner's keys: a stolen server could act as the owner";
  if (genesis.validators.empty() || genesis.validators.size() > limits::validators_max)
    return "there must be 1 to 100 validators";
  if (!in_order(genesis.validators)) return "the validators aren't sorted by address without duplicates";
  if (std::ranges::adjacent_find(genesis.accounts, std::ranges::greater_equal{}, &GenesisAccount::address) !=
      genesis.accounts.end())
    return "the accounts aren't sorted by address without duplicates";
  for (const auto& parameter : genesis.parameters)
    if (parameter.value < parameter.lowest || parameter.value > parameter.highest)
      return "a parameter is outside its own range";
  const auto& block_bytes = genesis.parameters[static_cast<std::size_t>(Parameter::block_bytes_max)];
  if (block_bytes.lowest < 2 * limits::transaction_bytes_max || block_bytes.highest > limits::block_bytes_max)
    return "block_bytes_max could leave no room for a transaction, or pass what a frame carries";
  if (genesis.parameters[static_cast<std::size_t>(Parameter::block_transactions_max)].lowest < 2)
    return "block_transactions_max could leave no room for a transaction";
  if (!genesis.bonds.empty() && genesis.bonds.size() != genesis.validators.size())
    return "there must be a bond for each validator, or none at all";
  if (!supply_of(genesis)) return "the supply of a token is over the largest amount";
  return {};
}

StateChanges genesis_state(const Genesis& genesis) {
  MNRT_CHECK(fault_of(genesis).empty());
  std::map<Address, AccountRow> accounts;
  for (const auto& account : genesis.accounts) accounts[account.address].balances = account.balances;
  for (const auto& validator : genesis.validators) accounts[validator.operated_by];
  const auto owner = address_of(genesis.owner);
  accounts[owner].keys = genesis.owner;
  const auto lease = single_key(genesis.lease_key);
  accounts[address_of(lease)].keys = lease;

  StateChanges state;
  for (auto& [address, row] : accounts) state.emplace(account_key(address), std::move(row));
  state.emplace(pools_key(), pools_of(genesis));
  state.emplace(owner_key(), OwnerRow{.epoch = {},
                                      .owner = owner,
                                      .lease_key = genesis.lease_key,
                                      .renewed_time = genesis.time,
                                      .renewed_height = {}});
  state.emplace(log_key(), LogRow{});
  state.emplace(parameters_key(), ParametersRow{.values = genesis.parameters, .pending = {}});
  state.emplace(validators_key(), ValidatorsRow{genesis.validators});
  state.emplace(withdrawals_key(), WithdrawalsRow{});
  for (std::size_t i = 0; i < genesis.bonds.size(); ++i)
    if (genesis.bonds[i].units != 0) {
      BondRow bond;
      bond.seat = genesis.validators[i];
      bond.amount = genesis.bonds[i];
      state.emplace(bond_key(bond.seat.address), std::move(bond));
    }
  return state;
}

}  // namespace mnrt::policies
