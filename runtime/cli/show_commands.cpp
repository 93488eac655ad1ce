#include <memory>

#include "policies/amount.hpp"
#include "policies/token.hpp"
#include "runtime/cli/context.hpp"
#include "runtime/cli/node_client.hpp"
#include "runtime/cli/trust_root.hpp"

// mnrt tx show, mnrt block show
namespace mnrt::runtime {

namespace {

/// Amounts as people write them: "1.5 FLX" for base units.
void show_amounts(Json& value) {
  const auto decimal = [](Json& member, const std::string& symbol) {
    if (!member.is_string()) return;
    if (const auto amount = policies::amount_from_string(member.get<std::string>()))
      member = policies::to_decimal(*amount) + " " + symbol;
  };
  if (value.is_object()) {
    if (value.contains("amount") && policies::token_from_symbol(text_of(value, "token")))
      decimal(value["amount"], text_of(value, "token"));
    for (const auto* name : {"fee", "fee_limit", "priority"})
      if (value.contains(name)) decimal(value[name], "FLX");
  }
  if (value.is_structured())
    for (auto& member : value) show_amounts(member);
}

ExitCode show(const Context& context, const std::string& target) {
  auto output = context.output();
  auto node = NodeClient::from(context);
  if (!node) return output.failed(node.error());
  auto answer = node->get(target);
  if (!answer) return output.failed(answer.error());
  auto shown = *answer;
  show_amounts(shown);
  return output.data(*answer, lines_of(shown));
}

ExitCode show_transaction(const Context& context, const std::string& id) {
  if (!digest_as_typed(id))
    return context.output().failed(
        {ExitCode::usage, "a transaction's id has 64 hexadecimal characters, with blake3: or without", ""});
  return show(context, "/api/v1/transactions/" + percent_encoded(id));
}

ExitCode show_block(const Context& context, const std::string& block) {
  const bool is_height = !block.empty() && block.find_first_not_of("0123456789") == std::string::npos;
  if (!is_height && block != "latest" && !digest_as_typed(block))
    return context.output().failed(
        {ExitCode::usage,
         "a block is named by its height, its digest (64 hexadecimal characters) or `latest`", ""});
  return show(context, "/api/v1/blocks/" + percent_encoded(block));
}

}  // namespace

void add_show(CLI::App& app, Context& context) {
  auto id = std::make_shared<std::string>();
  auto* tx = app.add_subcommand("tx", "Transactions");
  tx->require_subcommand(1);
  add_example(*tx, "  mnrt tx show 5f3c…");
  auto* tx_show = tx->add_subcommand("show", "A transaction and what became of it");
  tx_show->add_option("id", *id, "64 hexadecimal characters, as wallet send prints it")
      ->required()
      ->type_name("ID");
  add_client_options(*tx_show, context);
  add_example(*tx_show, "  mnrt tx show 5f3c…");
  tx_show->callback(
      [&context, id] { context.action = [&context, id] { return show_transaction(context, *id); }; });

  auto* block = app.add_subcommand("block", "Blocks");
  block->require_subcommand(1);
  add_example(*block, "  mnrt block show latest");
  auto* block_show = block->add_subcommand("show", "A final block");
  block_show->add_option("block", *id, "A height, a digest, or latest")
      ->required()
      ->type_name("HEIGHT|ID|latest");
  add_client_options(*block_show, context);
  add_example(*block_show, "  mnrt block show 42\n  mnrt block show latest --json");
  block_show->callback(
      [&context, id] { context.action = [&context, id] { return show_block(context, *id); }; });
}

}  // namespace mnrt::runtime
