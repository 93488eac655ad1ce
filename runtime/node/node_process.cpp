#include "runtime/node/node_process.hpp"

#include <fmt/format.h>
#include <signal.h>

#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>
#include <caf/exit_reason.hpp>
#include <caf/send.hpp>
#include <cstdlib>
#include <future>
#include <mutex>
#include <utility>

#include "actors/block_rows.hpp"
#include "actors/ledger_view.hpp"
#include "actors/memory_store.hpp"
#include "actors/new_chain.hpp"
#include "actors/node.hpp"
#include "actors/own_account.hpp"
#include "actors/seeded_signer.hpp"
#include "actors/watched_store.hpp"
#include "messages/genesis_codec.hpp"
#include "policies/ledger/genesis_state.hpp"
#include "runtime/keys/file_signer.hpp"
#include "runtime/keys/passphrase.hpp"
#include "runtime/keys/vault.hpp"
#include "runtime/metrics/log_notes.hpp"
#include "runtime/metrics/metrics.hpp"
#include "runtime/metrics/process_gauges.hpp"
#include "runtime/node/clock_check.hpp"
#include "runtime/node/data_folder.hpp"
#include "runtime/node/key_check.hpp"
#include "runtime/node/prober.hpp"
#include "runtime/node/system_clock.hpp"
#include "runtime/store/store.hpp"

namespace mnrt::runtime {
namespace {

using Kind = NodeError::Kind;

constexpr std::size_t mebibyte = std::size_t{1} << 20;

std::unexpected<NodeError> fail(Kind kind, std::string text) {
  return std::unexpected(NodeError{kind, std::move(text)});
}

/// Permissions and passphrases are the operator's to set right, as the config is.
std::unexpected<NodeError> key_trouble(const KeyError& error) {
  switch (error.kind) {
    case KeyError::Kind::permissions:
    case KeyError::Kind::wrong_passphrase:
    case KeyError::Kind::no_passphrase:
    case KeyError::Kind::missing:
      return fail(Kind::config, error.text);
    case KeyError::Kind::damaged:
      return fail(Kind::integrity, error.text);
    default:
      return fail(Kind::failed, error.text);
  }
}

NodeError store_error(const actors::StoreError& error) {
  return {error.kind == actors::StoreError::Kind::corrupted ? Kind::integrity : Kind::failed, error.text};
}

/// CAF's threads: as many as workers need, none that spins when idle.
struct SystemConfig : caf::actor_system_config {
  explicit SystemConfig(std::size_t threads) {
    set("scheduler.policy", caf::atom("sharing"));
    set("scheduler.max-threads", threads);
    set("logger.verbosity", caf::atom("quiet"));
  }
};

/// Blocks the signals that `wait` waits for, in this thread and in all that it starts.
sigset_t block_stop_signals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  // A client that goes away in mid-answer is an error of that write, not the end of the process.
  ::signal(SIGPIPE, SIG_IGN);
  return signals;
}

std::string lost_keys_text(const std::filesystem::path& keys,
                           const std::vector<std::filesystem::path>& missing) {
  std::string names;
  for (const auto& file : missing) names += (names.empty() ? "" : ", ") + file.filename().string();
  return fmt::format(
      "the chain in {} needs keys that are gone from {}: {}; restore {} from the backup. To "
      "give that chain up and start a new one, choose an empty --data-dir",
      (keys.parent_path() / "db").string(), keys.string(), names, missing.size() == 1 ? "it" : "them");
}

/// Appends and waits for the sync.
std::expected<void, actors::StoreError> append_now(actors::Store& store, messages::Batch rows) {
  std::promise<std::expected<void, actors::StoreError>> synced;
  store.append(std::move(rows), [&](auto result) { synced.set_value(std::move(result)); });
  return synced.get_future().get();
}

}  // namespace

struct NodeProcess::Impl {
  explicit Impl(const NodeSettings& settings)
      : settings(settings),
        signals(block_stop_signals()),
        notes({.level = settings.config.server.log_level, .format = settings.config.server.log_format},
              &metrics) {}

  NodeSettings settings;
  NodeFacts facts;
  sigset_t signals;
  std::optional<DataFolder> folder;
  Metrics metrics;
  LogNotes notes;
  SystemClock clock;
  std::unique_ptr<actors::Signer> signer;
  std::unique_ptr<actors::Store> store;
  std::unique_ptr<actors::WatchedStore> watched;  ///< the same, for everyone who reads while the node runs
  std::optional<policies::Genesis> genesis;
  std::unique_ptr<ProcessGauges> gauges;
  std::unique_ptr<Server> server;
  std::unique_ptr<SystemConfig> system_config;
  std::unique_ptr<caf::actor_system> system;
  actors::Node node;
  std::mutex mutex;
  std::optional<NodeError> halted;  ///< a role said that going on would make things worse
  std::string gave_up;              ///< the role that crashed beyond its limit

