#include "runtime/config/load.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <tuple>

#include "runtime/config/closest.hpp"
#include "runtime/config/file.hpp"
#include "runtime/config/rules.hpp"

namespace mnrt::runtime {

namespace {

using Source = Origin::Source;

constexpr std::size_t file_bytes_max = 256 * 1024;

/// The environment's names that the requirements fix; the same keys under our own names win over them.
struct OtherName {
  std::string_view variable;
  std::string_view path;
};
constexpr std::array<OtherName, 3> other_names{{{"BPCI_RAM_LIMIT", "resources.total_ram_mb"},
                                                {"BPCI_AUTO_SCALE", "auto_scaling.enabled"},
                                                {"MNRT_DATA_DIR", "server.data_dir"}}};

/// Variables that the command and its scripts read, so no misspelt keys.
constexpr std::array<std::string_view, 6> commands_own{
    "MNRT_DATA_DIR", "MNRT_API", "MNRT_CACERT", "MNRT_TOKEN", "MNRT_PASSPHRASE_FILE", "MNRT_CONFIG"};

class Merge {
 public:
  explicit Merge(const ConfigRequest& request) : request_(request) {
    for (const auto& key : all_keys()) loaded_.origins[key.path()] = {};
  }

  void take_file(FileValues file) {
    for (auto& problem : file.problems) problems_.push_back(std::move(problem));
    for (auto& value : file.values) take(*value.key, value.value, std::move(value.where));
  }

  void take_environment() {
    const auto& environment = request_.environment;
    for (const auto& name : other_names)
      if (auto found = environment.find(std::string(name.variable)); found != environment.end())
        take_text(name.path, found->second,
                  {.source = Source::environment, .name = found->first, .line = 0, .column = 0});
    std::vector<std::string> names;
    for (const auto& key : all_keys()) {
      names.push_back(key.environment_name());
      if (auto found = environment.find(names.back()); found != environment.end())
        take_text(key.path(), found->second,
                  {.source = Source::environment, .name = found->first, .line = 0, .column = 0});
    }
    take_owner_mode();
    warn_of_unknown({names.begin(), names.end()});
  }

  void take_flags() {
    for (const auto& flag : request_.flags)
      take_text(flag.path, flag.text, {.source = Source::flag, .name = flag.flag, .line = 0, .column = 0});
  }

  std::expected<LoadedConfig, ConfigError> finish() {
    auto& config = loaded_.config;
    if (config.server.data_dir.empty())
      config.server.data_dir = default_data_dir(request_.environment, request_.is_root);
    // Rules between keys say nothing useful while a key is wrong by itself: its default would stand in for
    // it.
    if (problems_.empty())
      problems_ =
          check_rules(config, [this](std::string_view path) { return loaded_.origins.find(path)->second; });
    if (!problems_.empty()) {
      std::stable_sort(problems_.begin(), problems_.end(), [](const auto& a, const auto& b) {
        return std::tie(a.where.source, a.where.line, a.where.column) <
               std::tie(b.where.source, b.where.line, b.where.column);
      });
      return std::unexpected(ConfigError{std::move(problems_)});
    }
    std::error_code ignored;
    if (auto absolute = std::filesystem::absolute(config.server.data_dir, ignored); !ignored)
      config.server.data_dir = absolute.lexically_normal().string();
    for (const auto& key : all_keys())
      if (!key.active() && loaded_.origins.find(key.path())->second.source != Source::default_value)
        loaded_.set_but_not_active.push_back(&key);
    return std::move(loaded_);
  }

 private:
  void take(const Key& key, const Value& value, Origin where) {
    key.set(loaded_.config, value);
    loaded_.origins[key.path()] = std::move(where);
  }

  void take_text(std::string_view path, std::string_view text, Origin where) {
    auto dot = path.find('.');
    const Key* key =
        dot == std::string_view::npos ? nullptr : find_key(path.substr(0, dot), path.substr(dot + 1));
    if (!key) return refuse_path(path, std::move(where));
    auto value = value_from_text(*key, text);
    if (!value) {
      problems_.push_back({std::move(where), fmt::format("{} {}", path, value.error())});
      return;
    }
    take(*key, *value, std::move(where));
  }

  void refuse_path(std::string_view path, Origin where) {
    std::vector<std::string> paths;
    for (const auto& key : all_keys()) paths.push_back(key.path());
    std::vector<std::string_view> candidates(paths.begin(), paths.end());
    auto near = closest_to(path, candidates);
    problems_.push_back(
        {std::move(where), fmt::format("unknown key \"{}\"{}", path,
                                       near.empty() ? "" : fmt::format("; did you mean \"{}\"?", near))});
  }

