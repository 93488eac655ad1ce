#include "actors/scaler.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <caf/all.hpp>
#include <deque>
#include <utility>

#include "actors/exceptions.hpp"
#include "actors/mail/common.hpp"
#include "actors/mail/economy.hpp"
#include "actors/mail/validator.hpp"
#include "actors/ports.hpp"
#include "policies/scaler.hpp"

namespace mnrt::actors {
namespace {

constexpr std::size_t decisions_max = 20;

struct State {
  ScalerDeps deps;
  policies::ScalerState scaling;
  std::uint64_t fullest_block{};  ///< transactions, since the last check
  policies::BlockTime block_time;
  std::deque<std::string> decisions;  ///< newest last
};

using Scaler = scaler_actor::stateful_pointer<State>;

void record(Scaler self, std::uint64_t before, policies::ScalingReason reason) {
  auto& state = self->state;
  const auto after = state.scaling.workers;
  if (state.decisions.size() == decisions_max) state.decisions.pop_front();
  state.decisions.push_back(fmt::format("{} verification workers {} -> {} ({})",
                                        policies::to_rfc3339(state.block_time), before, after,
                                        name_of(reason)));
  state.deps.notes->add(
      "scaler", {.level = policies::Note::Level::info,
                 .code = "workers_scaled",
                 .fields = {{"workers", std::to_string(after)}, {"reason", std::string{name_of(reason)}}}});
}

void check(Scaler self) {
  auto& state = self->state;
  if (!state.deps.scaling.enabled) return;
  const auto gauges = state.deps.gauges->read();
  const policies::ScalerReading reading{.cpu_ppb = gauges.cpu_ppb,
                                        .memory_ppb = gauges.memory_ppb,
                                        .connections = gauges.connections,
                                        .transactions = std::exchange(state.fullest_block, 0)};
  const policies::Instant now{self->clock().now().time_since_epoch().count()};
  const policies::WorkerLimits limits{state.deps.scaling.min_validators, state.deps.scaling.max_validators};
  const auto before = state.scaling.workers;
  const auto decision = policies::step(state.scaling, reading, now, limits, state.deps.scaling);
  state.scaling = decision.state;
  if (before == decision.state.workers) return;
  record(self, before, decision.reason);
  self->send(state.deps.validator, ScaleWorkers{decision.state.workers});
}

scaler_actor::behavior_type scaler(Scaler self, ScalerDeps deps) {
  auto& state = self->state;
  state.deps = std::move(deps);
  state.scaling.workers = state.deps.workers;
  self->set_exception_handler(note_and_end(*state.deps.notes, "scaler"));
  // A scaler that restarts doesn't know how many there are: it sets them.
  self->send(state.deps.validator, ScaleWorkers{state.scaling.workers});
  self->delayed_send(self, state.deps.check_interval, Tick{});
  return {
      [](const Ping&) { return Pong{}; },
      [](const Crash&) { throw AskedToCrash{}; },
      [self](const BlockFinal& mail) {
        auto& fullest = self->state.fullest_block;
        fullest = std::max<std::uint64_t>(fullest, mail.block->outcomes.size());
        self->state.block_time = mail.block->block->header.time;
      },
      [self](const Tick&) {
        check(self);
        self->delayed_send(self, self->state.deps.check_interval, Tick{});
      },
      [self](const ScalerAsked&) {
        return ScalerFacts{{self->state.decisions.begin(), self->state.decisions.end()}};
      },
  };
}

}  // namespace

scaler_actor spawn_scaler(caf::actor_system& system, ScalerDeps deps) {
  return system.spawn(scaler, std::move(deps));
}

}  // namespace mnrt::actors
