#include "runtime/config/show.hpp"

#include <fmt/format.h>

namespace mnrt::runtime {

std::string show_config(const LoadedConfig& loaded, const ShowOptions& options) {
  std::string out;
  std::string_view section;
  for (const auto& key : all_keys()) {
    if (key.section != section) {
      out += fmt::format("{}[{}]\n", section.empty() ? "" : "\n", key.section);
      section = key.section;
    }
    auto line = fmt::format("{} = {}", key.name, to_toml(key, key.get(loaded.config)));
    if (options.origin)
      line = fmt::format("{:<56} # {}", line, to_string(loaded.origins.find(key.path())->second));
    out += line + "\n";
  }
  out += "\n# Not active yet in this version:\n";
  for (const auto& key : all_keys())
    if (!key.active()) out += fmt::format("#   {}: {}\n", key.path(), key.facts.not_yet);
  return out;
}

std::string config_reference() {
  std::string out;
  std::string_view section;
  const policies::Config defaults;
  for (const auto& key : all_keys()) {
    if (key.section != section) {
      out += fmt::format("\n## [{}]\n\n| key | accepts | default | what it does |\n|---|---|---|---|\n",
                         key.section);
      section = key.section;
    }
    out += fmt::format("| `{}` | {} | `{}` | {}{} |\n", key.name, accepted_values(key),
                       to_toml(key, key.get(defaults)), key.facts.comment,
                       key.active() ? "" : fmt::format(" *Not active yet:* {}", key.facts.not_yet));
  }
  return out;
}

}  // namespace mnrt::runtime
