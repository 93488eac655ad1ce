#include <csignal>
#include <cstdio>
#include <exception>
#include <memory>
#include <string>
#include <vector>

#include "runtime/cli/context.hpp"
#include "runtime/cli/help.hpp"
#include "runtime/config/closest.hpp"

namespace {

using namespace mnrt::runtime;

/// What is wrong with the words before the first option: a command that doesn't exist, and the one that was
/// meant.
std::string unknown_command(const CLI::App& app, int argc, char** argv) {
  const CLI::App* at = &app;
  for (int i = 1; i < argc && argv[i][0] != '-'; ++i) {
    std::vector<std::string> names;
    const CLI::App* next = nullptr;
    for (const auto* sub : at->get_subcommands({})) {
      names.push_back(sub->get_name());
      if (sub->get_name() == argv[i]) next = sub;
    }
    if (names.empty()) return {};
    if (!next) {
      std::vector<std::string_view> views(names.begin(), names.end());
      auto near = closest_to(argv[i], views);
      return "there is no command `" + std::string(argv[i]) + "`" +
             (near.empty() ? "" : "; did you mean `" + std::string(near) + "`?");
    }
    at = next;
  }
  return {};
}

int run(int argc, char** argv) {
  Context context;
  CLI::App app{
      "A ledger node for a group that wants its own notary, registry and treasury on a server with 4 GB.",
      "mnrt"};
  app.require_subcommand(1);
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
  add_show(app, context);
  add_config(app, context);
  add_debug(app, context);
  add_bench(app, context);
  add_sim(app, context);
  add_completion(app, context);
  add_version(app, context);
  try {
    app.parse(argc, argv);
  } catch (const CLI::CallForHelp& help) {
    return app.exit(help);
  } catch (const CLI::ParseError& wrong) {
    auto text = unknown_command(app, argc, argv);
    if (text.empty()) text = wrong.what();
    if (argc < 2)
      text = "which command? `mnrt run CONFIG` starts a node, `mnrt dev` one to look around";
    else if (context.action == nullptr && argv[1][0] == '-')
      text = "there is no option `" + std::string(argv[1]) + "` before a command";
    return static_cast<int>(context.output().failed({ExitCode::usage, text + " (see --help)", "usage"}));
  }
  return static_cast<int>(context.action ? context.action() : ExitCode::usage);
}

}  // namespace

int main(int argc, char** argv) {
  // A reader that went away (`mnrt … | head`) or a node that broke off is an error of that write, not the
  // end.
  std::signal(SIGPIPE, SIG_IGN);
  try {
    return run(argc, argv);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "error: %s\n", error.what());
    return static_cast<int>(ExitCode::failed);
  }
}
