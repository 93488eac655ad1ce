#include "actors/node.hpp"

#include <algorithm>
#include <caf/all.hpp>
#include <memory>
#include <utility>

#include "actors/core.hpp"
#include "actors/duties.hpp"
#include "actors/failover.hpp"
#include "actors/journal.hpp"
#include "actors/notary.hpp"
#include "actors/peers.hpp"
#include "actors/registry.hpp"
#include "actors/scaler.hpp"
#include "actors/treasury.hpp"
#include "actors/validator.hpp"

namespace mnrt::actors {
namespace {

using std::chrono::milliseconds;

constexpr std::size_t mebibyte = std::size_t{1} << 20;

milliseconds ms(std::uint64_t count) {
  return milliseconds{static_cast<milliseconds::rep>(count)};
}

/// A role's supervisor and the typed handle through which others reach the role.
template <class Handle>
struct Role {
  std::string name;
  caf::actor supervisor;
  Handle handle;

  template <class Start>
  void open(Start start, std::vector<caf::actor> dependents = {}) const {
    open_supervisor(
        supervisor, [start](caf::actor_system& system) { return caf::actor_cast<caf::actor>(start(system)); },
        std::move(dependents));
  }
};

struct Assembly {
  caf::actor_system& system;
  const NodeSpec& spec;
  const World& world;
  std::vector<NamedRole> roles{};

