#include <memory>

#include "runtime/cli/context.hpp"
#include "runtime/cli/node_client.hpp"

// mnrt tx show, mnrt block show
namespace mnrt::runtime {

namespace {

ExitCode show(const Context& context, const std::string& target) {
  auto output = context.output();
  auto node = NodeClient::from(context);
  if (!node) return output.failed(node.error());
  auto answer = node->get(target);
  if (!answer) return output.failed(answer.error());
  output.data(*answer, lines_of(*answer));
  return ExitCode::ok;
}

}  // namespace

void add_show(CLI::App& app, Context& context) {
  auto id = std::make_shared<std::string>();
  auto* tx = app.add_subcommand("tx", "Transactions");
  tx->require_subcommand(1);
  add_example(*tx, "  mnrt tx show 5f3c…");
  auto* tx_show = tx->add_subcommand("show", "A transaction and what became of it");
  tx_show->add_option("id", *id, "64 hexadecimal characters")->required()->type_name("ID");
  add_client_options(*tx_show, context);
  add_example(*tx_show, "  mnrt tx show 5f3c…");
  tx_show->callback([&context, id] {
    context.action = [&context, id] { return show(context, "/api/v1/transactions/" + percent_encoded(*id)); };
  });

  auto* block = app.add_subcommand("block", "Blocks");
  block->require_subcommand(1);
  add_example(*block, "  mnrt block show latest");
  auto* block_show = block->add_subcommand("show", "A final block");
  block_show->add_option("block", *id, "A height, a digest, or latest")
      ->required()
      ->type_name("HEIGHT|ID|latest");
  add_client_options(*block_show, context);
  add_example(*block_show, "  mnrt block show 42\n  mnrt block show latest --json");
  block_show->callback([&context, id] {
    context.action = [&context, id] { return show(context, "/api/v1/blocks/" + percent_encoded(*id)); };
  });
}

}  // namespace mnrt::runtime
