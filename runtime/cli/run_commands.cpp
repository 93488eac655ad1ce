#include <fmt/format.h>

#include <chrono>
#include <filesystem>
#include <memory>

#include "runtime/cli/context.hpp"
#include "runtime/cli/trust_root.hpp"
#include "runtime/cli/version.hpp"
#include "runtime/config/key.hpp"
#include "runtime/node/node_process.hpp"

// mnrt run
namespace mnrt::runtime {
namespace {

/// A service manager that sends SIGTERM waits ten seconds; the disk needs some of them.
constexpr std::chrono::seconds drain{5};

ExitCode exit_of(NodeError::Kind kind) {
  switch (kind) {
    case NodeError::Kind::config:
      return ExitCode::config;
    case NodeError::Kind::integrity:
      return ExitCode::integrity;
    default:
      return ExitCode::failed;
  }
}

std::string not_active_line(const LoadedConfig& loaded) {
  std::string names;
  for (const auto* key : loaded.set_but_not_active)
    names += fmt::format("{}{}.{}", names.empty() ? "" : ", ", key->section, key->name);
  return names;
}

std::string banner(const LoadedConfig& loaded, const NodeFacts& facts,
                   const std::filesystem::path& data_dir) {
  const auto& config = loaded.config;
  auto text = fmt::format(
      "mnrt {}  {}\n"
      "  chain        {}\n"
      "  node         {}\n"
      "  owner        {}{}\n"
      "  data         {}\n"
      "  API          {}   curl --cacert {}\n"
      "  token        {}\n"
      "  metrics      {}\n"
      "  memory       {} MB: core {}, notary {}, validator {}, registry {}\n"
      "  height       {}\n"
      "  immortality  unarmed: {} validator, so no failure is tolerated\n"
      "  assurance    self-asserted (1 operator, 0 external witnesses)",
      version_text(), config.server.name, policies::to_hex(facts.chain_id.bytes),
      policies::to_bech32m(facts.seat), policies::to_bech32m(facts.owner),
      facts.holds_owner_key ? "" : "   (its key is not here)", data_dir.string(), facts.addresses.api,
      facts.addresses.ca_file.string(), facts.addresses.token_file.string(),
      facts.addresses.metrics.empty() ? "off" : facts.addresses.metrics, config.resources.total_ram_mb,
      config.core.ram_allocation_mb, config.notary.ram_allocation_mb, config.validator.ram_allocation_mb,
      config.registry.ram_allocation_mb, facts.height.value, facts.validators);
  if (const auto keys = not_active_line(loaded); !keys.empty()) text += "\n  not active   " + keys;
  if (facts.new_chain)
    text += fmt::format(
        "\n\nThis is a new chain. So that a lost disk never starts another one, add to [server]:\n  chain_id "
        "= \"{}\"",
        policies::to_hex(facts.chain_id.bytes));
  return text;
}

Json banner_json(const NodeFacts& facts, const std::filesystem::path& data_dir) {
  return {{"version", version_text()},
          {"chain_id", policies::to_hex(facts.chain_id.bytes)},
          {"node", policies::to_bech32m(facts.seat)},
          {"owner", policies::to_bech32m(facts.owner)},
          {"data_dir", data_dir.string()},
          {"api", facts.addresses.api},
          {"ca_file", facts.addresses.ca_file.string()},
          {"metrics", facts.addresses.metrics},
          {"height", facts.height.value},
          {"new_chain", facts.new_chain}};
}

ExitCode run_node(const Context& context, bool only_copy) {
  const auto output = context.output();
  auto loaded = load_for_command(context);
  if (!loaded) return output.failed(loaded.error());
  NodeSettings settings{.config = loaded->config,
                        .data_dir = loaded->config.server.data_dir,
                        .passphrase_file = context.passphrase_path(),
                        .only_copy = only_copy};
  auto node = NodeProcess::start(settings);
  if (!node) return output.failed({exit_of(node.error().kind), node.error().text, ""});
  for (const auto& warning : (*node)->facts().warnings) output.warning(warning);
  // The trust root of `mnrt verify`, which can't open the database beside a running node.
  if (const auto stored = store_chain_id(settings.data_dir, (*node)->facts().chain_id); !stored)
    output.warning(stored.error());
  output.data(banner_json((*node)->facts(), settings.data_dir),
              banner(*loaded, (*node)->facts(), settings.data_dir));
  const auto trouble = (*node)->wait();
  output.progress("stopping: answering what is under way");
  (*node)->stop(drain);
  if (trouble) return output.failed({exit_of(trouble->kind), trouble->text, ""});
  return ExitCode::ok;
}

}  // namespace

void add_run(CLI::App& app, Context& context) {
  auto* command = app.add_subcommand("run", "Runs a node until it is told to stop");
  add_config_options(*command, context);
  add_passphrase_option(*command, context);
  add_json_option(*command, context);
  auto only_copy = std::make_shared<bool>();
  command->add_flag("--i-am-the-only-copy", *only_copy,
                    "Signs although the sign state is missing: no other copy of the consensus key may exist");
  add_example(*command,
              "  mnrt run configs/owner-4gb.toml\n  mnrt run configs/owner-4gb.toml --data-dir /srv/mnrt");
  command->callback([&context, only_copy] {
    context.action = [&context, only_copy] { return run_node(context, *only_copy); };
  });
}

}  // namespace mnrt::runtime
