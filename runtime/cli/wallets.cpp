#include "runtime/cli/wallets.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdlib>

#include "policies/ledger/key_policy.hpp"
#include "runtime/keys/passphrase.hpp"

namespace mnrt::runtime {

policies::Address address_of_key(const policies::PublicKey& key) {
  return policies::address_of(policies::single_key(key));
}

Failure failure_of(const KeyError& error) {
  switch (error.kind) {
    case KeyError::Kind::missing:
      return {ExitCode::failed, error.text, "key_missing"};
    case KeyError::Kind::already_there:
      return {ExitCode::refused, error.text, "already_there"};
    case KeyError::Kind::permissions:
      return {ExitCode::config, error.text, "permissions"};
    case KeyError::Kind::wrong_passphrase:
      return {ExitCode::config, error.text, "wrong_passphrase"};
    case KeyError::Kind::no_passphrase:
      return {ExitCode::config, error.text, "no_passphrase"};
    case KeyError::Kind::damaged:
      return {ExitCode::integrity, error.text, "key_damaged"};
    case KeyError::Kind::io:
      break;
  }
  return {ExitCode::failed, error.text, "io"};
}

std::expected<Vault, Failure> open_vault(const Context& context, bool may_make) {
  auto folder = context.data_path() / "keys";
  auto holds = holds_keys(folder);
  if (!holds) return std::unexpected(failure_of(holds.error()));
  PassphraseSources sources{.file = context.passphrase_path(),
                            .credentials = {},
                            .folder = folder,
                            .may_prompt = isatty(STDIN_FILENO) == 1,
                            .may_generate = may_make};
  if (const char* credentials = std::getenv("CREDENTIALS_DIRECTORY")) sources.credentials = credentials;
  auto found = find_passphrase(sources, !*holds);
  if (!found) return std::unexpected(failure_of(found.error()));
  if (!found->warning.empty()) context.output().warning(found->warning);
  auto vault = Vault::open(folder, found->value);
  if (!vault) return std::unexpected(failure_of(vault.error()));
  return std::move(*vault);
}

std::expected<policies::Address, Failure> address_from(const Context& context, const std::string& text) {
  if (auto address = policies::address_from_bech32m(text)) return *address;
  auto wrong = [&](std::string why) {
    return std::unexpected(Failure{ExitCode::usage, std::move(why), "no_address"});
  };
  if (text.starts_with("mn1"))
    return wrong(fmt::format("{} is no address: a character is wrong or missing", text));
  auto label = wallet_label(text);
  if (label.role == FileRole::wallet && !is_wallet_name(text))
    return wrong(fmt::format("\"{}\" is neither an address (mn1…) nor a wallet's name", text));
  auto folder = context.data_path() / "keys";
  auto key = read_public_key(folder, label);
  if (key) return address_of_key(*key);
  if (key.error().kind != KeyError::Kind::missing) return std::unexpected(failure_of(key.error()));
  return wrong(fmt::format("\"{}\" is neither an address (mn1…) nor a wallet in {}", text, folder.string()));
}

std::expected<TokenAmount, Failure> token_amount_from(const std::string& text) {
  auto wrong = [&](std::string_view why) {
    return std::unexpected(
        Failure{ExitCode::usage, fmt::format("\"{}\" is no amount: {}", text, why), "no_amount"});
  };
  auto split = text.find_first_not_of("0123456789.");
  if (split == std::string::npos || split == 0)
    return wrong("write a number and a token, such as \"1.5 FLX\"");
  auto amount = policies::amount_from_decimal(text.substr(0, split));
  auto symbol = text.substr(split);
  symbol.erase(0, symbol.find_first_not_of(' '));
  auto token = policies::token_from_symbol(symbol);
  if (!token) return wrong("the tokens are GEN, NEX, FLX and AUR");
  if (!amount || amount->units == 0) return wrong("it must be above zero, with at most nine decimals");
  return TokenAmount{*amount, *token};
}

}  // namespace mnrt::runtime
