#include <csignal>
#include <cstdio>
#include <exception>
#include <string>
#include <vector>

#include "runtime/cli/context.hpp"
#include "runtime/config/closest.hpp"

namespace {

using namespace mnrt::runtime;

/// The command that a misspelt word was meant to be.
std::string suggestion(const CLI::App& app, int argc, char** argv) {
  const CLI::App* at = &app;
  for (int i = 1; i < argc; ++i) {
    std::string word = argv[i];
    if (word.starts_with('-')) return {};
    std::vector<std::string> names;
    const CLI::App* next = nullptr;
    for (const auto* sub : at->get_subcommands({})) {
      names.push_back(sub->get_name());
      if (sub->get_name() == word) next = sub;
    }
    if (!next) {
      std::vector<std::string_view> views(names.begin(), names.end());
      auto near = closest_to(word, views);
      return near.empty() ? std::string() : "; did you mean `" + std::string(near) + "`?";
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
  add_example(app, "  mnrt run configs/owner-4gb.toml\n  mnrt status");
  add_status(app, context);
  add_wallet(app, context);
  add_show(app, context);
  add_registry(app, context);
  add_notary(app, context);
  add_config(app, context);
  add_completion(app, context);
  add_version(app, context);
  try {
    app.parse(argc, argv);
  } catch (const CLI::CallForHelp& help) {
    return app.exit(help);
  } catch (const CLI::ParseError& wrong) {
    auto output = context.output();
    return static_cast<int>(
        output.failed({ExitCode::usage,
                       std::string(wrong.what()) + suggestion(app, argc, argv) + " (see --help)", "usage"}));
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
