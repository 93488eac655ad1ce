#include "actors/treasury.hpp"

#include <caf/all.hpp>
#include <utility>

#include "actors/exceptions.hpp"
#include "actors/ledger_view.hpp"
#include "actors/mail/common.hpp"
#include "actors/mail/economy.hpp"
#include "policies/ledger/scaling.hpp"

namespace mnrt::actors {
namespace {

constexpr std::int64_t day_ms = 24 * 60 * 60 * 1'000;

struct State {
  TreasuryDeps deps;
  policies::ScalingAction decision{policies::ScalingAction::maintain};
};

using Treasury = treasury_actor::stateful_pointer<State>;

struct Figures {
  policies::PoolsRow pools;
  policies::DayTotals today;
};

std::optional<Figures> figures(Treasury self) {
  const LedgerView ledger{self->state.deps.store->snapshot()};
  auto pools = ledger.row(policies::pools_key());
  auto totals = ledger.day_totals();
  if (!pools || !*pools || !totals) return std::nullopt;
  const auto today = static_cast<std::uint64_t>(self->state.deps.wall->now().ms / day_ms);
  // Until the new day's first block the totals are still yesterday's.
  return Figures{std::get<policies::PoolsRow>(std::move(**pools)),
                 totals->day == today ? *totals : policies::DayTotals{.day = today}};
}

std::map<std::string, std::string> by_symbol(const policies::Balances& amounts) {
  std::map<std::string, std::string> named;
  for (auto token : policies::all_tokens)
    named.emplace(facts_of(token).symbol, to_string(amounts[static_cast<std::size_t>(token)]));
  return named;
}

void judge(Treasury self) {
  const auto now = figures(self);
  if (!now) return;
  auto& state = self->state;
  const policies::EconomicMetrics day{.revenue = now->today.collected,
                                      .transactions = now->today.transactions,
                                      .value_locked = now->pools.treasury};
  const auto decision =
      policies::judge_economy(day, {.micro_usd = state.deps.economy.micro_usd_per_aur}, state.deps.economy);
  if (std::exchange(state.decision, decision) == decision) return;
  state.deps.notes->add("treasury", {.level = policies::Note::Level::info,
                                     .code = "economic_decision",
                                     .fields = {{"action", std::string{name_of(decision)}}}});
}

TreasuryFound report(Treasury self) {
  judge(self);
  TreasuryFound found;
  found.report.decision = name_of(self->state.decision);
  const auto now = figures(self);
  if (!now) return found;
  found.report.balances = by_symbol(now->pools.treasury);
  found.report.collected_today = by_symbol(now->today.collected);
  found.report.transactions_today = now->today.transactions;
  return found;
}

treasury_actor::behavior_type treasury(Treasury self, TreasuryDeps deps) {
  self->state.deps = std::move(deps);
  self->set_exception_handler(note_and_end(*self->state.deps.notes, "treasury"));
  const std::chrono::milliseconds interval{self->state.deps.economy.economic_monitoring_interval_ms};
  self->delayed_send(self, interval, Tick{});
  return {
      [](const Ping&) { return Pong{}; },
      [](const Crash&) { throw AskedToCrash{}; },
      [self, interval](const Tick&) {
        judge(self);
        self->delayed_send(self, interval, Tick{});
      },
      [self](const TreasuryAsked&) { return report(self); },
  };
}

}  // namespace

treasury_actor spawn_treasury(caf::actor_system& system, TreasuryDeps deps) {
  return system.spawn(treasury, std::move(deps));
}

}  // namespace mnrt::actors
