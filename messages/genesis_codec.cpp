#include "messages/genesis_codec.hpp"

#include "messages/genesis.capnp.h"
#include "messages/shared_values.hpp"
#include "messages/strict.hpp"
#include "policies/crypto/hash.hpp"
#include "policies/limits.hpp"

namespace mnrt::messages {
namespace {

namespace limits = policies::limits;
using policies::Bytes;
using policies::ByteView;

std::vector<policies::GenesisAccount> read_accounts(bool present,
                                                    capnp::List<wire::Genesis::Account>::Reader list) {
  require_list(present, list, limits::genesis_accounts_max);
  std::vector<policies::GenesisAccount> accounts;
  accounts.reserve(list.size());
  for (auto account : list) {
    require(account.hasBalances(), DecodeError::missing_field);
    accounts.push_back({.address = read_32<policies::Address>(account.getAddress()),
                        .balances = read_balances(account.getBalances())});
  }
  require_sorted(accounts, [](const auto& account) -> const auto& { return account.address; });
  return accounts;
}

policies::Genesis read_genesis(wire::Genesis::Reader reader) {
  require_version(reader.getProtocolVersion());
  require_known(reader);
  require(reader.hasOwner() && reader.hasTreasury(), DecodeError::missing_field);
  policies::Genesis genesis{.protocol_version = reader.getProtocolVersion(),
                            .network = read_text(reader.hasNetwork(), reader.getNetwork()),
                            .time = read_time(reader.getTimeMs()),
                            .owner = read_key_policy(reader.getOwner()),
                            .lease_key = read_32<policies::PublicKey>(reader.getLeaseKey()),
                            .validators = read_validators(reader.hasValidators(), reader.getValidators()),
                            .accounts = read_accounts(reader.hasAccounts(), reader.getAccounts()),
                            .treasury = read_balances(reader.getTreasury()),
                            .parameters = read_parameters(reader.hasParameters(), reader.getParameters()),
                            .bonds = {}};
  for (auto bond : require_list(reader.hasBonds(), reader.getBonds(), limits::validators_max))
    genesis.bonds.push_back(read_amount(bond));
  require(!genesis.network.empty() && genesis.network.size() <= limits::network_name_bytes_max,
          DecodeError::wrong_length);
  require(!genesis.validators.empty(), DecodeError::wrong_length);
  return genesis;
}

void write_genesis(wire::Genesis::Builder builder, const policies::Genesis& genesis) {
  builder.setProtocolVersion(genesis.protocol_version);
  if (!genesis.network.empty()) builder.setNetwork(text_of(genesis.network));
  builder.setTimeMs(genesis.time.ms);
  write_key_policy(builder.initOwner(), genesis.owner);
  write_32(builder.getLeaseKey(), genesis.lease_key);
  if (!genesis.validators.empty())
    write_validators(builder.initValidators(static_cast<unsigned>(genesis.validators.size())),
                     genesis.validators);
  if (!genesis.accounts.empty()) {
    auto accounts = builder.initAccounts(static_cast<unsigned>(genesis.accounts.size()));
    for (unsigned i = 0; i < accounts.size(); ++i) {
      write_32(accounts[i].getAddress(), genesis.accounts[i].address);
      write_balances(accounts[i].initBalances(), genesis.accounts[i].balances);
    }
  }
  write_balances(builder.initTreasury(), genesis.treasury);
  write_parameters(builder.initParameters(policies::parameter_count), genesis.parameters);
  if (genesis.bonds.empty()) return;
  auto bonds = builder.initBonds(static_cast<unsigned>(genesis.bonds.size()));
  for (unsigned i = 0; i < bonds.size(); ++i) write_amount(bonds[i], genesis.bonds[i]);
}

}  // namespace

Bytes encode_genesis(const policies::Genesis& genesis) {
  return encode_with<wire::Genesis>([&](wire::Genesis::Builder builder) { write_genesis(builder, genesis); });
}

std::expected<policies::Genesis, DecodeError> decode_genesis(ByteView bytes) {
  return decode_with<wire::Genesis>(bytes, limits::genesis_bytes_max, read_genesis);
}

policies::Digest chain_id_of(const policies::Genesis& genesis) {
  return policies::domain_hash(policies::Domain::genesis, {}, encode_genesis(genesis));
}

}  // namespace mnrt::messages
