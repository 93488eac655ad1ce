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
  std::vector<std::pair<std::string, std::string>> words;  ///< with what they do
};

void collect(const CLI::App& command, const std::string& path, std::vector<Words>& out) {
  Words here{path, {}};
  for (const auto* sub : command.get_subcommands({}))
    if (!sub->get_group().empty()) here.words.emplace_back(sub->get_name(), sub->get_description());
  for (const auto* option : command.get_options())
    for (const auto& name : option->get_lnames())
      here.words.emplace_back("--" + name, option->get_description());
  out.push_back(here);
  for (const auto* sub : command.get_subcommands({}))
    collect(*sub, path.empty() ? sub->get_name() : path + " " + sub->get_name(), out);
}

std::string bash_script(const std::vector<Words>& all) {
  std::string cases, paths;
  for (const auto& one : all) {
    std::string words;
    for (const auto& [word, what] : one.words) words += (words.empty() ? "" : " ") + word;
    cases += fmt::format("    \"{}\") words=\"{}\" ;;\n", one.path, words);
    if (!one.path.empty()) paths += fmt::format("      \"{}\") path=$next ;;\n", one.path);
  }
  return fmt::format(R"(# mnrt completion for bash. Use: source <(mnrt completion bash)
_mnrt() {{
  local current=${{COMP_WORDS[COMP_CWORD]}} path= next i words=
  for ((i = 1; i < COMP_CWORD; i++)); do
    next="${{path:+$path }}${{COMP_WORDS[i]}}"
    case "$next" in
{}    esac
  done
  case "$path" in
{}  esac
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
      out += fmt::format("complete -c mnrt -n \"{}\" {} {} -d {}\n", condition,
                         word.starts_with("--") ? "-l" : "-f -a",
                         word.starts_with("--") ? word.substr(2) : word, single_quoted(what));
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
    context.action = [&app, shell] {
      std::vector<Words> all;
      collect(app, "", all);
      if (*shell == "fish") {
        fmt::print("{}", fish_script(all));
      } else {
        // zsh runs bash's completions after this line.
        if (*shell == "zsh")
          fmt::print("autoload -U +X compinit && compinit\nautoload -U +X bashcompinit && bashcompinit\n");
        fmt::print("{}", bash_script(all));
      }
      return ExitCode::ok;
    };
  });
}

}  // namespace mnrt::runtime
