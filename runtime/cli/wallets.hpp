#pragma once

#include <expected>
#include <string>

#include "policies/address.hpp"
#include "policies/amount.hpp"
#include "policies/crypto/ed25519.hpp"
#include "policies/token.hpp"
#include "runtime/cli/context.hpp"
#include "runtime/keys/vault.hpp"

namespace mnrt::runtime {

/// The address of the account that one key opens.
policies::Address address_of_key(const policies::PublicKey& key);

Failure failure_of(const KeyError& error);

/// Opens `keys/` of the data directory with the passphrase that the sources give. `may_make`: a new folder
/// may get a passphrase of its own.
std::expected<Vault, Failure> open_vault(const Context& context, bool may_make);

/// An address as people give one: bech32m, or the name of a wallet in the data directory. Exit code 2 for
/// anything else.
std::expected<policies::Address, Failure> address_from(const Context& context, const std::string& text);

struct TokenAmount {
  policies::Amount amount;
  policies::Token token{};
};

/// `1.5 FLX`, above zero. Exit code 2 for anything else.
std::expected<TokenAmount, Failure> token_amount_from(const std::string& text);

}  // namespace mnrt::runtime
