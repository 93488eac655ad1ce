#pragma once

#include <CLI/CLI.hpp>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "runtime/cli/exit_code.hpp"
#include "runtime/cli/output.hpp"
#include "runtime/config/load.hpp"

namespace mnrt::runtime {

/// What the command line said, and what to do once it is read. One in a process; options write into it.
struct Context {
  // Options that several commands share, as typed; each command adds those it has. Empty: not given, and the
  // environment or the default counts (see below).
  bool json{};
  std::string data_dir;
  std::string api;
  std::string ca_file;     ///< else tls/ca.pem of the data directory
  std::string token_file;  ///< else api-token of the data directory
  std::string passphrase_file;
  std::uint64_t timeout_s{60};
  std::string config_file;
  std::vector<std::string> settings;  ///< `section.key=value` of --set
  std::string log_format;

  /// What the chosen command does. Set by the command's callback, called after the whole line was read.
  std::function<ExitCode()> action;

  Output output() const { return Output(json); }

  /// --data-dir, else MNRT_DATA_DIR, else the default for this user.
  std::filesystem::path data_path() const;

  /// --passphrase-file, else MNRT_PASSPHRASE_FILE; nothing: the other sources (runtime/keys/passphrase.hpp).
  std::optional<std::filesystem::path> passphrase_path() const;
};

/// What was typed, else what the environment says, else nothing. CLI11's own reading of the environment isn't
/// used: it writes the variables of all commands after the flags of the chosen one.
std::string or_environment(const std::string& typed, const char* variable);

void add_json_option(CLI::App& command, Context& context);
void add_data_dir_option(CLI::App& command, Context& context);
void add_passphrase_option(CLI::App& command, Context& context);
/// --data-dir, --api, --cacert, --token-file, --timeout, --json: what every command that talks to a node has.
void add_client_options(CLI::App& command, Context& context);
/// --set, --log-format, --data-dir: what changes a config.
void add_setting_options(CLI::App& command, Context& context);
/// The config's file and those: what every command that reads a config has.
void add_config_options(CLI::App& command, Context& context);

/// The request that the config options make, with this process's environment. `flags` come after --set's.
std::expected<ConfigRequest, Failure> config_request(const Context& context,
                                                     std::vector<FlagOverride> flags = {});

/// Loads, prints warnings, and answers a failure with exit code 3 and all errors.
std::expected<LoadedConfig, Failure> load_for_command(const Context& context,
                                                      std::vector<FlagOverride> flags = {});

/// An example under the help of a command, behind `more` that is to be said.
void add_example(CLI::App& command, const std::string& lines, const std::string& more = "");

// One function a group of commands; main.cpp calls them all.
void add_run(CLI::App& app, Context& context);
void add_dev(CLI::App& app, Context& context);
void add_sim(CLI::App& app, Context& context);
void add_disk_commands(CLI::App& debug, Context& context);
void add_bench(CLI::App& app, Context& context);
void add_version(CLI::App& app, Context& context);
void add_config(CLI::App& app, Context& context);
void add_completion(CLI::App& app, Context& context);
void add_status(CLI::App& app, Context& context);
void add_wallet(CLI::App& app, Context& context);
void add_validator(CLI::App& app, Context& context);
void add_show(CLI::App& app, Context& context);
void add_registry(CLI::App& app, Context& context);
void add_notary(CLI::App& app, Context& context);
void add_debug(CLI::App& app, Context& context);

}  // namespace mnrt::runtime
