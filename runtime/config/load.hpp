#pragma once

#include <cstdint>
#include <expected>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "policies/config.hpp"
#include "runtime/config/key.hpp"

namespace mnrt::runtime {

/// Who set a value. Of two, the later in this list wins.
struct Origin {
  enum class Source : std::uint8_t { default_value, file, environment, flag };
  Source source{Source::default_value};
  std::string name;      ///< the file's path, the variable or the flag; empty for a default
  std::uint32_t line{};  ///< in the file, from 1
  std::uint32_t column{};
};

/// `configs/owner-4gb.toml:12:5`, `environment MNRT_SERVER_NAME`, `flag --data-dir`, `default`.
std::string to_string(const Origin& origin);

struct ConfigProblem {
  Origin where;
  std::string text;  ///< one sentence
};

/// Everything that is wrong, in the order of the file; never empty.
struct ConfigError {
  std::vector<ConfigProblem> problems;
};

/// One line a problem: `FILE:LINE:COLUMN: text`.
std::string to_string(const ConfigError& error);

/// A value from the command line.
struct FlagOverride {
  std::string flag;  ///< as typed: `--data-dir`
  std::string path;  ///< the key: `server.data_dir`
  std::string text;
};

using Environment = std::map<std::string, std::string>;

/// The process's MNRT_, BPCI_, HOME and XDG_ variables.
Environment process_environment();

/// Where a node keeps its data unless told: /var/lib/mnrt for root, else $XDG_DATA_HOME/mnrt or
/// ~/.local/share/mnrt.
std::string default_data_dir(const Environment& environment, bool is_root);

struct ConfigRequest {
  std::optional<std::string> file;  ///< nothing: defaults alone
  std::vector<FlagOverride> flags;
  Environment environment;
  bool is_root{};
};

struct LoadedConfig {
  policies::Config config;
  std::map<std::string, Origin, std::less<>> origins;  ///< by `section.name`; every key has one
  std::vector<std::string> warnings;                   ///< one sentence each
  std::vector<const Key*> set_but_not_active;  ///< keys that somebody set and this version doesn't use
  bool owner_mode{true};                       ///< BPCI_OWNER_MODE
};

/// Reads, merges and checks: flag, then environment, then file, then default. Every range and every rule
/// between keys holds in what it returns.
std::expected<LoadedConfig, ConfigError> load_config(const ConfigRequest& request);

/// The same for a text that stands for the file: `request.file` only names it.
std::expected<LoadedConfig, ConfigError> load_config_text(std::string_view text,
                                                          const ConfigRequest& request);

}  // namespace mnrt::runtime
