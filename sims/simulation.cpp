#include "sims/simulation.hpp"

#include <fmt/format.h>

#include <chrono>
#include <string>
#include <utility>

#include "sims/checkers.hpp"
#include "sims/world.hpp"

namespace mnrt::sims {
namespace {

constexpr std::size_t clients = 4;
constexpr std::uint64_t power_off_ms_max = 2'000;
/// After the faults stop the world is quiet for this long: what was under way must become final.
constexpr std::int64_t settle_ms = 20'000;

/// When something happens next; `mean_ms` 0: never.
class Every {
 public:
  Every(SeededChance& chance, std::uint64_t mean_ms, policies::Instant start)
      : chance_(chance), mean_ms_(mean_ms), next_(start) {
    schedule();
  }
  bool is_due(policies::Instant now) {
    if (mean_ms_ == 0 || now < next_) return false;
    schedule();
    return true;
  }

 private:
  void schedule() {
    if (mean_ms_ != 0)
      next_ = policies::after_ms(next_,
                                 static_cast<std::int64_t>(chance_.between(mean_ms_ / 2, mean_ms_ * 3 / 2)));
  }
  SeededChance& chance_;
  std::uint64_t mean_ms_;
  policies::Instant next_;
};

policies::SigningKey client_key(std::size_t index) {
  return actors::key_from_text(fmt::format("simulated client {}", index));
}

std::vector<policies::GenesisAccount> funded() {
  std::vector<policies::GenesisAccount> accounts;
  constexpr policies::Amount plenty{1'000'000'000'000'000};
  for (std::size_t i = 0; i < clients; ++i)
    accounts.push_back({policies::address_of(policies::single_key(client_key(i).public_key())),
                        {policies::Amount{}, {}, plenty, plenty}});
  return accounts;
}

class Run {
 public:
  Run(const Scenario& scenario, std::uint64_t seed, const std::function<void(std::string_view)>& line)
      : scenario_(scenario),
        chance_(seed),
        scheduler_(chance_),
        trace_([this] { return scheduler_.now(); }, line),
        node_(scheduler_, chance_, scenario, trace_, funded()) {
    trace_.listen([this](std::string_view, const policies::Note& note) { checkers_.noted(note); });
    for (std::size_t i = 0; i < clients; ++i)
      clients_.emplace_back(
          node_.front_end(), client_key(i), node_.chain_id(),
          [this](const actors::api::StatusReport& report) { checkers_.acknowledged(report); });
  }

  void run() {
    node_.start();
    work_and_fail();
    if (!node_.is_running()) node_.start();
    settle();
    const actors::LedgerView ledger{node_.disk().snapshot()};
    checkers_.check_acknowledged(ledger);
    checkers_.check_reexecution(ledger);
  }

  void fill(Report& report) const {
    report.violation = checkers_.violation().value_or(stalled_);
    if (report.violation.empty() && node_.gave_up())
      report.violation = "the role `" + *node_.gave_up() + "` gave up";
    if (report.violation.empty() && node_.halted())
      report.violation = "the node halted: " + *node_.halted();
    report.ok = report.violation.empty();
    report.trace_hash = policies::to_hex(trace_.hash().bytes);
    if (!report.ok) report.last_events = {trace_.last_lines().begin(), trace_.last_lines().end()};
    report.virtual_seconds = static_cast<double>(scheduler_.now().ns - start_.ns) / 1e9;
    report.blocks = checkers_.final_height();
    report.transactions = checkers_.acknowledged_count();
    report.messages = scheduler_.delivered();
    report.faults = faults_;
  }

 private:
  void work_and_fail() {
    const auto end = policies::after_ms(start_, static_cast<std::int64_t>(scenario_.virtual_ms));
    Every transfers{chance_, scenario_.transfer_every_ms, start_};
    Every notarisations{chance_, scenario_.notarise_every_ms, start_};
    Every crashes{chance_, scenario_.crash_role_every_ms, start_};
    Every power_cuts{chance_, scenario_.lose_power_every_ms, start_};
    std::optional<policies::Instant> power_back;
    for (auto now = start_; now < end && !checkers_.violation(); now = policies::after_ms(now, 1)) {
      scheduler_.run_until(now);
      if (transfers.is_due(now)) transfer();
      if (notarisations.is_due(now)) clients_.front().notarise(policies::blake3({clock_bytes(now)}));
      if (crashes.is_due(now)) {
        node_.crash_role(chance_.below(16));
        ++faults_["role_crash"];
      }
      if (power_cuts.is_due(now) && node_.is_running()) {
        faults_["unsynced_append_lost"] += node_.lose_power();
        ++faults_["power_loss"];
        power_back = policies::after_ms(now, static_cast<std::int64_t>(chance_.below(power_off_ms_max)));
      }
      if (power_back && *power_back <= now) {
        power_back.reset();
        node_.start();
        checkers_.check_acknowledged(actors::LedgerView{node_.disk().snapshot()});
      }
    }
  }

  void transfer() {
    const auto from = chance_.below(clients);
    const auto to = (from + 1 + chance_.below(clients - 1)) % clients;
    clients_[from].transfer(clients_[to].address(), {checkers_.final_height()});
  }

  /// Faults have stopped: the chain must go on.
  void settle() {
    const auto height = checkers_.final_height();
    scheduler_.run_until(policies::after_ms(scheduler_.now(), settle_ms));
    if (checkers_.final_height() < height + 2)
      stalled_ = fmt::format("no progress after the faults stopped: height {} after {} s",
                             checkers_.final_height(), settle_ms / 1'000);
  }

  static std::vector<std::uint8_t> clock_bytes(policies::Instant now) {
    const auto text = std::to_string(now.ns);
    return {text.begin(), text.end()};
  }

  Scenario scenario_;
  SeededChance chance_;
  Scheduler scheduler_;
  Trace trace_;
  SimulatedNode node_;
  Checkers checkers_;
  std::vector<Client> clients_;
  policies::Instant start_{scheduler_.now()};
  std::map<std::string, std::uint64_t> faults_;
  std::string stalled_;
};

}  // namespace

Report simulate(const Scenario& scenario, std::uint64_t seed,
                const std::function<void(std::string_view)>& line) {
  const auto began = std::chrono::steady_clock::now();
  Report report;
  report.seed = seed;
  report.replay = fmt::format("mnrt sim {} --seed {}", scenario.name, seed);
  {
    Run run{scenario, seed, line};
    run.run();
    run.fill(report);
  }
  report.wall_seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
  return report;
}

}  // namespace mnrt::sims