  template <class Handle>
  Role<Handle> role(std::string name) {
    auto supervisor = spawn_supervisor(system, name, spec.restart_limit, *world.notes);
    roles.push_back({name, supervisor});
    return {std::move(name), supervisor, caf::actor_cast<Handle>(supervisor)};
  }
};

CoreDeps core_deps(const NodeSpec& spec, const World& world) {
  const auto& core = spec.config.core;
  CoreDeps deps;
  deps.seat = spec.seat;
  deps.consensus.block_time_ms = static_cast<std::int64_t>(core.block_time_ms);
  deps.consensus.min_block_time_ms = static_cast<std::int64_t>(core.min_block_time_ms);
  deps.consensus.timeout_ms = static_cast<std::int64_t>(core.timeout_ms);
  deps.consensus.proposal_timeout_ms = static_cast<std::int64_t>(spec.config.validator.proposal_timeout_ms);
  deps.consensus.only_copy = spec.only_copy;
  deps.consensus.settled_on = spec.settled_on;
  deps.pool.transactions = core.max_pending_transactions;
  deps.pool.bytes = core.max_memory_mb * mebibyte;
  deps.sweep_interval = ms(core.cleanup_interval_ms);
  deps.chain = {.state_cache_bytes = core.state_cache_mb * mebibyte,
                .retention_blocks = core.history_retention_blocks,
                .checkpoint_interval = core.checkpoint_interval,
                .archive = core.archive,
                .tree = spec.tree};
  deps.store = world.store;
  deps.signer = world.signer;
  deps.wall = world.wall;
  deps.notes = world.notes;
  deps.halt = world.halt;
  return deps;
}

/// Linked to all supervisors: when one gives up, the node ends.
/// What the world's factories made; each is there or null.
struct Made {
  prober_actor prober;
  transport_actor transport;
};

caf::behavior root(caf::event_based_actor* self, std::vector<NamedRole> roles, Made made,
                   std::function<void(std::string)> gave_up) {
  if (made.prober) self->link_to(made.prober);
  if (made.transport) self->link_to(made.transport);
  for (const auto& role : roles) self->link_to(role.supervisor);
  // Holds what was made: with its last handle gone it would end, before its role's supervisor has said why.
  self->set_exit_handler([self, roles, made, gave_up](caf::exit_msg& exit) {
    const auto role = std::ranges::find_if(
        roles, [&](const NamedRole& known) { return known.supervisor.address() == exit.source; });
    std::string who = role == roles.end() ? "" : role->name;
    if (made.prober && made.prober.address() == exit.source) who = "prober";
    if (made.transport && made.transport.address() == exit.source) who = "transport";
    if (gave_up && !who.empty()) gave_up(who);
    self->quit(exit.reason);
  });
  return {[](const std::string&) {}};
}

}  // namespace

Node spawn_node(caf::actor_system& system, const NodeSpec& spec, const World& world) {
  Assembly assembly{system, spec, world};
  // Handles first: roles that know each other in a circle are no problem.
  const auto journal = assembly.role<journal_actor>("journal");
  const auto core = assembly.role<core_actor>("core");
  const auto validator = assembly.role<validator_actor>("validator");
  const auto notary = assembly.role<notary_actor>("notary");
  const auto registry = assembly.role<registry_actor>("registry");
  const auto treasury = assembly.role<treasury_actor>("treasury");
  const auto failover = assembly.role<failover_actor>("failover");
  const auto duties = assembly.role<duties_actor>("duties");
  const auto scaler = assembly.role<scaler_actor>("scaler");
  const auto gateway = assembly.role<gateway_actor>("gateway");
  const bool has_peers = world.make_transport != nullptr;
  const auto peers = has_peers ? assembly.role<peers_actor>("peers") : Role<peers_actor>{};
  const auto& config = spec.config;

  // The roles that write start again with the journal: what they believe written may not be.
  journal.open([store = world.store, notes = world.notes, halt = world.halt,
                count = std::make_shared<std::uint32_t>(0)](
                   auto& sys) { return spawn_journal(sys, *store, *notes, ++*count, halt); },
               {core.supervisor, notary.supervisor, duties.supervisor, gateway.supervisor});

  auto core_needs = core_deps(spec, world);
  core_needs.journal = journal.handle;
  core_needs.peers = peers.handle;
  core_needs.duties = duties.handle;
  core_needs.observers = {registry.handle, treasury.handle, duties.handle, scaler.handle, gateway.handle};
  core.open([core_needs](auto& sys) { return spawn_core(sys, core_needs); });

  validator.open([deps = ValidatorDeps{
                      .chain_id = spec.chain_id,
                      .workers = std::min(config.validator.validation_threads, config.resources.cpu_cores),
                      .frames_waiting_max = config.validator.max_validation_queue,
                      .core = core.handle,
                      .peers = peers.handle,
                      .notes = world.notes}](auto& sys) { return spawn_validator(sys, deps); });

  const auto transport = has_peers ? world.make_transport(system, peers.handle) : transport_actor{};
  if (has_peers)
    peers.open([deps = PeersDeps{.chain_id = spec.chain_id,
                                 .self = spec.seat,
                                 .store = world.store,
                                 .notes = world.notes,
                                 .core = core.handle,
                                 .validator = validator.handle,
                                 .transport = transport}](auto& sys) { return spawn_peers(sys, deps); });

  notary.open([deps = NotaryDeps{.chain_id = spec.chain_id,
                                 .seat = spec.seat,
                                 .in_flight_max = config.notary.max_concurrent_notarizations,
                                 .store = world.store,
                                 .signer = world.signer,
                                 .wall = world.wall,
                                 .notes = world.notes,
                                 .journal = journal.handle,
                                 .core = core.handle,
                                 .validator = validator.handle,
                                 .halt = world.halt}](auto& sys) { return spawn_notary(sys, deps); });

  const policies::HealthSettings health{
      .interval_ms = static_cast<std::int64_t>(config.registry.health_check_interval_ms),
      .unhealthy_threshold = static_cast<std::uint32_t>(config.registry.unhealthy_threshold),
      .recovery_interval_ms = static_cast<std::int64_t>(config.registry.recovery_check_interval_ms)};
  const auto prober = world.make_prober ? world.make_prober(system) : prober_actor{};
  registry.open([deps = RegistryDeps{.health = health,
                                     .refresh_interval = ms(config.registry.cleanup_interval_ms),
                                     .store = world.store,
                                     .notes = world.notes,
                                     .prober = prober}](auto& sys) { return spawn_registry(sys, deps); });

  treasury.open([deps = TreasuryDeps{.economy = config.economy,
                                     .checkpoint_interval = config.core.checkpoint_interval,
                                     .store = world.store,
                                     .wall = world.wall,
                                     .notes = world.notes,
                                     .halt = world.halt}](auto& sys) { return spawn_treasury(sys, deps); });

  failover.open([deps = FailoverDeps{.chain_id = spec.chain_id,
                                     .holds_lease_key = spec.holds_lease_key,
                                     .store = world.store,
                                     .signer = world.signer,
                                     .wall = world.wall,
                                     .notes = world.notes,
                                     .core = core.handle,
                                     .validator = validator.handle,
                                     .halt = world.halt}](auto& sys) { return spawn_failover(sys, deps); });

  duties.open([deps = DutiesDeps{.chain_id = spec.chain_id,
                                 .seat = spec.seat,
                                 .store = world.store,
                                 .signer = world.signer,
                                 .notes = world.notes,
                                 .journal = journal.handle,
                                 .core = core.handle,
                                 .validator = validator.handle,
                                 .halt = world.halt}](auto& sys) { return spawn_duties(sys, deps); });

  scaler.open(
      [deps = ScalerDeps{.scaling = config.scaling,
                         .alerts = config.monitoring.alert_thresholds,
                         .workers = std::min(config.validator.validation_threads, config.resources.cpu_cores),
                         .gauges = world.gauges,
                         .notes = world.notes,
                         .validator = validator.handle}](auto& sys) { return spawn_scaler(sys, deps); });

  gateway.open(
      [deps = GatewayDeps{.front_end = world.front_end,
                          .store = world.store,
                          .wall = world.wall,
                          .notes = world.notes,
                          .journal = journal.handle,
                          .validator = validator.handle,
                          .core = core.handle,
                          .notary = notary.handle,
                          .registry = registry.handle,
                          .treasury = treasury.handle,
                          .failover = failover.handle,
                          .scaler = scaler.handle,
                          .roles = assembly.roles,
                          .block_time_ms = static_cast<std::int64_t>(config.core.block_time_ms),
                          .started = world.wall->now()}](auto& sys) { return spawn_gateway(sys, deps); });

  Node node{{}, assembly.roles, core.handle, validator.handle};
  node.root = system.spawn(root, assembly.roles, Made{prober, transport}, world.gave_up);
  return node;
}

}  // namespace mnrt::actors
