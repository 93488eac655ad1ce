#include <fmt/format.h>

#include <memory>

#include "actors/ledger_view.hpp"
#include "actors/replay.hpp"
#include "messages/consensus_codec.hpp"
#include "policies/crypto/hash.hpp"
#include "runtime/cli/context.hpp"
#include "runtime/cli/node_client.hpp"
#include "runtime/gateway/values.hpp"
#include "runtime/node/data_folder.hpp"
#include "runtime/store/store.hpp"

// mnrt debug replay, mnrt debug sign-state: what the disk of a stopped node says.
namespace mnrt::runtime {
namespace {

constexpr std::size_t mebibyte = std::size_t{1} << 20;

/// A stopped node's database, its data directory locked. Members end in reverse: the store before the lock.
struct Disk {
  DataFolder folder;
  std::unique_ptr<actors::Store> store;
};

std::expected<Disk, Failure> open_disk(const Context& context) {
  const auto data_dir = context.data_path();
  // Opening would make what isn't there.
  if (!std::filesystem::exists(data_dir / "db" / "CURRENT"))
    return std::unexpected(
        Failure{ExitCode::integrity, "there is no database in " + (data_dir / "db").string(), ""});
  auto folder = DataFolder::open(data_dir);
  if (!folder) return std::unexpected(Failure{ExitCode::failed, folder.error(), ""});
  auto store =
      open_store(data_dir / "db", {.block_cache_bytes = 64 * mebibyte, .write_buffer_bytes = 32 * mebibyte});
  if (!store) {
    const bool damaged = store.error().kind == actors::StoreError::Kind::corrupted;
    return std::unexpected(Failure{damaged ? ExitCode::integrity : ExitCode::failed, store.error().text, ""});
  }
  return Disk{std::move(*folder), std::move(*store)};
}

ExitCode replay_chain(const Context& context) {
  const auto output = context.output();
  const auto disk = open_disk(context);
  if (!disk) return output.failed(disk.error());
  const auto replayed = [&] {
    const Spinner spinner(output, "executing the chain again");
    return actors::replay(*disk->store);
  }();
  if (!replayed && replayed.error().kind == actors::ReplayFault::Kind::pruned)
    return output.failed(
        {ExitCode::failed,
         replayed.error().text +
             ", so this chain can't be executed again from its genesis. Nothing is wrong with "
             "it: a node keeps all bodies with bpci_core.archive = true",
         ""});
  if (!replayed)
    return output.failed({ExitCode::integrity,
                          "the stored chain does not execute to what is stored: " + replayed.error().text,
                          ""});
  const Json report{{"height", replayed->height.value},
                    {"transactions", replayed->transactions},
                    {"state_root", "blake3:" + policies::to_hex(replayed->state_root.bytes)}};
  return output.data(report, lines_of(report));
}

Json digest_or_null(const std::optional<policies::Digest>& digest) {
  return digest ? Json("blake3:" + policies::to_hex(digest->bytes)) : Json(nullptr);
}

/// Why the key signs no more, with the proof.
struct StopAsJson {
  static Json seals(const policies::SealSet& set) {
    Json shown{{"round", set.round.value}, {"signers", set.signers}, {"signatures", Json::array()}};
    for (const auto& signature : set.signatures)
      shown["signatures"].push_back(policies::to_hex(signature.bytes));
    return shown;
  }
  Json operator()(const policies::KeyElsewhere& stop) const {
    return {
        {"reason", "key_signs_elsewhere"}, {"first", json_of(stop.first)}, {"second", json_of(stop.second)}};
  }
  Json operator()(const policies::TwoChains& stop) const {
    return {{"reason", "chain_split"},
            {"height", stop.height.value},
            {"final", digest_or_null(stop.final)},
            {"final_seals", seals(stop.final_seals)},
            {"rival", digest_or_null(stop.rival)},
            {"rival_seals", seals(stop.rival_seals)}};
  }
};

ExitCode show_sign_state(const Context& context) {
  const auto output = context.output();
  const auto disk = open_disk(context);
  if (!disk) return output.failed(disk.error());
  const auto stored = actors::LedgerView{disk->store->snapshot()}.sign_state();
  if (!stored) return output.failed({ExitCode::integrity, stored.error().text, ""});
  const auto& state = *stored;
  if (!state) return output.failed({ExitCode::failed, "nothing was signed yet", ""});
  Json report{{"height", state->height.value},
              {"round", state->round.value},
              {"proposal", digest_or_null(state->proposed)},
              {"prepare", digest_or_null(state->prepared)},
              {"commit", digest_or_null(state->committed)},
              {"round_change", nullptr},
              {"stopped", state->stopped ? std::visit(StopAsJson{}, *state->stopped) : Json(nullptr)}};
  if (const auto& change = state->last_round_change) {
    report["round_change"] = {
        {"round", change->round.value}, {"prepared_round", nullptr}, {"prepared", nullptr}};
    if (change->prepared) {
      report["round_change"]["prepared_round"] = change->prepared->round.value;
      report["round_change"]["prepared"] = digest_or_null(change->prepared->digest);
    }
  }
  return output.data(report, lines_of(report));
}

void add_disk_command(CLI::App& debug, Context& context, const std::string& name, const std::string& text,
                      ExitCode (*action)(const Context&)) {
  auto* command = debug.add_subcommand(name, text);
  add_data_dir_option(*command, context);
  add_json_option(*command, context);
  add_example(*command, "  mnrt debug " + name + " --data-dir /srv/mnrt");
  command->callback([&context, action] { context.action = [&context, action] { return action(context); }; });
}

}  // namespace

void add_disk_commands(CLI::App& debug, Context& context) {
  add_disk_command(
      debug, context, "replay",
      "Executes a stopped node's chain again from its genesis, in memory, and compares; exit code 7 where "
      "anything differs, 1 where the first blocks were pruned",
      replay_chain);
  add_disk_command(debug, context, "sign-state", "What a stopped node signed last, as its disk says",
                   show_sign_state);
}

}  // namespace mnrt::runtime
