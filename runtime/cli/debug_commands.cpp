#include <fmt/format.h>

#include <chrono>
#include <memory>

#include "runtime/cli/bench/fill.hpp"
#include "runtime/cli/context.hpp"
#include "runtime/cli/node_client.hpp"
#include "runtime/cli/wallets.hpp"

// mnrt debug …: what an operator asks of a running node through its administration socket.
namespace mnrt::runtime {
namespace {

/// The administration socket: `--api unix:FILE`, else admin.sock of the data directory.
std::expected<NodeClient, Failure> administration(Context context) {
  if (context.api.empty()) context.api = "unix:" + (context.data_path() / "admin.sock").string();
  if (!context.api.starts_with("unix:"))
    return std::unexpected(
        Failure{ExitCode::usage,
                "administration answers on the node's socket alone: --data-dir DIR, or --api unix:FILE", ""});
  return NodeClient::from(context);
}

struct Order {
  std::string method;
  std::string target;
  Json body;
};

/// Sends one order to the running node and prints its answer, `text` for people.
ExitCode order(const Context& context, const Order& order, const std::string& text) {
  const auto output = context.output();
  const auto node = administration(context);
  if (!node) return output.failed(node.error());
  ApiRequest request{.method = order.method, .target = order.target, .headers = {}, .body = {}};
  if (!order.body.is_null()) {
    request.headers.emplace_back("Content-Type", "application/json");
    request.body = order.body.dump(-1, ' ', false, Json::error_handler_t::replace);
  }
  const auto answer = node->call(std::move(request));
  if (!answer) return output.failed(answer.error());
  return output.data(answer->body, text.empty() ? lines_of(answer->body) : text);
}

/// What the node says of a role; an empty object where it doesn't.
Json role_in(const Json& report, const std::string& name) {
  if (const auto roles = report.find("roles"); roles != report.end())
    for (const auto& role : *roles)
      if (role.value("name", "") == name) return role;
  return Json::object();
}

/// Crashes a role and asks until it answers again, over the same socket.
ExitCode crash_and_wait(const Context& context, const std::string& role) {
  using Clock = std::chrono::steady_clock;
  const auto output = context.output();
  const auto node = administration(context);
  if (!node) return output.failed(node.error());
  const auto before = node->get("/api/v1/health");
  if (!before) return output.failed(before.error());
  const auto restarts_before = role_in(*before, role).value("restarts", 0);
  const auto begin = Clock::now();
  if (const auto crashed = node->call({.method = "POST",
                                       .target = "/api/v1/admin/crash",
                                       .headers = {{"Content-Type", "application/json"}},
                                       .body = Json{{"role", role}}.dump()});
      !crashed)
    return output.failed(crashed.error());
  for (;;) {
    const auto report = node->get("/api/v1/health");
    if (!report) return output.failed(report.error());
    const auto now = role_in(*report, role);
    if (now.value("answering", false) && now.value("restarts", 0) > restarts_before) break;
    if (node->left().count() <= 0)
      return output.failed({ExitCode::timed_out, "the role " + role + " does not answer again", ""});
  }
  const auto took = std::chrono::duration<double, std::milli>(Clock::now() - begin).count();
  return output.data({{"crashed", role}, {"answers_after_ms", took}},
                     fmt::format("crashed {}; it answered again after {:.1f} ms", role, took));
}

void add_socket_options(CLI::App& command, Context& context) {
  add_data_dir_option(command, context);
  command.add_option("--api", context.api, "The node's socket (default admin.sock of the data directory)")
      ->type_name("unix:FILE")
      ->group("Node");
  command.add_option("--timeout", context.timeout_s, "Gives up after this many seconds, exit code 6")
      ->check(CLI::Range(1, 86'400))
      ->capture_default_str()
      ->type_name("SECONDS")
      ->group("Node");
  add_json_option(command, context);
}

void add_crash(CLI::App& debug, Context& context) {
  auto role = std::make_shared<std::string>();
  auto wait = std::make_shared<bool>();
  auto* command = debug.add_subcommand(
      "crash", "Crashes a role of the running node, to see that it comes back from the disk by itself");
  command
      ->add_option(
          "role", *role,
          "journal, core, validator, notary, registry, treasury, failover, duties, scaler or gateway")
      ->required()
      ->check(CLI::IsMember({"journal", "core", "validator", "notary", "registry", "treasury", "failover",
                             "duties", "scaler", "gateway"}))
      ->type_name("ROLE");
  command->add_flag("--wait", *wait, "Waits for the role's next answer and says after how long it came");
  add_socket_options(*command, context);
  add_example(*command, "  mnrt debug crash notary\n  mnrt debug crash core --wait --data-dir /srv/mnrt");
  command->callback([&context, role, wait] {
    context.action = [&context, role, wait] {
      if (*wait) return crash_and_wait(context, *role);
      return order(context, {"POST", "/api/v1/admin/crash", {{"role", *role}}}, "crashed " + *role);
    };
  });
}

void add_log_level(CLI::App& debug, Context& context) {
  auto level = std::make_shared<std::string>();
  auto* command = debug.add_subcommand("log-level", "Changes what the running node logs, until it stops");
  command->add_option("level", *level, "debug, info, warning or error")
      ->required()
      ->check(CLI::IsMember({"debug", "info", "warning", "error"}))
      ->type_name("LEVEL");
  add_socket_options(*command, context);
  add_example(*command, "  mnrt debug log-level debug");
  command->callback([&context, level] {
    context.action = [&context, level] {
      return order(context, {"PUT", "/api/v1/admin/log-level", {{"level", *level}}}, "log level " + *level);
    };
  });
}

void add_new_token(CLI::App& debug, Context& context) {
  auto* command = debug.add_subcommand(
      "new-token", "Makes a new API token in the data directory; the old one stops to count at once");
  add_socket_options(*command, context);
  add_example(*command, "  mnrt debug new-token");
  command->callback([&context] {
    context.action = [&context] { return order(context, {"POST", "/api/v1/admin/token", nullptr}, ""); };
  });
}

ExitCode fill_node(const Context& context, const FillOptions& options) {
  const auto output = context.output();
  auto node = NodeClient::from(context);
  if (!node) return output.failed(node.error());
  auto vault = open_vault(context, false);
  if (!vault) return output.failed(vault.error());
  auto owner = vault->open_key(wallet_label("owner"));
  if (!owner) return output.failed(failure_of(owner.error()));
  node->start_time_out();
  const auto filled = fill(*node, *owner, options, output);
  if (!filled) return output.failed(filled.error());
  const Json report{{"services", filled->services},
                    {"transactions", options.transactions},
                    {"transaction_bytes", filled->transaction_bytes},
                    {"accepted", filled->accepted},
                    {"refused", filled->refused}};
  return output.data(report, lines_of(report));
}

void add_fill(CLI::App& debug, Context& context) {
  auto options = std::make_shared<FillOptions>();
  auto* command = debug.add_subcommand(
      "fill",
      "Loads a node whose chain just began with the largest services and transactions, to see what it holds");
  command->add_option("--services", options->services, "With the longest fields; the owner's wallet pays")
      ->check(CLI::Range(0, 10'000))
      ->capture_default_str();
  command->add_option("--transactions", options->transactions, "Sent once each, accepted or refused")
      ->check(CLI::Range(0, 1'000'000))
      ->capture_default_str();
  command->add_option("--in-flight", options->in_flight, "Requests at once")
      ->check(CLI::Range(1, 64))
      ->capture_default_str();
  add_client_options(*command, context);
  add_passphrase_option(*command, context);
  add_example(*command, "  mnrt debug fill --services 1000 --transactions 10000 --data-dir /tmp/scratch");
  command->callback(
      [&context, options] { context.action = [&context, options] { return fill_node(context, *options); }; });
}

}  // namespace

void add_debug(CLI::App& app, Context& context) {
  auto* debug = app.add_subcommand(
      "debug", "Tries and tunes a running node, from its own machine; reads a stopped one's disk");
  debug->require_subcommand(1);
  add_example(*debug, "  mnrt debug crash notary\n  mnrt debug log-level debug");
  add_crash(*debug, context);
  add_log_level(*debug, context);
  add_new_token(*debug, context);
  add_fill(*debug, context);
  add_disk_commands(*debug, context);
}

}  // namespace mnrt::runtime
