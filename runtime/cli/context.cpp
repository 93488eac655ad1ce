#include "runtime/cli/context.hpp"

#include <unistd.h>

#include <cstdlib>

namespace mnrt::runtime {

namespace {

/// The title under which --help lists what says where the node and its files are.
constexpr auto node_group = "Node";

}  // namespace

std::filesystem::path Context::data_path() const {
  if (auto named = or_environment(data_dir, "MNRT_DATA_DIR"); !named.empty()) return named;
  return default_data_dir(process_environment(), geteuid() == 0);
}

std::optional<std::filesystem::path> Context::passphrase_path() const {
  auto named = or_environment(passphrase_file, "MNRT_PASSPHRASE_FILE");
  if (named.empty()) return std::nullopt;
  return named;
}

std::string or_environment(const std::string& typed, const char* variable) {
  const char* set = std::getenv(variable);
  return typed.empty() && set != nullptr ? std::string(set) : typed;
}

void add_json_option(CLI::App& command, Context& context) {
  command.add_flag("--json", context.json, "Data as one JSON value on standard output");
}

void add_data_dir_option(CLI::App& command, Context& context) {
  command
      .add_option("--data-dir", context.data_dir,
                  "Keys, database and certificates (or MNRT_DATA_DIR; default: /var/lib/mnrt for root, else "
                  "~/.local/share/mnrt)")
      ->type_name("DIR")
      ->group(node_group);
}

void add_passphrase_option(CLI::App& command, Context& context) {
  command
      .add_option("--passphrase-file", context.passphrase_file,
                  "Its first line opens the keys (or MNRT_PASSPHRASE_FILE)")
      ->type_name("FILE")
      ->group(node_group);
}

void add_client_options(CLI::App& command, Context& context) {
  add_json_option(command, context);
  add_data_dir_option(command, context);
  command
      .add_option("--api", context.api,
                  "The node, or unix:FILE for its socket (or MNRT_API; default: where the node of the data "
                  "directory answers, else https://127.0.0.1:8080)")
      ->type_name("URL")
      ->group(node_group);
  command
      .add_option("--cacert", context.ca_file,
                  "Trusts this authority (or MNRT_CACERT; default: tls/ca.pem of the data directory)")
      ->type_name("FILE")
      ->group(node_group);
  command
      .add_option("--token-file", context.token_file,
                  "The operator's token (default: api-token of the data directory)")
      ->type_name("FILE")
      ->group(node_group);
  command.add_option("--timeout", context.timeout_s, "Gives up after this many seconds, exit code 6")
      ->check(CLI::Range(1, 86'400))
      ->capture_default_str()
      ->type_name("SECONDS")
      ->group(node_group);
}

void add_config_options(CLI::App& command, Context& context) {
  command
      .add_option("config,--config", context.config_file,
                  "The config file (or MNRT_CONFIG); without one the defaults count")
      ->type_name("FILE");
  add_setting_options(command, context);
}

void add_setting_options(CLI::App& command, Context& context) {
  command.add_option("--set", context.settings, "Sets a key of the config: --set bpci_core.port=9000")
      ->type_name("SECTION.KEY=VALUE")
      ->allow_extra_args(false);
  command.add_option("--log-format", context.log_format, "text or json; the log goes to standard error")
      ->check(CLI::IsMember({"text", "json"}))
      ->type_name("FORMAT");
  // The loader reads MNRT_DATA_DIR itself, below the flag.
  command.add_option("--data-dir", context.data_dir, "Keys, database and certificates (or MNRT_DATA_DIR)")
      ->type_name("DIR");
}

std::expected<ConfigRequest, Failure> config_request(const Context& context,
                                                     std::vector<FlagOverride> flags) {
  ConfigRequest request{
      .file = {}, .flags = {}, .environment = process_environment(), .is_root = geteuid() == 0};
  if (auto file = or_environment(context.config_file, "MNRT_CONFIG"); !file.empty()) request.file = file;
  for (const auto& setting : context.settings) {
    auto equals = setting.find('=');
    if (equals == std::string::npos)
      return std::unexpected(Failure{ExitCode::usage, "--set needs SECTION.KEY=VALUE, not " + setting, ""});
    request.flags.push_back({"--set", setting.substr(0, equals), setting.substr(equals + 1)});
  }
  if (!context.data_dir.empty()) request.flags.push_back({"--data-dir", "server.data_dir", context.data_dir});
  if (!context.log_format.empty())
    request.flags.push_back({"--log-format", "server.log_format", context.log_format});
  for (auto& flag : flags) request.flags.push_back(std::move(flag));
  return request;
}

std::expected<LoadedConfig, Failure> load_for_command(const Context& context,
                                                      std::vector<FlagOverride> flags) {
  auto request = config_request(context, std::move(flags));
  if (!request) return std::unexpected(request.error());
  auto loaded = load_config(*request);
  if (!loaded) return std::unexpected(Failure{ExitCode::config, to_string(loaded.error()), "config"});
  for (const auto& warning : loaded->warnings) context.output().warning(warning);
  return std::move(*loaded);
}

void add_example(CLI::App& command, const std::string& lines, const std::string& more) {
  command.footer((more.empty() ? "" : more + "\n\n") + "Example:\n" + lines);
}

}  // namespace mnrt::runtime
