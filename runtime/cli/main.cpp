#include <fcntl.h>

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

#include "runtime/cli/context.hpp"
#include "runtime/cli/help.hpp"
#include "runtime/cli/printable.hpp"
#include "runtime/cli/version.hpp"
#include "runtime/config/closest.hpp"

namespace {

using namespace mnrt::runtime;

std::string there_is_no(std::string_view what, const std::string& typed,
                        const std::vector<std::string>& names) {
  const std::vector<std::string_view> views(names.begin(), names.end());
  const auto near = closest_to(typed, views);
  return "there is no " + std::string(what) + " `" + typed + "`" +
         (near.empty() ? "" : "; did you mean `" + std::string(near) + "`?");
}

/// The first of the typed options that the command doesn't have; empty: none.
std::string unknown_option(const CLI::App& command, const std::vector<std::string>& typed) {
  std::vector<std::string> names;
  for (const auto* option : command.get_options())
    for (const auto& name : option->get_lnames()) names.push_back("--" + name);
  for (const auto& word : typed) {
    if (word == "--") break;
    const auto name = word.substr(0, word.find('='));
    if (name.starts_with("--") && std::ranges::find(names, name) == names.end())
      return there_is_no("option", name, names);
  }
  return {};
}

/// What is wrong with a command line in words of its own: a command or an option that doesn't exist, and the
/// one that was meant. Empty where CLI11's words will do.
std::string unknown_word(const CLI::App& app, const std::vector<std::string>& typed) {
  if (typed.empty()) return "which command? `mnrt run CONFIG` starts a node, `mnrt dev` one to look around";
  const CLI::App* at = &app;
  for (const auto& word : typed) {
    if (word.starts_with('-')) break;
    std::vector<std::string> names;
    const CLI::App* next = nullptr;
    for (const auto* sub : at->get_subcommands({})) {
      names.push_back(sub->get_name());
      if (sub->check_name(word)) next = sub;
    }
    if (names.empty()) break;
    if (!next) return there_is_no("command", word, names);
    at = next;
  }
  if (auto text = unknown_option(*at, typed); !text.empty()) return text;
  std::string names;
  for (const auto* sub : at->get_subcommands({})) names += (names.empty() ? "" : ", ") + sub->get_name();
  if (!names.empty() && at->get_subcommands().empty())
    return "`" + (at == &app ? std::string{"mnrt"} : at->get_name()) + "` needs one of: " + names;
  return {};
}

/// "" is no value of any option: a script's variable that isn't set must not stand for the default.
void refuse_empty_values(CLI::App& app) {
  for (auto* option : app.get_options())
    if (option->get_items_expected_max() > 0)
      option->check([](const std::string& text) -> std::string {
        return text.empty() ? "is empty; leave the option out for the default" : "";
      });
  for (auto* command : app.get_subcommands({})) refuse_empty_values(*command);
}

/// The words behind the program's name. Under the name `bpci-server` the command `run` may be left out.
std::vector<std::string> words_of(int argc, char** argv) {
  std::vector<std::string> words(argv + std::min(argc, 1), argv + argc);
  const bool is_server = argc > 0 && std::filesystem::path(argv[0]).filename() == "bpci-server";
  const bool is_general =
      !words.empty() && (words[0] == "--help" || words[0] == "-h" || words[0] == "--version");
  if (is_server && !is_general && (words.empty() || words[0].starts_with('-')))
    words.insert(words.begin(), "run");
  return words;
}

int run(const std::vector<std::string>& typed) {
  Context context;
  CLI::App app{
      "A ledger node for a group that wants its own notary, registry and treasury on a server with 4 GB.",
      "mnrt"};
  app.require_subcommand(1);
  app.set_version_flag("--version", [] { return "mnrt " + version_text(); }, "Says what this program is");
  app.formatter(std::make_shared<HelpFormatter>());
  add_example(
      app, "  mnrt run configs/owner-4gb.toml\n  mnrt status\n  mnrt COMMAND --help",
      "Exit codes: 0 ok, 1 failed, 2 usage, 3 config or keys, 4 no node answers, 5 refused, 6 time-out,\n"
      "7 what must not change has changed. Data goes to standard output, all else to standard error.\n"
      "NO_COLOR=1 takes the colours away.");
  add_run(app, context);
  add_dev(app, context);
  add_status(app, context);
  add_wallet(app, context);
  add_notary(app, context);
  add_registry(app, context);
  add_validator(app, context);
  add_show(app, context);
  add_config(app, context);
  add_debug(app, context);
  add_bench(app, context);
  add_sim(app, context);
  add_completion(app, context);
  add_version(app, context);
  refuse_empty_values(app);
  try {
    app.parse(std::vector<std::string>(typed.rbegin(), typed.rend()));
  } catch (const CLI::Success& answered) {  // --help and --version
    std::ostringstream text;
    app.exit(answered, text, text);
    return static_cast<int>(context.output().verbatim(text.str()));
  } catch (const CLI::ParseError& wrong) {
    auto text = unknown_word(app, typed);
    if (text.empty()) text = wrong.what();
    // Nothing was read yet when the line is wrong.
    context.json = std::ranges::find(typed, "--json") != typed.end();
    return static_cast<int>(context.output().failed({ExitCode::usage, text + " (see --help)", "usage"}));
  }
  return static_cast<int>(context.action ? context.action() : ExitCode::usage);
}

/// A file or a connection that is opened later must not become a stream that was closed before the start:
/// what is printed would go into it. Writing to what is opened here fails, as it would have.
void keep_streams_apart() {
  for (const int stream : {0, 1, 2})
    if (fcntl(stream, F_GETFD) < 0) open("/dev/null", stream == 0 ? O_WRONLY : O_RDONLY);
}

}  // namespace

/// jemalloc reads it at the start: a thread of its own gives back what was freed, also when the node has
/// nothing to do.
extern "C" {
extern const char* malloc_conf;
const char* malloc_conf =
    "background_thread:true,dirty_decay_ms:10000,muzzy_decay_ms:10000,thp:always,metadata_thp:always";
}

int main(int argc, char** argv) {
  keep_streams_apart();
  // A reader that went away (`mnrt … | head`) or a node that broke off is an error of that write, not the
  // end.
  std::signal(SIGPIPE, SIG_IGN);
  try {
    return run(words_of(argc, argv));
  } catch (const std::exception& error) {
    std::fprintf(stderr, "error: %s\n", printable_lines(error.what()).c_str());
    return static_cast<int>(ExitCode::failed);
  }
}
