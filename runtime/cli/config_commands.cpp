#include <fmt/format.h>

#include <cstdio>
#include <memory>

#include "runtime/cli/context.hpp"
#include "runtime/cli/printable.hpp"
#include "runtime/config/show.hpp"

// mnrt config check|show|reference
namespace mnrt::runtime {

namespace {

Json json_of(const ConfigError& error) {
  Json problems = Json::array();
  for (const auto& problem : error.problems)
    problems.push_back(
        {{"where", to_string(problem.where)},
         {"file", problem.where.source == Origin::Source::file ? Json(problem.where.name) : Json(nullptr)},
         {"line", problem.where.line},
         {"column", problem.where.column},
         {"text", problem.text}});
  return problems;
}

Json json_of(const Key& key, const policies::Config& config) {
  auto value = key.get(config);
  if (auto* flag = std::get_if<bool>(&value)) return *flag;
  if (auto* number = std::get_if<std::uint64_t>(&value)) return *number;
  if (auto* share = std::get_if<policies::Share>(&value)) return to_decimal(policies::Amount{share->ppb});
  if (auto* amount = std::get_if<policies::Amount>(&value)) return to_decimal(*amount);
  if (auto* text = std::get_if<std::string>(&value)) return *text;
  return std::get<std::vector<std::string>>(value);
}

Json inactive_paths(const LoadedConfig& loaded) {
  Json paths = Json::array();
  for (const auto* key : loaded.set_but_not_active) paths.push_back(key->path());
  return paths;
}

ExitCode check(const Context& context) {
  auto output = context.output();
  auto request = config_request(context);
  if (!request) return output.failed(request.error());
  auto loaded = load_config(*request);
  if (!loaded) {
    if (context.json) {
      const auto said = output.data({{"ok", false}, {"problems", json_of(loaded.error())}}, "");
      return said == ExitCode::ok ? ExitCode::config : said;
    }
    fmt::print(stderr, "{}\n", printable_lines(to_string(loaded.error())));
    return ExitCode::config;
  }
  for (const auto& warning : loaded->warnings) output.warning(warning);
  auto inactive = inactive_paths(*loaded);
  std::string text = fmt::format("{}: ok", request->file.value_or("defaults"));
  if (!inactive.empty())
    text += fmt::format("; {} of its keys aren't active yet, `mnrt config show` lists them", inactive.size());
  return output.data({{"ok", true}, {"not_active_yet", std::move(inactive)}}, text);
}

ExitCode show(const Context& context, bool origin) {
  auto output = context.output();
  auto loaded = load_for_command(context);
  if (!loaded) return output.failed(loaded.error());
  Json sections = Json::object();
  for (const auto& key : all_keys()) {
    Json value = json_of(key, loaded->config);
    if (origin)
      value = {{"value", std::move(value)}, {"origin", to_string(loaded->origins.find(key.path())->second)}};
    sections[std::string(key.section)][std::string(key.name)] = std::move(value);
  }
  auto text = show_config(*loaded, {.origin = origin});
  text.pop_back();
  return output.data({{"config", std::move(sections)}, {"not_active_yet", inactive_paths(*loaded)}}, text);
}

}  // namespace

void add_config(CLI::App& app, Context& context) {
  auto* config = app.add_subcommand("config", "The config file");
  config->require_subcommand(1);
  add_example(
      *config,
      "  mnrt config check configs/owner-4gb.toml\n  mnrt config show configs/owner-4gb.toml --origin");

  auto* check_command =
      config->add_subcommand("check", "Reads a config and says everything that is wrong with it");
  add_config_options(*check_command, context);
  add_json_option(*check_command, context);
  add_example(*check_command, "  mnrt config check configs/owner-4gb.toml");
  check_command->callback([&context] { context.action = [&context] { return check(context); }; });

  auto origin = std::make_shared<bool>(false);
  auto* show_command =
      config->add_subcommand("show", "What counts: flags, environment, file and defaults together");
  add_config_options(*show_command, context);
  show_command->add_flag("--origin", *origin, "Says behind each key who set it");
  add_json_option(*show_command, context);
  add_example(*show_command, "  MNRT_BPCI_CORE_PORT=9000 mnrt config show configs/owner-4gb.toml --origin");
  show_command->callback(
      [&context, origin] { context.action = [&context, origin] { return show(context, *origin); }; });

  auto* reference =
      config->add_subcommand("reference", "All keys with ranges, defaults and meaning, as Markdown");
  add_example(*reference, "  mnrt config reference >config.md");
  reference->callback(
      [&context] { context.action = [&context] { return context.output().verbatim(config_reference()); }; });
}

}  // namespace mnrt::runtime
