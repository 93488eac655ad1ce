#pragma once

#include <CLI/CLI.hpp>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "runtime/cli/exit_code.hpp"
#include "runtime/cli/output.hpp"
#include "runtime/config/load.hpp"

namespace mnrt::runtime {

/// What the command line said, and what to do once it is read. One in a process; options write into it.
struct Context {
  // Options that several commands share; each command adds those it has.
  bool json{};
  std::string data_dir;         ///< empty: the default for this user
  std::string api;              ///< empty: https://127.0.0.1:8080
  std::string ca_file;          ///< empty: tls/ca.pem of the data directory
  std::string token_file;       ///< empty: api-token of the data directory
  std::string passphrase_file;  ///< empty: the other sources (runtime/keys/passphrase.hpp)
  std::uint64_t timeout_s{60};
  std::string config_file;            ///< empty: none
  std::vector<std::string> settings;  ///< `section.key=value` of --set

  /// What the chosen command does. Set by the command's callback, called after the whole line was read.
  std::function<ExitCode()> action;

  Output output() const { return Output(json); }
  std::filesystem::path data_path() const;
};

void add_json_option(CLI::App& command, Context& context);
void add_data_dir_option(CLI::App& command, Context& context);
void add_passphrase_option(CLI::App& command, Context& context);
/// --data-dir, --api, --cacert, --token-file, --timeout, --json: what every command that talks to a node has.
void add_client_options(CLI::App& command, Context& context);
/// CONFIG-FILE, --set, --data-dir: what every command that reads a config has.
void add_config_options(CLI::App& command, Context& context);

/// The request that the config options make, with this process's environment. `flags` come after --set's.
std::expected<ConfigRequest, Failure> config_request(const Context& context,
                                                     std::vector<FlagOverride> flags = {});

/// Loads, prints warnings, and answers a failure with exit code 3 and all errors.
std::expected<LoadedConfig, Failure> load_for_command(const Context& context,
                                                      std::vector<FlagOverride> flags = {});

/// An example under the help of a command.
void add_example(CLI::App& command, const std::string& lines);

// One function a group of commands; main.cpp calls them all.
void add_run(CLI::App& app, Context& context);
void add_sim(CLI::App& app, Context& context);
void add_version(CLI::App& app, Context& context);
void add_config(CLI::App& app, Context& context);
void add_completion(CLI::App& app, Context& context);
void add_status(CLI::App& app, Context& context);
void add_wallet(CLI::App& app, Context& context);
void add_show(CLI::App& app, Context& context);
void add_registry(CLI::App& app, Context& context);
void add_notary(CLI::App& app, Context& context);

}  // namespace mnrt::runtime
