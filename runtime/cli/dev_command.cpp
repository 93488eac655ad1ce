#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <tuple>

#include "actors/seeded_signer.hpp"
#include "runtime/cli/banner.hpp"
#include "runtime/cli/context.hpp"
#include "runtime/cli/dev_config.hpp"
#include "runtime/cli/printable.hpp"
#include "runtime/cli/serving.hpp"
#include "runtime/cli/wallets.hpp"
#include "runtime/keys/private_files.hpp"

// mnrt dev
namespace mnrt::runtime {
namespace {

namespace fs = std::filesystem;

constexpr std::array<std::string_view, 4> names{"alice", "bob", "carol", "dave"};
constexpr std::string_view mark_text =
    "The keys in this folder belong to `mnrt dev`. Anyone can derive them: never send them anything of "
    "worth.\n";
constexpr std::string_view passphrase = "mnrt dev";

/// Each account's money, in whole tokens, indexed by Token.
constexpr std::array<std::uint64_t, 4> whole_tokens{100, 1'000, 100'000, 1'000};

policies::SigningKey key_of(std::string_view name) {
  return actors::key_from_text(fmt::format("mnrt dev {}", name));
}

std::vector<policies::GenesisAccount> funded_accounts() {
  std::array<policies::Amount, 4> money;
  std::ranges::transform(whole_tokens, money.begin(), [](auto whole) {
    return policies::amount_from_decimal(std::to_string(whole)).value();
  });
  std::vector<policies::GenesisAccount> accounts;
  for (const auto name : names) accounts.push_back({address_of_key(key_of(name).public_key()), money});
  return accounts;
}

std::string money_text() {
  std::string text;
  for (const auto token : policies::all_tokens)
    text += fmt::format("{}{} {}", text.empty() ? "" : ", ", whole_tokens[static_cast<std::size_t>(token)],
                        policies::facts_of(token).symbol);
  return text;
}

/// Keys that anyone can derive must never lie among real ones, and a real chain must never be shown as a toy.
std::expected<void, Failure> prepare_folder(const fs::path& folder, bool is_ours) {
  std::error_code error;
  if (fs::exists(folder, error) && !fs::exists(folder / dev_mark, error) && !fs::is_empty(folder, error))
    return std::unexpected(Failure{
        ExitCode::config,
        fmt::format("{} isn't empty and isn't of `mnrt dev`, whose keys must not lie among real ones; "
                    "choose another with --data-dir",
                    folder.string()),
        ""});
  if (is_ours) {
    if (auto ready = prepare_private_folder(folder); !ready)
      return std::unexpected(failure_of(ready.error()));
  } else {
    fs::create_directories(folder, error);
  }
  std::ofstream{folder / dev_mark} << mark_text;
  if (!fs::exists(folder / dev_mark, error))
    return std::unexpected(
        Failure{ExitCode::failed,
                fmt::format("cannot write into {}; choose another with --data-dir", folder.string()), ""});
  return {};
}

/// Makes wallets of the keys, so that every command can use them.
std::expected<void, Failure> keep_wallets(const fs::path& keys) {
  const auto allowed = [](const KeyError& error) { return error.kind == KeyError::Kind::already_there; };
  if (auto ready = prepare_private_folder(keys); !ready) return std::unexpected(failure_of(ready.error()));
  if (auto kept = write_private_file(keys / "passphrase", fmt::format("{}\n", passphrase));
      !kept && !allowed(kept.error()))
    return std::unexpected(failure_of(kept.error()));
  auto vault = Vault::open(keys, Passphrase{passphrase});
  if (!vault) return std::unexpected(failure_of(vault.error()));
  const auto import_key = [&](std::string_view name) {
    return vault->import_key(wallet_label(std::string{name}), key_of(name).seed());
  };
  if (auto kept = import_key("owner"); !kept && !allowed(kept.error()))
    return std::unexpected(failure_of(kept.error()));
  for (const auto name : names)
    if (auto kept = import_key(name); !kept && !allowed(kept.error()))
      return std::unexpected(failure_of(kept.error()));
  return {};
}

std::string dev_text(const Banner& banner, const Look& look, bool folder_stays) {
  const auto columns = look.columns;
  auto text = banner_text(banner, look) + "\n\n" +
              look.style.warning(wrapped(
                  "DEV KEYS: ",
                  "anyone can derive the keys of this chain, so nothing on it is worth anything. It lives in "
                  "memory and is gone when this stops.",
                  columns)) +
              "\n\n";
  text +=
      wrapped("",
              fmt::format(
                  "Each has a wallet of its name; alice, bob, carol and dave have {}, the owner has more.",
                  money_text()),
              columns) +
      "\n";
  text += fmt::format("  {:<13}{}\n", "owner", policies::to_bech32m(banner.facts.owner));
  for (const auto name : names)
    text +=
        fmt::format("  {:<13}{}\n", name, policies::to_bech32m(address_of_key(key_of(name).public_key())));
  text += fmt::format(
      "\nIn another terminal:\n"
      "  export MNRT_DATA_DIR={}\n"
      "  mnrt wallet send --from alice --to bob --amount \"1.5 FLX\" --wait\n"
      "  mnrt notarize FILE --wait\n"
      "{}",
      printable(banner.data_dir.string()),
      folder_stays ? "Ctrl-C ends it. The folder stays, for the next `mnrt dev`."
                   : "Ctrl-C ends it, and the folder goes; one that you name with --data-dir stays.");
  return text;
}

Json dev_json(const Banner& banner) {
  auto json = banner_json(banner);
  auto accounts = Json::array();
  for (const auto name : names)
    accounts.push_back(
        {{"name", name}, {"address", policies::to_bech32m(address_of_key(key_of(name).public_key()))}});
  json["dev_keys"] = true;
  json["accounts"] = std::move(accounts);
  return json;
}

std::expected<LoadedConfig, Failure> load_dev_config(const Context& context) {
  auto request = config_request(context);
  if (!request) return std::unexpected(request.error());
  request->file = "built-in configs/dev.toml";
  auto loaded = load_config_text(dev_config(), *request);
  if (!loaded) return std::unexpected(Failure{ExitCode::config, to_string(loaded.error()), "config"});
  for (const auto& warning : loaded->warnings) context.output().warning(warning);
  return std::move(*loaded);
}

ExitCode run_dev(const Context& context) {
  const auto output = context.output();
  auto loaded = load_dev_config(context);
  if (!loaded) return output.failed(loaded.error());
  const bool is_ours =
      loaded->origins.find("server.data_dir")->second.source == Origin::Source::default_value;
  if (is_ours)
    loaded->config.server.data_dir =
        (fs::temp_directory_path() / fmt::format("mnrt-dev-{}", geteuid())).string();
  const fs::path folder = loaded->config.server.data_dir;
  if (auto ready = prepare_folder(folder, is_ours); !ready) return output.failed(ready.error());
  // Before the node answers, so that whoever waits for that finds them; a second `mnrt dev` writes the same.
  if (auto kept = keep_wallets(folder / "keys"); !kept) return output.failed(kept.error());
  auto node = NodeProcess::start_in_memory(
      {.config = loaded->config, .data_dir = folder, .passphrase_file = {}, .only_copy = true},
      funded_accounts());
  if (!node) return output.failed(failure_of(node.error()));
  for (const auto& warning : leave_word(folder, (*node)->facts())) output.warning(warning);
  const Banner banner{.loaded = *loaded, .facts = (*node)->facts(), .data_dir = folder, .keeps_chain = false};
  // A node serves whether or not somebody reads its banner.
  std::ignore = output.styled(dev_json(banner), dev_text(banner, look_of_output(), !is_ours));
  const auto end = serve(**node, output);
  std::error_code ignored;
  if (is_ours) fs::remove_all(folder, ignored);
  return end;
}

}  // namespace

void add_dev(CLI::App& app, Context& context) {
  auto* command = app.add_subcommand("dev", "Runs a node in memory, with funded accounts, to look around");
  add_setting_options(*command, context);
  add_json_option(*command, context);
  add_example(*command,
              "  mnrt dev\n"
              "  mnrt dev --set bpci_core.port=9000 --set monitoring.metrics_enabled=false\n"
              "  MNRT_DATA_DIR=/tmp/mnrt-dev-$(id -u) mnrt wallet balance alice",
              "Its keys are derived from public texts: anyone can know them. The chain is gone\n"
              "when it stops. Other commands find it through its data directory (wallets, token,\n"
              "tls/ca.pem, address), which it prints: export it as MNRT_DATA_DIR. Without\n"
              "--data-dir that is a temporary one.");
  command->callback([&context] { context.action = [&context] { return run_dev(context); }; });
}

}  // namespace mnrt::runtime
