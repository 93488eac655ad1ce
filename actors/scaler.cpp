#include "actors/scaler.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <caf/all.hpp>
#include <deque>
#include <set>
#include <string_view>
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
  std::set<std::string_view> alerts;  ///< what is at or above its threshold
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

/// Notes each crossing of a threshold once.
void warn(Scaler self, const GaugeReading& gauges) {
  auto& [deps, scaling, fullest_block, block_time, decisions, alerts] = self->state;
  struct Watched {
    std::string_view of;
    std::uint64_t taken_ppb;
    policies::Share threshold;
  };
  for (const auto& [of, taken_ppb, threshold] : {Watched{"cpu", gauges.cpu_ppb, deps.alerts.cpu},
                                                 Watched{"memory", gauges.memory_ppb, deps.alerts.memory},
                                                 Watched{"disk", gauges.disk_ppb, deps.alerts.disk}}) {
    const bool is_high = taken_ppb >= threshold.ppb;
    if (is_high == alerts.contains(of)) continue;
    if (is_high)
      alerts.insert(of);
    else
      alerts.erase(of);
    deps.notes->add(
        "scaler",
        {.level = is_high ? policies::Note::Level::warning : policies::Note::Level::info,
         .code = is_high ? "alert" : "alert_over",
         .fields = {{"of", std::string{of}},
                    {"percent_of_budget", std::to_string(taken_ppb / (policies::whole_ppb / 100))}}});
  }
}

void check(Scaler self) {
  auto& state = self->state;
  const auto gauges = state.deps.gauges->read();
  warn(self, gauges);
  if (!state.deps.scaling.enabled) return;
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
