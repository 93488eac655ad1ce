#include <fmt/format.h>

#include <memory>

#include "policies/registry/service_rules.hpp"
#include "runtime/cli/context.hpp"
#include "runtime/cli/node_client.hpp"
#include "runtime/cli/printable.hpp"
#include "runtime/cli/sending.hpp"
#include "runtime/cli/wallets.hpp"
#include "runtime/keys/key_file.hpp"

// mnrt registry list|register
namespace mnrt::runtime {

namespace {

struct ListOptions {
  std::string kind, label, owner, health;
};

ExitCode list(const Context& context, const ListOptions& options) {
  auto output = context.output();
  auto node = NodeClient::from(context);
  if (!node) return output.failed(node.error());
  std::string filter = "?limit=100";
  for (auto [name, value] : {std::pair{"kind", &options.kind},
                             {"label", &options.label},
                             {"owner", &options.owner},
                             {"health", &options.health}})
    if (!value->empty()) filter += fmt::format("&{}={}", name, percent_encoded(*value));
  Json services = Json::array();
  std::string lines = fmt::format("{:<24} {:<12} {:<10} {}", "service", "kind", "health", "endpoints");
  std::string cursor;
  do {
    auto page =
        node->get("/api/v1/services" + filter + (cursor.empty() ? "" : "&cursor=" + percent_encoded(cursor)));
    if (!page) return output.failed(page.error());
    const auto items = page->value("items", Json::array());
    for (const auto& service : items) {
      const auto endpoints = service.value("endpoints", Json::array());
      std::string where;
      for (const auto& endpoint : endpoints)
        if (endpoint.is_string()) where += (where.empty() ? "" : " ") + endpoint.get<std::string>();
      lines += fmt::format(
          "\n{:<24} {:<12} {:<10} {}", printable(text_of(service, "id")), printable(text_of(service, "kind")),
          printable(text_of(service.value("health", Json::object()), "state")), printable(where));
      services.push_back(service);
    }
    cursor = text_of(*page, "next");
  } while (!cursor.empty());
  if (services.empty()) output.progress("no service");
  if (services.empty() && !context.json) return ExitCode::ok;
  return output.data({{"services", std::move(services)}}, lines);
}

struct RegisterOptions {
  std::string name, kind, version, from;
  std::vector<std::string> endpoints, labels;
  std::uint32_t ttl_seconds{300};
  bool no_wait{};
};

policies::RegisterService operation_of(const RegisterOptions& options) {
  return {.id = options.name,
          .kind = options.kind,
          .version = options.version,
          .endpoints = options.endpoints,
          .labels = options.labels,
          .ttl_seconds = options.ttl_seconds};
}

/// The node's own account signs; the operator's token says that it may.
std::expected<Json, Failure> register_by_node(const NodeClient& node, const RegisterOptions& options) {
  Json body{{"id", options.name},         {"kind", options.kind},
            {"version", options.version}, {"endpoints", options.endpoints},
            {"labels", options.labels},   {"ttl_seconds", options.ttl_seconds}};
  ApiRequest request;
  request.method = "POST";
  request.target = "/api/v1/services";
  request.headers = {{"Content-Type", "application/json"}, {"Idempotency-Key", random_hex(16)}};
  request.body = body.dump(-1, ' ', false, Json::error_handler_t::replace);
  if (auto authorized = node.authorize(request); !authorized) return std::unexpected(authorized.error());
  auto answer = node.call(std::move(request));
  if (!answer) return std::unexpected(answer.error());
  auto id = text_of(answer->body, "id");
  if (options.no_wait || text_of(answer->body, "status") == "final") return std::move(answer->body);
  return wait_for_final(node, id, [] -> std::expected<void, Failure> {
    return std::unexpected(
        Failure{ExitCode::refused, "the node restarted and lost the registration; register again", ""});
  });
}

std::expected<Json, Failure> register_by_wallet(const Context& context, NodeClient& node,
                                                const RegisterOptions& options, const Output& output) {
  auto vault = open_vault(context, false);
  if (!vault) return std::unexpected(vault.error());
  auto key = vault->open_key(wallet_label(options.from));
  if (!key) return std::unexpected(failure_of(key.error()));
  node.start_time_out();
  return send_operations(
      node, *key, {.operations = {operation_of(options)}, .fee_limit = {}, .wait = !options.no_wait}, output);
}

ExitCode register_service(const Context& context, const RegisterOptions& options) {
  auto output = context.output();
  if (const auto fault = policies::fault_of(operation_of(options)); !fault.empty())
    return output.failed({ExitCode::usage, std::string{fault}, "service_malformed"});
  auto node = NodeClient::from(context);
  if (!node) return output.failed(node.error());
  auto status = options.from.empty() ? register_by_node(*node, options)
                                     : register_by_wallet(context, *node, options, output);
  if (!status) return output.failed(status.error());
  auto answer = *status;
  answer["service"] = options.name;
  return output.data(answer, fmt::format("{} {}", options.name, text_of(*status, "status")));
}

}  // namespace

void add_registry(CLI::App& app, Context& context) {
  auto* registry = app.add_subcommand("registry", "Services of the network");
  registry->require_subcommand(1);
  add_example(
      *registry,
      "  mnrt registry list\n  mnrt registry register --name web --type http --endpoint http://10.0.0.2:80");

  auto filter = std::make_shared<ListOptions>();
  auto* list_command = registry->add_subcommand("list", "Services whose time isn't over");
  list_command->add_option("--type", filter->kind, "Only of this kind")->type_name("KIND");
  list_command->add_option("--label", filter->label, "Only with this label")->type_name("KEY=VALUE");
  list_command->add_option("--owner", filter->owner, "Only of this account")->type_name("ADDRESS");
  list_command->add_option("--health", filter->health, "Only in this state: healthy, unhealthy or unknown")
      ->check(CLI::IsMember({"healthy", "unhealthy", "unknown"}))
      ->type_name("STATE");
  add_client_options(*list_command, context);
  add_example(*list_command, "  mnrt registry list --type http --health healthy");
  list_command->callback(
      [&context, filter] { context.action = [&context, filter] { return list(context, *filter); }; });

  auto options = std::make_shared<RegisterOptions>();
  auto* command =
      registry->add_subcommand("register", "Enters a service, paid by the node's account or a wallet");
  command->add_option("--name", options->name, "1 to 64 of a-z 0-9 . -")->required()->type_name("NAME");
  command->add_option("--type", options->kind, "What it is, for filtering")->required()->type_name("KIND");
  command->add_option("--endpoint", options->endpoints, "tcp://host:port, http://… or https://…; up to four")
      ->required()
      ->expected(1, 4)
      ->type_name("URL");
  command->add_option("--label", options->labels, "Up to sixteen")->type_name("KEY=VALUE");
  command->add_option("--service-version", options->version, "Its version, for people")->type_name("VERSION");
  command->add_option("--ttl", options->ttl_seconds, "It ends after this time unless it is renewed")
      ->capture_default_str()
      ->type_name("SECONDS");
  command
      ->add_option("--from", options->from, "The wallet that pays and owns it (default: the node's account)")
      ->type_name("NAME");
  command->add_flag("--no-wait", options->no_wait, "Doesn't wait until it is final");
  add_client_options(*command, context);
  add_passphrase_option(*command, context);
  add_example(*command,
              "  mnrt registry register --name web --type http --endpoint http://10.0.0.2:80 --ttl 300");
  command->callback([&context, options] {
    context.action = [&context, options] { return register_service(context, *options); };
  });
}

}  // namespace mnrt::runtime
