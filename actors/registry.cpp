#include "actors/registry.hpp"

#include <algorithm>
#include <caf/all.hpp>
#include <map>
#include <optional>
#include <string>
#include <utility>

#include "actors/exceptions.hpp"
#include "actors/mail/common.hpp"
#include "actors/mail/registry.hpp"
#include "policies/limits.hpp"

namespace mnrt::actors {
namespace {

constexpr std::chrono::milliseconds tick_interval{1'000};
constexpr std::size_t probes_max = 16;  ///< under way at once
constexpr std::size_t page = 250;

struct Watched {
  std::string endpoint;  ///< the first one
  policies::HealthState state;
  bool probing{};
  std::optional<policies::BlockTime> checked;
};

struct State {
  RegistryDeps deps;
  std::map<std::string, Watched> services;
  std::size_t probes{};
  bool stale{true};  ///< a block changed the registry
  policies::Instant read_at;
  policies::BlockTime block_time;
};

using Registry = registry_actor::stateful_pointer<State>;

policies::Instant now(Registry self) {
  return {self->clock().now().time_since_epoch().count()};
}

bool changes_services(const policies::Block& block) {
  const auto is_service = [](const policies::Operation& operation) {
    return std::holds_alternative<policies::RegisterService>(operation) ||
           std::holds_alternative<policies::RemoveService>(operation);
  };
  return std::ranges::any_of(block.transactions, [&](const auto& transaction) {
    return std::ranges::any_of(transaction->body.operations, is_service);
  });
}

/// Reads all services; what is known of one whose endpoint stayed is kept.
void refresh(Registry self) {
  auto& state = self->state;
  const LedgerView ledger{state.deps.store->snapshot()};
  std::map<std::string, Watched> found;
  for (std::string after;;) {
    auto services = ledger.services(after, page);
    if (!services) throw std::runtime_error(services.error().text);
    for (auto& [id, row] : *services) {
      auto known = state.services.find(id);
      const bool same = known != state.services.end() && known->second.endpoint == row.endpoints.front();
      found.emplace(id, same ? std::move(known->second)
                             : Watched{row.endpoints.front(), policies::watch(now(self)), false, {}});
      after = id;
    }
    if (services->size() < page) break;
  }
  state.services = std::move(found);
  state.stale = false;
  state.read_at = now(self);
}

/// Nothing: the prober could not try, which says nothing about the service; it stays due.
using Tried = std::optional<policies::ProbeResult>;

void probed(Registry self, const std::string& id, const std::string& endpoint, Tried result) {
  auto& state = self->state;
  --state.probes;
  auto at = state.services.find(id);
  if (at == state.services.end() || at->second.endpoint != endpoint) return;
  auto& watched = at->second;
  watched.probing = false;
  if (!result) return;
  watched.checked = state.block_time;
  const auto before = watched.state.health;
  watched.state = policies::step(watched.state, *result, now(self), state.deps.health);
  if (watched.state.health != before)
    state.deps.notes->add(
        "registry", {.level = policies::Note::Level::info,
                     .code = "service_health_changed",
                     .fields = {{"service", id}, {"health", std::string{name_of(watched.state.health)}}}});
}

void probe_due(Registry self) {
  auto& state = self->state;
  if (!state.deps.prober) return;
  for (auto& [id, watched] : state.services) {
    if (state.probes >= probes_max) return;
    if (watched.probing || !policies::is_probe_due(watched.state, now(self))) continue;
    watched.probing = true;
    ++state.probes;
    // No time-out: the prober has one for each probe, and a slot that was free before its answer would let
    // orders pile up there.
    self->request(state.deps.prober, caf::infinite, Probe{watched.endpoint})
        .then(
            [self, id = id, endpoint = watched.endpoint](const Probed& answer) {
              probed(self, id, endpoint,
                     answer.healthy ? policies::ProbeResult::succeeded : policies::ProbeResult::failed);
            },
            [self, id = id, endpoint = watched.endpoint](const caf::error&) {
              probed(self, id, endpoint, std::nullopt);
            });
  }
}

HealthFound health(const State& state) {
  HealthFound found;
  for (const auto& [id, watched] : state.services)
    found.health.services.emplace(id, api::ServiceHealth::Entry{std::string{name_of(watched.state.health)},
                                                                watched.state.failures, watched.checked});
  return found;
}

registry_actor::behavior_type registry(Registry self, RegistryDeps deps) {
  self->state.deps = std::move(deps);
  self->set_exception_handler(note_and_end(*self->state.deps.notes, "registry"));
  self->delayed_send(self, tick_interval, Tick{});
  return {
      [](const Ping&) { return Pong{}; },
      [](const Crash&) { throw AskedToCrash{}; },
      [self](const BlockFinal& mail) {
        self->state.block_time = mail.block->block->header.time;
        if (changes_services(*mail.block->block)) self->state.stale = true;
      },
      [self](const Tick&) {
        auto& state = self->state;
        const auto due = policies::after_ms(state.read_at, state.deps.refresh_interval.count());
        if (state.stale || due <= now(self)) refresh(self);
        probe_due(self);
        self->delayed_send(self, tick_interval, Tick{});
      },
      [self](const HealthAsked&) { return health(self->state); },
  };
}

}  // namespace

registry_actor spawn_registry(caf::actor_system& system, RegistryDeps deps) {
  return system.spawn(registry, std::move(deps));
}

}  // namespace mnrt::actors