  void take_owner_mode() {
    auto found = request_.environment.find("BPCI_OWNER_MODE");
    if (found == request_.environment.end()) return;
    const auto& text = found->second;
    if (text == "true" || text == "1")
      loaded_.owner_mode = true;
    else if (text == "false" || text == "0")
      loaded_.owner_mode = false;
    else
      problems_.push_back({{.source = Source::environment, .name = found->first, .line = 0, .column = 0},
                           fmt::format("must be true or false, not \"{}\"", text)});
  }

  void warn_of_unknown(std::vector<std::string_view> names) {
    std::vector<std::string_view> known = names;
    known.insert(known.end(), commands_own.begin(), commands_own.end());
    for (const auto& [variable, value] : request_.environment) {
      if (!variable.starts_with("MNRT_") || std::find(known.begin(), known.end(), variable) != known.end())
        continue;
      auto near = closest_to(variable, names);
      loaded_.warnings.push_back(fmt::format("environment variable {} means nothing to mnrt{}", variable,
                                             near.empty() ? "" : fmt::format("; did you mean {}?", near)));
    }
  }

  const ConfigRequest& request_;
  LoadedConfig loaded_;
  std::vector<ConfigProblem> problems_;
};

std::unexpected<ConfigError> unreadable(const std::string& file, std::string text) {
  return std::unexpected(
      ConfigError{{{{.source = Source::file, .name = file, .line = 0, .column = 0}, std::move(text)}}});
}

std::expected<LoadedConfig, ConfigError> merge(std::optional<std::string_view> text,
                                               const ConfigRequest& request) {
  Merge merge(request);
  if (text) merge.take_file(read_toml(*text, request.file.value_or("config")));
  merge.take_environment();
  merge.take_flags();
  return merge.finish();
}

}  // namespace

std::string to_string(const Origin& origin) {
  switch (origin.source) {
    case Source::default_value:
      return "default";
    case Source::environment:
      return "environment " + origin.name;
    case Source::flag:
      return "flag " + origin.name;
    case Source::file:
      break;
  }
  return origin.line == 0 ? origin.name : fmt::format("{}:{}:{}", origin.name, origin.line, origin.column);
}

std::string to_string(const ConfigError& error) {
  std::string lines;
  for (const auto& problem : error.problems)
    lines += fmt::format("{}{}: {}", lines.empty() ? "" : "\n", to_string(problem.where), problem.text);
  return lines;
}

Environment process_environment() {
  Environment environment;
  for (char** entry = environ; entry && *entry; ++entry) {
    std::string_view text = *entry;
    auto equals = text.find('=');
    if (equals == std::string_view::npos) continue;
    auto name = text.substr(0, equals);
    if (name.starts_with("MNRT_") || name.starts_with("BPCI_") || name == "HOME" || name == "XDG_DATA_HOME")
      environment.emplace(name, text.substr(equals + 1));
  }
  return environment;
}

std::string default_data_dir(const Environment& environment, bool is_root) {
  auto value_of = [&](const char* name) -> std::string {
    auto found = environment.find(name);
    return found == environment.end() ? std::string() : found->second;
  };
  if (is_root) return "/var/lib/mnrt";
  if (auto data = value_of("XDG_DATA_HOME"); data.starts_with('/')) return data + "/mnrt";
  if (auto home = value_of("HOME"); home.starts_with('/')) return home + "/.local/share/mnrt";
  return "/var/lib/mnrt";
}

std::expected<LoadedConfig, ConfigError> load_config_text(std::string_view text,
                                                          const ConfigRequest& request) {
  return merge(text, request);
}

std::expected<LoadedConfig, ConfigError> load_config(const ConfigRequest& request) {
  if (!request.file) return merge(std::nullopt, request);
  const auto& file = *request.file;
  std::error_code error;
  if (std::filesystem::is_directory(file, error))
    return unreadable(file, "is a directory; name the config file in it");
  std::ifstream stream(file, std::ios::binary);
  if (!stream) return unreadable(file, fmt::format("cannot be read: {}", std::strerror(errno)));
  std::string text(file_bytes_max + 1, '\0');
  stream.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (stream.bad()) return unreadable(file, "cannot be read to its end");
  text.resize(static_cast<std::size_t>(stream.gcount()));
  if (text.size() > file_bytes_max)
    return unreadable(file, fmt::format("is larger than {} bytes", file_bytes_max));
  return merge(text, request);
}

}  // namespace mnrt::runtime
