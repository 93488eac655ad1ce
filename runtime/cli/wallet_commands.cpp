#include <fmt/format.h>

#include <algorithm>
#include <memory>

#include "policies/digest.hpp"
#include "runtime/cli/context.hpp"
#include "runtime/cli/node_client.hpp"
#include "runtime/cli/paying.hpp"
#include "runtime/cli/wallets.hpp"

// mnrt wallet create|list|balance|send
namespace mnrt::runtime {

namespace {

ExitCode create(const Context& context, const std::string& name) {
  auto output = context.output();
  // Its key is made with the chain; where it was moved away, another one under its name would be taken for
  // it.
  if (name == "owner")
    return output.failed(
        {ExitCode::refused,
         "the wallet \"owner\" is the owner's, made with the chain: bring its owner.key back, name its "
         "file with --key, or give the new wallet another name",
         "reserved_name"});
  auto vault = open_vault(context, true);
  if (!vault) return output.failed(vault.error());
  auto key = vault->create_key(wallet_label(name));
  if (!key) {
    auto failure = failure_of(key.error());
    if (!is_wallet_name(name)) failure.exit = ExitCode::usage;
    return output.failed(failure);
  }
  auto address = to_bech32m(address_of_key(*key));
  return output.data({{"name", name}, {"address", address}, {"public_key", policies::to_hex(key->bytes)}},
                     address);
}

ExitCode list(const Context& context) {
  auto output = context.output();
  auto wallets = list_wallets(context.data_path() / "keys");
  if (!wallets) return output.failed(failure_of(wallets.error()));
  Json items = Json::array();
  std::string lines;
  for (const auto& wallet : *wallets) {
    auto address = to_bech32m(address_of_key(wallet.public_key));
    items.push_back({{"name", wallet.name},
                     {"address", address},
                     {"public_key", policies::to_hex(wallet.public_key.bytes)}});
    lines += fmt::format("{}{:<20} {}", lines.empty() ? "" : "\n", wallet.name, address);
  }
  if (wallets->empty()) output.progress("no wallet yet; make one with: mnrt wallet create --name NAME");
  if (wallets->empty() && !context.json) return ExitCode::ok;
  return output.data({{"wallets", std::move(items)}}, lines);
}

ExitCode balance(const Context& context, const std::string& who) {
  auto output = context.output();
  auto address = address_from(context, who);
  if (!address) return output.failed(address.error());
  auto node = NodeClient::from(context);
  if (!node) return output.failed(node.error());
  auto account = node->get("/api/v1/accounts/" + to_bech32m(*address));
  if (!account) return output.failed(account.error());
  Json balances = Json::object();
  std::string lines;
  const auto units = account->value("balances", Json::object());
  for (auto token : policies::all_tokens) {
    auto symbol = policies::facts_of(token).symbol;
    auto amount = policies::amount_from_string(text_of(units, symbol)).value_or(policies::Amount{});
    balances[std::string(symbol)] = to_decimal(amount);
    lines += fmt::format("{}{} {}", lines.empty() ? "" : "\n", symbol, to_decimal(amount));
  }
  return output.data({{"address", to_bech32m(*address)},
                      {"exists", account->value("exists", false)},
                      {"balances", std::move(balances)},
                      {"next_nonce", number_of(*account, "next_nonce")}},
                     lines);
}

struct SendOptions {
  PayingOptions paying;
  std::string to, amount;
};

ExitCode send(const Context& context, const SendOptions& options) {
  auto output = context.output();
  auto amount = token_amount_from(options.amount);
  if (!amount) return output.failed(amount.error());
  auto to = address_from(context, options.to);
  if (!to) return output.failed(to.error());
  return send_from(context, options.paying, [&](const policies::Address&) {
    return std::vector<policies::Operation>{policies::Transfer{*to, amount->token, amount->amount}};
  });
}

}  // namespace

void add_wallet(CLI::App& app, Context& context) {
  auto* wallet = app.add_subcommand("wallet", "Keys and money");
  wallet->require_subcommand(1);
  add_example(*wallet, "  mnrt wallet create --name alice\n  mnrt wallet balance alice");

  auto name = std::make_shared<std::string>();
  auto* create_command = wallet->add_subcommand("create", "Makes a key, encrypted in the data directory");
  create_command->add_option("--name", *name, "1 to 64 of a-z A-Z 0-9 . _ -")->required()->type_name("NAME");
  add_json_option(*create_command, context);
  add_data_dir_option(*create_command, context);
  add_passphrase_option(*create_command, context);
  // Taken and unused, so that one set of options fits all client commands.
  create_command->add_option("--api", context.api, "Not asked: a key needs no node")
      ->type_name("URL")
      ->group("Node");
  add_example(*create_command, "  mnrt wallet create --name alice");
  create_command->callback(
      [&context, name] { context.action = [&context, name] { return create(context, *name); }; });

  auto* list_command = wallet->add_subcommand("list", "Names and addresses; needs no passphrase");
  add_json_option(*list_command, context);
  add_data_dir_option(*list_command, context);
  list_command->add_option("--api", context.api, "Not asked: the list needs no node")
      ->type_name("URL")
      ->group("Node");
  add_example(*list_command, "  mnrt wallet list --json");
  list_command->callback([&context] { context.action = [&context] { return list(context); }; });

  auto who = std::make_shared<std::string>();
  auto* balance_command = wallet->add_subcommand("balance", "What an account holds");
  balance_command->add_option("account", *who, "A wallet's name or an address")
      ->required()
      ->type_name("NAME|ADDRESS");
  add_client_options(*balance_command, context);
  add_example(*balance_command, "  mnrt wallet balance owner");
  balance_command->callback(
      [&context, who] { context.action = [&context, who] { return balance(context, *who); }; });

  auto options = std::make_shared<SendOptions>();
  auto* send_command =
      wallet->add_subcommand("send", "Transfers tokens; the receiver gets exactly the amount");
  send_command->add_option("--to", options->to, "Who receives")->required()->type_name("ADDRESS|NAME");
  send_command->add_option("--amount", options->amount, "A number and a token")
      ->required()
      ->type_name("\"1.5 FLX\"");
  add_paying_options(*send_command, options->paying, context);
  add_example(*send_command, "  mnrt wallet send --from owner --to mn1… --amount \"1.5 FLX\" --wait");
  send_command->callback(
      [&context, options] { context.action = [&context, options] { return send(context, *options); }; });
}

}  // namespace mnrt::runtime
