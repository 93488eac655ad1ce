#pragma once

#include <functional>
#include <string>
#include <vector>

#include "policies/address.hpp"
#include "policies/ledger/operation.hpp"
#include "runtime/cli/context.hpp"
#include "runtime/cli/json.hpp"

namespace mnrt::runtime {

/// What every command has that sends a transaction from a wallet.
struct PayingOptions {
  std::string from, fee_limit, key_file;
  bool wait{};
};

/// --from, --fee-limit, --key, --wait, and what a command needs to reach the node and open keys.
void add_paying_options(CLI::App& command, PayingOptions& options, Context& context);

/// Signs a transaction with the wallet's key, sends it and says what became of it. `operations` gets the
/// wallet's address. Options are judged before keys are opened or a node is asked. `more` joins the answer.
ExitCode send_from(
    const Context& context, const PayingOptions& options,
    const std::function<std::vector<policies::Operation>(const policies::Address&)>& operations,
    const Json& more = Json::object());

}  // namespace mnrt::runtime