  std::expected<void, NodeError> open_disk();
  std::expected<void, NodeError> find_chain();
  std::expected<void, NodeError> open_keys();
  std::expected<void, NodeError> open_chain(std::vector<policies::GenesisAccount> funded,
                                            policies::KeyPolicy owner);
  std::expected<void, NodeError> serve();
  void end_actors();
  void halt(actors::Halt why);
};

std::expected<void, NodeError> NodeProcess::Impl::open_disk() {
  const auto& core = settings.config.core;
  const auto free_mb = core.ram_allocation_mb -
                       std::min(core.ram_allocation_mb, core.state_cache_mb + core.memory_pool_size_mb);
  const auto budget = std::max<std::uint64_t>(free_mb / 4, 32) * mebibyte;
  auto opened =
      open_store(folder->path() / "db", {.block_cache_bytes = budget, .write_buffer_bytes = budget / 2});
  if (!opened) return std::unexpected(store_error(opened.error()));
  store = std::move(*opened);
  return {};
}

/// The genesis that the disk holds. None is right only where neither an earlier start nor the config knows a
/// chain.
std::expected<void, NodeError> NodeProcess::Impl::find_chain() {
  // Before keys and certificates are made by it.
  if (auto fault = clock_fault(clock.now(), {}); !fault.empty()) return fail(Kind::failed, std::move(fault));
  const auto& wanted = settings.config.server.chain_id;
  auto found = actors::LedgerView{store->snapshot()}.genesis();
  if (!found) return std::unexpected(store_error(found.error()));
  genesis = std::move(*found);
  if (genesis) return {};
  if (settings.known_chain)
    return fail(
        Kind::integrity,
        fmt::format("the database of chain {} is gone from {}: restore a backup of the data directory. "
                    "To give that chain up and start a new one, choose an empty --data-dir",
                    policies::to_hex(settings.known_chain->bytes), (settings.data_dir / "db").string()));
  if (!wanted.empty())
    return fail(
        Kind::config,
        fmt::format("the data directory {} is empty, but the config names chain {}: is its disk mounted? To "
                    "start a new chain, take chain_id out of the config",
                    settings.data_dir.string(), wanted));
  return {};
}

std::expected<void, NodeError> NodeProcess::Impl::open_keys() {
  const auto keys = folder->path() / "keys";
  // A chain knows its validator by its key: a new one would have no seat. While there is no chain, keys that
  // a start which was cut short left out are made.
  if (const auto missing = missing_node_keys(keys); genesis && !missing.empty())
    return fail(Kind::config, lost_keys_text(keys, missing));
  const auto held = holds_keys(keys);
  if (!held) return key_trouble(held.error());
  const bool is_new = !genesis && !*held;
  const char* credentials = std::getenv("CREDENTIALS_DIRECTORY");
  PassphraseSources sources{.file = settings.passphrase_file,
                            .credentials = {},
                            .folder = keys,
                            .may_prompt = true,
                            .may_generate = is_new};
  if (credentials != nullptr) sources.credentials = credentials;
  auto passphrase = find_passphrase(sources, is_new);
  if (!passphrase) return key_trouble(passphrase.error());
  if (!passphrase->warning.empty()) facts.warnings.push_back(passphrase->warning);
  // Said at each start: the one that made the file may have failed before anybody read its warning.
  else if (std::error_code ignored; std::filesystem::exists(keys / "passphrase", ignored))
    facts.warnings.push_back(
        fmt::format("a passphrase is kept beside the keys, in {}: whoever reads that file opens the keys; "
                    "move it away and give it with --passphrase-file or as a systemd credential",
                    (keys / "passphrase").string()));
  auto vault = Vault::open(keys, passphrase->value);
  if (!vault) return key_trouble(vault.error());
  if (!genesis) {
    if (auto made = create_node_keys(*vault); !made) return key_trouble(made.error());
    if (auto made = vault->create_key({FileRole::owner, {}});
        !made && made.error().kind != KeyError::Kind::already_there)
      return key_trouble(made.error());
  }
  auto opened = FileSigner::open(*vault);
  if (!opened) return key_trouble(opened.error());
  signer = std::move(*opened);
  return {};
}

