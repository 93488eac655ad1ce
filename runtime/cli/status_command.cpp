#include <fmt/format.h>

#include "runtime/cli/context.hpp"
#include "runtime/cli/node_client.hpp"
#include "runtime/cli/printable.hpp"
#include "runtime/cli/terminal.hpp"

// mnrt status
namespace mnrt::runtime {

namespace {

std::string age_text(std::uint64_t ms) {
  if (ms < 60'000) return fmt::format("{}.{} s", ms / 1'000, ms % 1'000 / 100);
  if (ms < 3'600'000) return fmt::format("{} min", ms / 60'000);
  return fmt::format("{} h", ms / 3'600'000);
}

std::string joined(const Json& texts) {
  std::string out;
  for (const auto& text : texts)
    if (text.is_string()) out += (out.empty() ? "" : "; ") + text.get<std::string>();
  return out;
}

std::string roles_text(const Json& roles) {
  auto out = fmt::format("\n{:<12}{:<14}{}", "role", "state", "restarts");
  for (const auto& role : roles)
    out += fmt::format("\n{:<12}{:<14}{}", printable(text_of(role, "name")),
                       role.value("answering", false) ? "answers" : "doesn't answer",
                       number_of(role, "restarts"));
  return out;
}

/// What the report says to people; `--json` has all of it.
std::string status_text(const Json& all, std::size_t columns) {
  std::string out;
  const auto line = [&](std::string_view label, const std::string& text) {
    out += wrapped(fmt::format("{:<13}", label), printable(text), columns) + "\n";
  };
  const bool healthy = all.value("healthy", false);
  line("health",
       healthy ? std::string{"healthy"} : "NOT healthy: " + joined(all.value("reasons", Json::array())));
  const auto age_ms = all.value("last_block_age_ms", std::int64_t{});
  line("height", fmt::format("{}, last block {} {}", number_of(all, "height"),
                             age_text(static_cast<std::uint64_t>(age_ms < 0 ? -age_ms : age_ms)),
                             age_ms < 0 ? "ahead of the node's clock" : "ago"));
  line("network", fmt::format("{}, {} validator{}, owner epoch {}", text_of(all, "network"),
                              number_of(all, "validators"), number_of(all, "validators") == 1 ? "" : "s",
                              number_of(all, "epoch")));
  line("chain", text_of(all, "chain_id"));
  line("node", text_of(all, "node"));
  line("owner", fmt::format("{} ({})", text_of(all, "owner"), text_of(all, "owner_status")));
  line("immortality", fmt::format("{}, {} failures tolerated", text_of(all, "immortality"),
                                  number_of(all, "failures_tolerated")));
  line("assurance", text_of(all, "assurance"));
  const auto pool = all.value("pool", Json::object());
  line("pool",
       fmt::format("{} transactions, {} bytes", number_of(pool, "transactions"), number_of(pool, "bytes")));
  const auto workers = all.value("workers", Json::object());
  line("workers", fmt::format("{} for verification, {} for notarisation", number_of(workers, "verification"),
                              number_of(workers, "notarisation")));
  if (const auto scaling = joined(all.value("scaling_decisions", Json::array())); !scaling.empty())
    line("scaling", scaling);
  return out + roles_text(all.value("roles", Json::array()));
}

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
  if (const auto said = output.data(all, status_text(all, terminal_columns())); said != ExitCode::ok)
    return said;
  return all.value("healthy", false) ? ExitCode::ok : ExitCode::failed;
}

}  // namespace

void add_status(CLI::App& app, Context& context) {
  auto* command = app.add_subcommand("status", "How the node does; exit code 1 when it isn't healthy");
  add_client_options(*command, context);
  add_example(*command, "  mnrt status\n  mnrt status --json | jq .height");
  command->callback([&context] { context.action = [&context] { return status(context); }; });
}

}  // namespace mnrt::runtime
