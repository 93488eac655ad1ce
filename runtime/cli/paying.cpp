#include "runtime/cli/paying.hpp"

#include <fmt/format.h>

#include "runtime/cli/node_client.hpp"
#include "runtime/cli/sending.hpp"
#include "runtime/cli/wallets.hpp"

namespace mnrt::runtime {
namespace {

std::expected<policies::SigningKey, Failure> signing_key(const Context& context,
                                                         const PayingOptions& options) {
  auto vault = open_vault(context, false);
  if (!vault) return std::unexpected(vault.error());
  auto key = options.key_file.empty() ? vault->open_key(wallet_label(options.from))
                                      : vault->open_key_at(options.key_file);
  if (!key) return std::unexpected(failure_of(key.error()));
  // A key from elsewhere is for a wallet that isn't here; of one that is, it must be the same.
  if (const auto here = read_public_key(context.data_path() / "keys", wallet_label(options.from));
      here && *here != key->public_key())
    return std::unexpected(
        Failure{ExitCode::usage,
                fmt::format("{} is not the key of the wallet \"{}\": leave --key out, or give "
                            "the name of the wallet that pays",
                            options.key_file, options.from),
                "other_key"});
  return *key;
}

std::expected<std::optional<policies::Amount>, Failure> fee_limit_of(const PayingOptions& options) {
  if (options.fee_limit.empty()) return std::nullopt;
  auto limit = token_amount_from(options.fee_limit);
  if (!limit) return std::unexpected(limit.error());
  if (limit->token != policies::Token::flx)
    return std::unexpected(Failure{ExitCode::usage, "fees are paid in FLX: --fee-limit \"0.1 FLX\"", ""});
  return limit->amount;
}

}  // namespace

void add_paying_options(CLI::App& command, PayingOptions& options, Context& context) {
  command.add_option("--from", options.from, "The wallet that pays")->required()->type_name("NAME");
  command
      .add_option("--fee-limit", options.fee_limit,
                  "The most that the fee may be (default: the fee and a quarter)")
      ->type_name("\"0.1 FLX\"");
  command.add_option("--key", options.key_file, "The key's file, where it isn't in the data directory")
      ->type_name("FILE");
  command.add_flag("--wait", options.wait, "Until it is final");
  add_client_options(command, context);
  add_passphrase_option(command, context);
}

ExitCode send_from(
    const Context& context, const PayingOptions& options,
    const std::function<std::vector<policies::Operation>(const policies::Address&)>& operations,
    const Json& more) {
  auto output = context.output();
  auto limit = fee_limit_of(options);
  if (!limit) return output.failed(limit.error());
  auto node = NodeClient::from(context);
  if (!node) return output.failed(node.error());
  auto key = signing_key(context, options);
  if (!key) return output.failed(key.error());
  node->start_time_out();
  const SendOrder order{
      .operations = operations(address_of_key(key->public_key())), .fee_limit = *limit, .wait = options.wait};
  auto status = send_operations(*node, *key, order, output);
  if (!status) return output.failed(status.error());
  status->update(more);
  return output.data(*status, fmt::format("{} {}{}", text_of(*status, "id"), text_of(*status, "status"),
                                          status->value("height", Json()).is_number()
                                              ? fmt::format(" at height {}", number_of(*status, "height"))
                                              : ""));
}

}  // namespace mnrt::runtime
