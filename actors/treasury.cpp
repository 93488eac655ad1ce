#include "actors/treasury.hpp"

#include <caf/all.hpp>
#include <utility>

#include "actors/exceptions.hpp"
#include "actors/ledger_view.hpp"
#include "actors/mail/common.hpp"
#include "actors/mail/economy.hpp"
#include "actors/supply_recount.hpp"
#include "policies/ledger/genesis_state.hpp"
#include "policies/ledger/scaling.hpp"

namespace mnrt::actors {
namespace {

constexpr std::int64_t day_ms = 24 * 60 * 60 * 1'000;
constexpr std::size_t recounted_rows_max = 1'000;  ///< in one piece of mail, so that the role keeps answering

/// So that a start isn't held up.
constexpr std::chrono::seconds first_recount_after{1};

/// To itself: begin a recount, and count on.
struct CountAgain {};
struct CountOn {};

}  // namespace
}  // namespace mnrt::actors

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(mnrt::actors::CountAgain)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(mnrt::actors::CountOn)

namespace mnrt::actors {
namespace {

using treasury_impl = treasury_actor::extend<caf::reacts_to<CountAgain>, caf::reacts_to<CountOn>>;

struct State {
  TreasuryDeps deps;
  std::optional<policies::Balances> supply;  ///< of genesis; read at the first recount
  std::optional<SupplyRecount> recount;      ///< under way
  policies::ScalingAction decision{policies::ScalingAction::maintain};
};

using Treasury = treasury_impl::stateful_pointer<State>;

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

// --- the recount
// -----------------------------------------------------------------------------------------------------------

void halt(Treasury self, std::string text) {
  if (self->state.deps.halt) self->state.deps.halt({Halt::Kind::integrity, std::move(text)});
}

/// What can't be read can't be counted; damage ends the node, as it would where anybody else read it.
void give_up_recount(Treasury self, const StoreError& error) {
  self->state.recount.reset();
  self->state.deps.notes->add("treasury", {.level = policies::Note::Level::error,
                                           .code = "supply_not_recounted",
                                           .fields = {{"error", error.text}}});
  if (error.kind == StoreError::Kind::corrupted) halt(self, error.text);
}

void begin_recount(Treasury self) {
  auto& state = self->state;
  if (state.recount) return;  // it is finished first; the next checkpoint comes
  const auto snapshot = state.deps.store->snapshot();
  if (!state.supply) {
    const auto genesis = LedgerView{snapshot}.genesis();
    if (!genesis) return give_up_recount(self, genesis.error());
    if (*genesis) state.supply = supply_of(**genesis);
  }
  auto begun = SupplyRecount::begin(snapshot);
  if (!begun) return give_up_recount(self, begun.error());
  state.recount = std::move(*begun);
  self->send(self, CountOn{});
}

void count_on(Treasury self) {
  auto& state = self->state;
  if (!state.recount || !state.supply) return;
  const auto done = state.recount->add(recounted_rows_max);
  if (!done) return give_up_recount(self, done.error());
  if (!*done) return self->send(self, CountOn{});
  const auto breach = state.recount->breach(*state.supply);
  const auto height = std::to_string(state.recount->height().value);
  const auto rows = std::to_string(state.recount->rows());
  state.recount.reset();
  if (breach.empty()) {
    state.deps.notes->add("treasury", {.level = policies::Note::Level::info,
                                       .code = "supply_recounted",
                                       .fields = {{"height", height}, {"rows", rows}}});
    return;
  }
  state.deps.notes->add("treasury", {.level = policies::Note::Level::error,
                                     .code = "supply_breached",
                                     .fields = {{"height", height}, {"rows", rows}, {"found", breach}}});
  halt(self,
       "the accounts at height " + height + " don't add up: " + breach +
           ". Nothing that this chain says since its last sound checkpoint can be relied on: keep a copy "
           "of the data directory, and run `mnrt debug replay` on it to find the block");
}

void final_block(Treasury self, const BlockFinal& mail) {
  const auto height = mail.block->block->header.height.value;
  if (height % self->state.deps.checkpoint_interval == 0) begin_recount(self);
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

treasury_impl::behavior_type treasury(Treasury self, TreasuryDeps deps) {
  self->state.deps = std::move(deps);
  self->set_exception_handler(note_and_end(*self->state.deps.notes, "treasury"));
  const std::chrono::milliseconds interval{self->state.deps.economy.economic_monitoring_interval_ms};
  self->delayed_send(self, interval, Tick{});
  // Else a node that halted would go on until the next checkpoint after its service manager started it again.
  self->delayed_send(self, first_recount_after, CountAgain{});
  return {
      [](const Ping&) { return Pong{}; },
      [](const Crash&) { throw AskedToCrash{}; },
      [self](const BlockFinal& mail) { final_block(self, mail); },
      [self](const CountAgain&) { begin_recount(self); },
      [self](const CountOn&) { count_on(self); },
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
