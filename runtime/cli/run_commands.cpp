#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "runtime/cli/banner.hpp"
#include "runtime/cli/context.hpp"
#include "runtime/cli/serving.hpp"
#include "runtime/cli/trust_root.hpp"

// mnrt run
namespace mnrt::runtime {
namespace {

struct RunOptions {
  bool only_copy{};
  std::string settled_on;  ///< empty: nothing was
  bool auto_scale{};
  std::string mode;  ///< empty: as the environment says
};

ExitCode run_node(const Context& context, const RunOptions& options) {
  const auto output = context.output();
  std::vector<FlagOverride> flags;
  if (options.auto_scale) flags.push_back({"--auto-scale", "auto_scaling.enabled", "true"});
  auto loaded = load_for_command(context, std::move(flags));
  if (!loaded) return output.failed(loaded.error());
  if (options.mode.empty() && !loaded->owner_mode)
    return output.failed(
        {ExitCode::config,
         "BPCI_OWNER_MODE says that this node isn't the owner's, but joining another's network "
         "isn't built yet: unset it, or set it to true",
         ""});
  std::optional<policies::Digest> settled_on;
  if (!options.settled_on.empty()) {
    settled_on = digest_as_typed(options.settled_on);
    if (!settled_on)
      return output.failed({ExitCode::usage,
                            "--split-settled-on needs 64 hexadecimal characters, with blake3: or without",
                            ""});
  }
  const std::filesystem::path data_dir = loaded->config.server.data_dir;
  const auto known_chain = stored_chain_id(data_dir);
  if (!known_chain) return output.failed({ExitCode::integrity, known_chain.error(), ""});
  const NodeSettings settings{.config = loaded->config,
                              .data_dir = data_dir,
                              .passphrase_file = context.passphrase_path(),
                              .only_copy = options.only_copy,
                              .settled_on = settled_on,
                              .known_chain = *known_chain};
  std::error_code ignored;
  if (std::filesystem::exists(settings.data_dir / dev_mark, ignored))
    return output.failed(
        {ExitCode::config,
         settings.data_dir.string() +
             " holds keys of `mnrt dev`, which anyone can derive; choose another with --data-dir "
             "(is MNRT_DATA_DIR still set?)",
         ""});
  auto node = NodeProcess::start(settings);
  if (!node) return output.failed(failure_of(node.error()));
  for (const auto& warning : leave_word(settings.data_dir, (*node)->facts())) output.warning(warning);
  const Banner banner{.loaded = *loaded, .facts = (*node)->facts(), .data_dir = settings.data_dir};
  // A node serves whether or not somebody reads its banner.
  std::ignore = output.styled(banner_json(banner), banner_text(banner, look_of_output()));
  return serve(**node, output);
}

}  // namespace

void add_run(CLI::App& app, Context& context) {
  auto* command = app.add_subcommand("run", "Runs a node until it is told to stop");
  add_config_options(*command, context);
  add_passphrase_option(*command, context);
  add_json_option(*command, context);
  auto options = std::make_shared<RunOptions>();
  command->add_flag("--i-am-the-only-copy", options->only_copy,
                    "Signs although the sign state is missing: no other copy of the consensus key may exist");
  command
      ->add_option("--split-settled-on", options->settled_on,
                   "Signs again after two blocks of one height were final: the one here, whose chain goes on")
      ->type_name("DIGEST");
  command->add_option("--mode", options->mode, "owner-server: what a node is until others can join")
      ->check(CLI::IsMember({"owner-server"}))
      ->type_name("MODE");
  command->add_flag("--auto-scale", options->auto_scale, "Sets auto_scaling.enabled");
  command->alias("start");
  add_example(*command,
              "  mnrt run configs/owner-4gb.toml\n  mnrt run configs/owner-4gb.toml --data-dir /srv/mnrt\n"
              "  bpci-server --config configs/owner-4gb.toml --mode owner-server --auto-scale",
              "`mnrt start` is the same, and so is the program under the name bpci-server.");
  command->callback(
      [&context, options] { context.action = [&context, options] { return run_node(context, *options); }; });
}

}  // namespace mnrt::runtime
