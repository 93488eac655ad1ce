#include <fmt/format.h>

#include <cstdio>
#include <memory>
#include <set>

#include "runtime/cli/context.hpp"

// mnrt completion bash|zsh|fish: made from the commands themselves, so it knows whatever they know.
namespace mnrt::runtime {

namespace {

struct Words {
  std::string path;  ///< of the command, `wallet send`; empty for mnrt itself
  std::vector<std::pair<std::string, std::string>> words;    ///< with what they do
  std::vector<std::pair<std::string, std::string>> options;  ///< with two hyphens
};

/// The values that a positional argument may have, where there are few: CLI11 lists them behind its type.
std::vector<std::string> choices_of(const CLI::Option& option) {
  const auto type = option.get_type_name();
  const auto open = type.find(":{");
  if (!option.get_positional() || open == std::string::npos || !type.ends_with('}')) return {};
  return CLI::detail::split(type.substr(open + 2, type.size() - open - 3), ',');
}

void collect(const CLI::App& command, const std::string& path, std::vector<Words>& out) {
  Words here{path, {}, {}};
  for (const auto* sub : command.get_subcommands({}))
    if (!sub->get_group().empty()) here.words.emplace_back(sub->get_name(), sub->get_description());
  for (const auto* option : command.get_options()) {
    for (const auto& name : option->get_lnames())
      here.options.emplace_back("--" + name, option->get_description());
    for (const auto& choice : choices_of(*option)) here.words.emplace_back(choice, option->get_description());
  }
  out.push_back(here);
  for (const auto* sub : command.get_subcommands({}))
    collect(*sub, path.empty() ? sub->get_name() : path + " " + sub->get_name(), out);
}

std::string joined(const std::vector<std::pair<std::string, std::string>>& words) {
  std::string out;
  for (const auto& [word, what] : words) out += (out.empty() ? "" : " ") + word;
  return out;
}

std::string bash_script(const std::vector<Words>& all) {
  std::string cases, paths;
  for (const auto& one : all) {
    cases += fmt::format("    \"{}\") words=\"{}\" options=\"{}\" ;;\n", one.path, joined(one.words),
                         joined(one.options));
    if (!one.path.empty()) paths += fmt::format("      \"{}\") path=$next ;;\n", one.path);
  }
  return fmt::format(R"(# mnrt completion for bash. Use: source <(mnrt completion bash)
_mnrt() {{
  local current=${{COMP_WORDS[COMP_CWORD]}} path= next i words= options=
  for ((i = 1; i < COMP_CWORD; i++)); do
    next="${{path:+$path }}${{COMP_WORDS[i]}}"
    case "$next" in
{}    esac
  done
  case "$path" in
{}  esac
  # Files where no word fits: see the options of complete below.
  [[ $current == -* ]] && words=$options
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}}
complete -o default -o bashdefault -F _mnrt mnrt
)",
                     paths, cases);
}

std::string single_quoted(const std::string& text) {
  std::string out = "'";
  for (char c : text) out += c == '\'' ? std::string("\\'") : std::string(1, c);
  return out + "'";
}

std::string fish_script(const std::vector<Words>& all) {
  std::string out = "# mnrt completion for fish. Use: mnrt completion fish | source\n";
  for (const auto& one : all) {
    std::string condition = "__fish_use_subcommand";
    if (!one.path.empty()) {
      condition.clear();
      auto rest = one.path;
      while (!rest.empty()) {
        auto space = rest.find(' ');
        condition += fmt::format("{}__fish_seen_subcommand_from {}", condition.empty() ? "" : "; and ",
                                 rest.substr(0, space));
        rest = space == std::string::npos ? "" : rest.substr(space + 1);
      }
    }
    for (const auto& [word, what] : one.words)
      out += fmt::format("complete -c mnrt -n \"{}\" -f -a {} -d {}\n", condition, word, single_quoted(what));
    for (const auto& [option, what] : one.options)
      out += fmt::format("complete -c mnrt -n \"{}\" -l {} -d {}\n", condition, option.substr(2),
                         single_quoted(what));
  }
  return out;
}

}  // namespace

void add_completion(CLI::App& app, Context& context) {
  auto shell = std::make_shared<std::string>();
  auto* command = app.add_subcommand("completion", "Prints a script that completes commands in a shell");
  command->add_option("shell", *shell, "bash, zsh or fish")
      ->required()
      ->check(CLI::IsMember({"bash", "zsh", "fish"}))
      ->type_name("SHELL");
  add_example(*command, "  source <(mnrt completion bash)");
  command->callback([&app, &context, shell] {
    context.action = [&app, &context, shell] {
      std::vector<Words> all;
      collect(app, "", all);
      const auto output = context.output();
      if (*shell == "fish") return output.verbatim(fish_script(all));
      // zsh runs bash's completions after these lines.
      constexpr std::string_view zsh =
          "autoload -U +X compinit && compinit\nautoload -U +X bashcompinit && bashcompinit\n";
      return output.verbatim((*shell == "zsh" ? std::string{zsh} : std::string{}) + bash_script(all));
    };
  });
}

}  // namespace mnrt::runtime