std::expected<void, NodeError> NodeProcess::Impl::open_chain(std::vector<policies::GenesisAccount> funded,
                                                             policies::KeyPolicy owner) {
  const auto& wanted = settings.config.server.chain_id;
  if (!genesis) {
    if (owner.keys.empty())
      return fail(
          Kind::failed,
          fmt::format(
              "{} has no owner.key that can be read, so a new chain would have no owner; put it back, or "
              "start with an empty data directory",
              (settings.data_dir / "keys").string()));
    genesis = actors::make_genesis(settings.config, *signer,
                                   {.owner = owner, .time = clock.now(), .accounts = std::move(funded)});
    if (const auto fault = policies::fault_of(*genesis); !fault.empty())
      return fail(Kind::config, fmt::format("the config makes an unsound genesis: {}", fault));
    if (auto written = append_now(*store, actors::genesis_rows(*genesis)); !written)
      return std::unexpected(store_error(written.error()));
    facts.new_chain = true;
  }
  facts.chain_id = messages::chain_id_of(*genesis);
  if (!wanted.empty() && policies::digest_from_hex(wanted) != facts.chain_id)
    return fail(Kind::config,
                fmt::format("the config names chain {}, but {} holds chain {}; use another --data-dir",
                            wanted, settings.data_dir.string(), policies::to_hex(facts.chain_id.bytes)));
  if (settings.known_chain && *settings.known_chain != facts.chain_id)
    return fail(
        Kind::integrity,
        fmt::format("the database in {} holds chain {}, but chain {} ran here before: restore a backup "
                    "of the data directory, or remove the file chain-id if the change was meant",
                    (settings.data_dir / "db").string(), policies::to_hex(facts.chain_id.bytes),
                    policies::to_hex(settings.known_chain->bytes)));
  const auto keys = settings.data_dir / "keys";
  if (auto fault = fault_of_keys(*genesis, actors::LedgerView{store->snapshot()},
                                 {.folder = keys, .signer = *signer, .owner = owner});
      !fault.empty())
    return fail(Kind::config, std::move(fault));
  facts.owner = policies::address_of(genesis->owner);
  facts.seat = actors::own_address(*signer, actors::KeyRole::consensus);
  facts.account = actors::own_address(*signer, actors::KeyRole::account);
  facts.holds_owner_key = !owner.keys.empty();

  const actors::LedgerView ledger{store->snapshot()};
  const auto tip = ledger.tip();
  if (!tip) return std::unexpected(store_error(tip.error()));
  facts.height = tip->value_or(policies::Height{});
  facts.validators = genesis->validators.size();
  auto tip_time = genesis->time;
  if (auto header = ledger.header(facts.height); header && *header) tip_time = (*header)->header.time;
  if (auto fault = clock_fault(clock.now(), tip_time); !fault.empty())
    return fail(Kind::failed, std::move(fault));
  if (auto doubt = clock_doubt(clock.now(), tip_time); !doubt.empty())
    facts.warnings.push_back(std::move(doubt));
  return {};
}

void NodeProcess::Impl::halt(actors::Halt why) {
  const std::lock_guard lock(mutex);
  if (halted) return;
  const bool damage = why.kind == actors::Halt::Kind::integrity;
  halted = NodeError{damage ? Kind::integrity : Kind::failed, std::move(why.text)};
}

std::expected<void, NodeError> NodeProcess::Impl::serve() {
  watched =
      std::make_unique<actors::WatchedStore>(*store, [this](actors::Halt why) { halt(std::move(why)); });
  auto server_config = server_settings(settings.config);
  server_config.data_dir = settings.data_dir;
  gauges = std::make_unique<ProcessGauges>(
      ProcessGauges::Budget{.memory_bytes = settings.config.resources.total_ram_mb * mebibyte,
                            .memory_pressure = settings.config.scaling.memory_pressure_threshold,
                            .cpu_cores = settings.config.resources.cpu_cores,
                            .disk_bytes = settings.config.resources.storage_gb << 30,
                            .data_dir = settings.data_dir},
      [this] { return server->connections(); }, &metrics);
  server = std::make_unique<Server>(server_config,
                                    ServerWorld{.store = watched.get(),
                                                .wall = &clock,
                                                .notes = &notes,
                                                .metrics = &metrics,
                                                .set_log_level =
                                                    [this](policies::LogLevel level) {
                                                      notes.set_level(level);
                                                      return true;
                                                    },
                                                .memory_ppb = [this] { return gauges->memory_ppb(); },
                                                .disk_ppb = [this] { return gauges->disk_ppb(); }});

  auto started = server->start();
  if (!started) return fail(Kind::failed, started.error());
  facts.addresses = *started;

  system_config =
      std::make_unique<SystemConfig>(std::max<std::size_t>(2, settings.config.resources.cpu_cores));
  system = std::make_unique<caf::actor_system>(*system_config);
  actors::NodeSpec spec{.config = settings.config,
                        .chain_id = facts.chain_id,
                        .seat = facts.seat,
                        .holds_lease_key = true,
                        .only_copy = settings.only_copy,
                        .settled_on = settings.settled_on,
                        .restart_limit = {}};
  actors::World world{.store = watched.get(),
                      .signer = signer.get(),
                      .wall = &clock,
                      .notes = &notes,
                      .gauges = gauges.get(),
                      .front_end = server.get(),
                      .make_prober = prober_factory(settings.config.registry),
                      .make_transport = {},
                      .halt = [this](actors::Halt why) { halt(std::move(why)); },
                      .gave_up =
                          [this](std::string role) {
                            std::lock_guard lock(mutex);
                            if (gave_up.empty()) gave_up = std::move(role);
                          }};
  node = actors::spawn_node(*system, spec, world);
  return {};
}

