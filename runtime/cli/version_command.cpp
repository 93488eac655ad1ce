#include <fmt/format.h>

#include "policies/ledger/transaction.hpp"
#include "runtime/cli/context.hpp"
#include "runtime/cli/version.hpp"

// mnrt version
namespace mnrt::runtime {

std::string version_text() {
  return MNRT_VERSION;
}

void add_version(CLI::App& app, Context& context) {
  auto* command = app.add_subcommand("version", "What this program is");
  add_json_option(*command, context);
  add_example(*command, "  mnrt version --json");
  command->callback([&context] {
    context.action = [&context] {
      auto protocol = policies::Transaction{}.protocol_version;
      return context.output().data(
          {{"version", version_text()}, {"protocol_version", protocol}, {"compiler", __VERSION__}},
          fmt::format("mnrt {} (protocol {})", version_text(), protocol));
    };
  });
}

}  // namespace mnrt::runtime
