#include <fmt/format.h>

#include "runtime/cli/context.hpp"
#include "runtime/cli/node_client.hpp"

// mnrt status
namespace mnrt::runtime {

namespace {

ExitCode status(const Context& context) {
  auto output = context.output();
  auto node = NodeClient::from(context);
  if (!node) return output.failed(node.error());
  auto report = node->get("/api/v1/health");
  if (!report) return output.failed(report.error());
  auto network = node->get("/api/v1/network");
  if (!network) return output.failed(network.error());
  Json all = *report;
  for (auto key : {"network", "chain_id", "node", "owner", "owner_epoch"})
    if (network->contains(key)) all[key] = (*network)[key];
  output.data(all, lines_of(all));
  return all.value("healthy", false) ? ExitCode::ok : ExitCode::failed;
}

}  // namespace

void add_status(CLI::App& app, Context& context) {
  auto* command = app.add_subcommand("status", "How the node does");
  add_client_options(*command, context);
  add_example(*command, "  mnrt status\n  mnrt status --json | jq .height");
  command->callback([&context] { context.action = [&context] { return status(context); }; });
}

}  // namespace mnrt::runtime