void NodeProcess::Impl::end_actors() {
  if (!system) return;
  caf::anon_send_exit(node.root, caf::exit_reason::user_shutdown);
  node = {};
  system->await_all_actors_done();
  system.reset();
}

NodeProcess::NodeProcess(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

NodeProcess::~NodeProcess() {
  stop(std::chrono::milliseconds{0});
}

const NodeFacts& NodeProcess::facts() const {
  return impl_->facts;
}

std::expected<std::unique_ptr<NodeProcess>, NodeError> NodeProcess::start(const NodeSettings& settings) {
  auto impl = std::make_unique<Impl>(settings);
  auto folder = DataFolder::open(settings.data_dir);
  if (!folder) return fail(Kind::failed, folder.error());
  impl->folder.emplace(std::move(*folder));
  if (auto opened = impl->open_disk(); !opened) return std::unexpected(opened.error());
  if (auto found = impl->find_chain(); !found) return std::unexpected(found.error());
  if (auto opened = impl->open_keys(); !opened) return std::unexpected(opened.error());
  policies::KeyPolicy owner{.threshold = 1, .keys = {}};
  if (auto key = read_public_key(settings.data_dir / "keys", {FileRole::owner, {}}))
    owner.keys.push_back(*key);
  if (auto opened = impl->open_chain({}, owner); !opened) return std::unexpected(opened.error());
  std::unique_ptr<NodeProcess> process{new NodeProcess(std::move(impl))};
  if (auto served = process->impl_->serve(); !served) return std::unexpected(served.error());
  return process;
}

std::expected<std::unique_ptr<NodeProcess>, NodeError> NodeProcess::start_in_memory(
    const NodeSettings& settings, std::vector<policies::GenesisAccount> funded) {
  auto impl = std::make_unique<Impl>(settings);
  auto folder = DataFolder::open(settings.data_dir);
  if (!folder) return fail(Kind::failed, folder.error());
  impl->folder.emplace(std::move(*folder));
  impl->signer = std::make_unique<actors::SeededSigner>("mnrt dev node");
  impl->store = std::make_unique<actors::MemoryStore>();
  if (auto found = impl->find_chain(); !found) return std::unexpected(found.error());
  const auto owner = policies::single_key(actors::key_from_text("mnrt dev owner").public_key());
  if (auto opened = impl->open_chain(std::move(funded), owner); !opened)
    return std::unexpected(opened.error());
  std::unique_ptr<NodeProcess> process{new NodeProcess(std::move(impl))};
  if (auto served = process->impl_->serve(); !served) return std::unexpected(served.error());
  return process;
}

std::optional<NodeError> NodeProcess::wait() {
  const timespec patience{.tv_sec = 0, .tv_nsec = 100'000'000};
  for (;;) {
    if (sigtimedwait(&impl_->signals, nullptr, &patience) > 0) return std::nullopt;
    std::lock_guard lock(impl_->mutex);
    if (impl_->halted) return impl_->halted;
    if (!impl_->gave_up.empty())
      return NodeError{
          Kind::failed,
          fmt::format("the role `{}` crashed again and again; the log above says why. A service manager "
                      "should start the node anew",
                      impl_->gave_up)};
  }
}

void NodeProcess::stop(std::chrono::milliseconds drain) {
  if (impl_->server) impl_->server->stop(drain);
  impl_->end_actors();
  impl_->watched.reset();
  impl_->store.reset();
}

}  // namespace mnrt::runtime
