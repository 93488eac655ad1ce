#include "sims/simulation.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <memory>
#include <ranges>
#include <string>
#include <utility>

#include "policies/consensus/round_timing.hpp"
#include "policies/limits.hpp"
#include "sims/bonds.hpp"
#include "sims/book_checker.hpp"
#include "sims/cast.hpp"
#include "sims/checkers.hpp"
#include "sims/faults.hpp"
#include "sims/lease_checker.hpp"
#include "sims/listeners.hpp"
#include "sims/operators.hpp"
#include "sims/pools.hpp"
#include "sims/prepare_checker.hpp"
#include "sims/progress.hpp"
#include "sims/questions.hpp"
#include "sims/receipt_checker.hpp"
#include "sims/seal_checker.hpp"
#include "sims/upgrade_vote.hpp"
#include "sims/vote_counter.hpp"
#include "sims/world.hpp"

namespace mnrt::sims {
namespace {

/// In blocks: at each checkpoint the chain is executed again.
constexpr std::uint64_t reexecuted_every = policies::CoreConfig{}.checkpoint_interval;
/// How many documents' receipts are verified at the end of a run.
constexpr std::size_t receipts_looked_at = 3;

/// Notes of states that a network seldom gets into.
constexpr std::string_view interesting[]{
    "block_refused",     "block_reproposed", "block_synced",   "evidence_committed", "evidence_found",
    "evidence_reported", "proposal_refused", "role_restarted", "round_entered",      "rounds_jumped"};

policies::SigningKey client_key(std::size_t index) {
  return actors::key_from_text(fmt::format("simulated client {}", index));
}

std::vector<policies::GenesisAccount> funded(std::uint64_t clients) {
  std::vector<policies::GenesisAccount> accounts;
  constexpr policies::Amount plenty{1'000'000'000'000'000};
  for (std::size_t i = 0; i < clients; ++i)
    accounts.push_back({policies::address_of(policies::single_key(client_key(i).public_key())),
                        {policies::Amount{}, {}, plenty, plenty}});
  return accounts;
}

/// Validators that lie: a twin is a second node of the same one.
std::size_t liars_of(const Cast& cast, std::size_t validators) {
  return static_cast<std::size_t>(std::ranges::count(cast.dishonest() | std::views::take(validators), true));
}

class Run {
 public:
  Run(const Scenario& scenario, std::uint64_t seed, const std::function<void(std::string_view)>& line)
      : scenario_(scenario),
        chance_(seed),
        scheduler_(chance_),
        trace_([this] { return scheduler_.now(); }, line),
        network_(scheduler_, chance_, scenario.weather, faults_),
        genesis_(genesis_of(scenario, right_time(scheduler_.now()), funded(scenario.workload.clients))),
        cast_(scenario, chance_),
        checkers_(cast_.dishonest()),
        work_(checkers_, cast_.dishonest(), [this](std::size_t node) { return nodes_[node]->lives(); }),
        seals_(genesis_),
        books_(genesis_),
        prepares_(liars_of(cast_, scenario.nodes)),
        votes_(scenario_) {
    // So many sign in both of two quorums.
    if (cast_.is_beyond_f())
      checkers_.expect_breaks(2 * policies::quorum(scenario.seats()) - scenario.seats());
    trace_.listen([this](std::size_t node, std::string_view role, const policies::Note& note) {
      checkers_.noted(node, note);
      if (auto fault = votes_.noted(node, note)) checkers_.violated(std::move(*fault));
      work_.noted(node, note);
      if (cast_.dishonest()[node]) return;
      rounds_.noted(note);
      if (note.code == "role_crashed" && nodes_[node]->disk().is_sound()) checkers_.crashed(node, role, note);
      if (note.code == "message_signed") check_signed(node, note);
      if (note.code == "block_final") look_at_tip(node);
    });
    const Surroundings around{scheduler_, chance_, trace_, network_, scenario_, genesis_};
    for (std::size_t i = 0; i < cast_.nodes(); ++i)
      nodes_.push_back(std::make_unique<SimulatedNode>(around, i, cast_.identity(i)));
    if (cast_.liars() != 0 && keeps_all_it_hears(scenario_))
      listeners_.emplace(genesis_, network_, cast_.dishonest(),
                         [this](std::size_t node) { return checkers_.final_height(node); });
    cast_.enter(chance_, network_, faults_, genesis_, [this] { return right_time(scheduler_.now()); });
    scheduler_.run_until(policies::after_ms(scheduler_.now(), 100));  // the disks get their genesis
    start_ = scheduler_.now();
    for (std::size_t i = 0; i < scenario.workload.clients; ++i)
      clients_.emplace_back(client_key(i), nodes_.front()->chain_id(), work_);
    const Operators::Deps deps{
        scenario_, chance_, trace_, checkers_, work_, faults_, nodes_, [this] { return door(); }, start_};
    operators_.emplace(deps);
    if (scenario_.upgrade_at_ms != 0) upgrade_.emplace(deps);
  }

  void run() {
    FaultPlan plan{{scenario_, scheduler_, chance_, trace_, network_, checkers_, faults_, cast_.dishonest(),
                    cast_.liars(), operators_->late()},
                   nodes_};
    plan.begin();
    work_and_fail(plan);
    // What comes later tells nothing of how it came to this.
    if (checkers_.violation()) return;
    votes_.end();
    if (cast_.is_beyond_f()) return find_out(plan);
    plan.end_for_core(operators_->seats());
    if (upgrade_) return stop_before_upgrade(plan);
    settle("a quorum", core_settles_ms());
    if (checkers_.violation()) return;
    plan.end();
    settle("every node", scenario_.settle_ms);
    finish_work();
    check_stored();
    auto& one = *nodes_[any_honest()];
    checkers_.check_acknowledged(actors::LedgerView{one.disk().written().snapshot()});
    checkers_.check_reexecution(one.disk().written());
    punished_ = check_bonds({cast_, *operators_, nodes_, checkers_});
    check_set(actors::LedgerView{one.disk().written().snapshot()});
    check_receipts();
    if (scenario_.owner_dies_ms != 0) check_succession(one);
    check_reached();
  }

  void fill(Report& report) const {
    report.violation = checkers_.violation().value_or("");
    for (std::size_t i = 0; i < nodes_.size(); ++i) {
      // Two chains: nodes stop where they find out.
      if (cast_.dishonest()[i] || checkers_.broke_at()) continue;
      const auto& node = nodes_[i];
      // Whatever stood still stood still for that.
      if (node->gave_up()) report.violation = "the role `" + *node->gave_up() + "` gave up";
      if (report.violation.empty() && node->halted())
        report.violation = "the node halted: " + node->halted()->text;
    }
    report.ok = report.violation.empty();
    report.trace_hash = policies::to_hex(trace_.hash().bytes);
    if (!report.ok) report.last_events = {trace_.last_lines().begin(), trace_.last_lines().end()};
    report.virtual_seconds = static_cast<double>(scheduler_.now().ns - start_.ns) / 1e9;
    report.blocks = checkers_.highest();
    report.transactions = checkers_.acknowledged_count();
    report.messages = scenario_.nodes > 1 ? network_.delivered() : scheduler_.delivered();
    report.faults = faults_;
    report.votes_checked = votes_.votes();
    report.new_seals_checked = votes_.new_seals();
    report.punished = punished_;
    for (const auto state : interesting)
      if (auto count = trace_.counts().find(state); count != trace_.counts().end())
        report.states.emplace(*count);
    for (const auto& [name, seeds] : scenario_.reached_within)
      if (auto count = trace_.counts().find(name); count != trace_.counts().end())
        report.states.emplace(*count);
  }

 private:
  /// With more than f liars there is no promise but one: whoever broke agreement is found out.
  void find_out(FaultPlan& plan) {
    plan.end_for_core(operators_->seats());
    plan.end();
    scheduler_.run_until(
        policies::after_ms(scheduler_.now(), static_cast<std::int64_t>(scenario_.settle_ms)));
    if (checkers_.broke_at()) ++faults_["agreement_broken"];
    checkers_.check_evidence();
    check_found();
    check_reached();
  }

  /// Evidence names those who lie, and all whose contradictions came to honest nodes.
  void check_found() {
    if (listeners_)
      for (const auto& [address, height] : listeners_->contradictory())
        if (!checkers_.holds_evidence(address, height))
          checkers_.violated(
              fmt::format("honest nodes heard {} contradict itself at height {}, and none holds evidence",
                          address, height));
    for (const auto& address : checkers_.offenders())
      if (!cast_.has_address(address))
        checkers_.violated(fmt::format("an honest node holds evidence against honest {}", address));
  }

  /// Whoever has no seat, not yet or not any more, signs nothing.
  void check_signed(std::size_t node, const policies::Note& note) {
    const auto height = std::stoull(field_of(note, "height"));
    if (!seals_.may_sign({height}, nodes_[node]->seat()))
      checkers_.violated(fmt::format("node {} signed for height {} without a seat", node, height));
    if (const auto seats = seals_.seats({height}))
      if (auto fault = prepares_.signed_by(node, note, *seats)) checkers_.violated(std::move(*fault));
  }

  /// The set changed as asked, and who joined takes part.
  void check_set(const actors::LedgerView& ledger) {
    operators_->check(ledger);
    if (!operators_->is_complete()) return;
    for (auto node = scenario_.seats(); node < scenario_.nodes; ++node)
      if (operators_->had_seat(node) && nodes_[node]->signs() && !seals_.has_sealed(nodes_[node]->seat()))
        checkers_.violated(fmt::format("node {} joined the set and never sealed a block", node));
  }

  /// Of some documents, drawn: what the nodes that are on give for them.
  void check_receipts() {
    const auto& notarised = work_.notarised();
    for (std::size_t i = 0; i < std::min(notarised.size(), receipts_looked_at); ++i) {
      ReceiptChecker checker{nodes_.front()->chain_id(), notarised[chance_.below(notarised.size())]};
      // Whoever is to cosign may be about to get the block that gives it a seat.
      const auto end = policies::after_ms(scheduler_.now(), static_cast<std::int64_t>(scenario_.settle_ms));
      ask_for_receipts(checker);
      while (checker.fault_of_all() && scheduler_.now() < end && !checkers_.violation()) {
        scheduler_.run_until(policies::after_ms(scheduler_.now(), 500));
        ask_for_receipts(checker);
      }
      blame(checker.fault_of_all());
    }
  }

  void ask_for_receipts(ReceiptChecker& checker) {
    for (std::size_t node = 0; node < nodes_.size(); ++node)
      if (!cast_.dishonest()[node] && nodes_[node]->is_running())
        if (const auto files = receipt_of(*nodes_[node], scheduler_, checker.leaf()))
          blame(checker.fault_of(*files));
  }

  void blame(std::optional<std::string> fault) {
    if (fault) checkers_.violated(std::move(*fault));
  }

  /// The owner is gone, and who asks a node is told so.
  void check_succession(SimulatedNode& node) {
    blame(fault_of_succession(actors::LedgerView{node.disk().written().snapshot()}));
    blame(fault_of_succession(report_of(node, scheduler_), scenario_.seats()));
  }

  /// Every node comes to the last block before the upgrade, and stands still there.
  void stop_before_upgrade(FaultPlan& plan) {
    plan.end();
    scheduler_.run_until(
        policies::after_ms(scheduler_.now(), static_cast<std::int64_t>(scenario_.settle_ms)));
    for (auto& node : nodes_) {
      blame(upgrade_->fault_of(actors::LedgerView{node->disk().written().snapshot()}));
      blame(UpgradeVote::fault_of(report_of(*node, scheduler_)));
    }
    check_stored();
    checkers_.check_reexecution(nodes_.front()->disk().written());
    check_reached();
  }

  void look_at_tip(std::size_t node) {
    const auto& disk = nodes_[node]->disk();
    const actors::LedgerView ledger{disk.written().snapshot()};
    if (auto fault = seals_.fault_of_tip(ledger))
      checkers_.violated(fmt::format("at node {}: {}", node, *fault));
    votes_.look(ledger);
    // Of two chains only one has books, and damaged rows are found by their own means.
    if (!checkers_.broke_at() && !disk.is_suspect()) look_at_books(node, ledger);
    // Those that are minutes off say nothing, nor those that jump: they are the first f.
    const bool any_far = scenario_.faults.jump_clock_every_ms != 0 || scenario_.clocks.far_skew_ms_max != 0;
    auto latest = policies::BlockTime{};
    for (std::size_t i = any_far ? scenario_.faulty() : 0; i < nodes_.size(); ++i)
      if (!cast_.dishonest()[i]) latest = std::max(latest, nodes_[i]->clock().now());
    if (seals_.last_time().ms > latest.ms + policies::clock_slack_ms)
      checkers_.violated(
          fmt::format("block time is {} ms ahead of every honest clock", seals_.last_time().ms - latest.ms));
  }

  void look_at_books(std::size_t node, const actors::LedgerView& ledger) {
    if (auto fault = books_.fault_of_tip(ledger))
      checkers_.violated(fmt::format("at node {}: {}", node, *fault));
    const auto height = checkers_.highest();
    if (height < next_reexecution_) return;
    next_reexecution_ = height + reexecuted_every;
    checkers_.check_reexecution(nodes_[node]->disk().written());
  }

  void check_stored() {
    check_found();
    for (std::size_t i = 0; i < nodes_.size(); ++i)
      if (!cast_.dishonest()[i])
        checkers_.check_stored(i, actors::LedgerView{nodes_[i]->disk().written().snapshot()});
  }

  /// One of those that have the most: another may not have stored what is acknowledged already.
  std::size_t any_honest() {
    std::vector<std::size_t> found;
    for (std::size_t node = 0; node < nodes_.size(); ++node) {
      if (cast_.dishonest()[node] || !nodes_[node]->is_running()) continue;
      if (!found.empty() && checkers_.final_height(node) < checkers_.final_height(found.front())) continue;
      if (!found.empty() && checkers_.final_height(node) > checkers_.final_height(found.front()))
        found.clear();
      found.push_back(node);
    }
    // Where none is on, that is a violation; a disk can be read all the same.
    return found.empty() ? 0 : found[chance_.below(found.size())];
  }

  void work_and_fail(FaultPlan& plan) {
    const auto end = policies::after_ms(start_, static_cast<std::int64_t>(scenario_.virtual_ms));
    Every transfers{chance_, scenario_.workload.transfer_every_ms, start_};
    Every looks_at_pools{chance_, scenario_.pool_transactions != 0 ? 100U : 0U, start_};
    Every notarisations{chance_, scenario_.workload.notarise_every_ms, start_};
    const auto is_done = [&](policies::Instant now) {
      return checkers_.violation() || operators_->is_done(now) || (upgrade_ && upgrade_->is_done(now));
    };
    for (auto now = start_; now < end && !is_done(now); now = policies::after_ms(now, 1)) {
      scheduler_.run_until(now);
      if (transfers.is_due(now)) transfer();
      if (looks_at_pools.is_due(now)) look_at_pools({scenario_, nodes_, checkers_, faults_});
      if (notarisations.is_due(now)) notarise(now);
      operators_->act(now);
      if (upgrade_) upgrade_->act(now);
      plan.strike(now);
    }
  }

  /// A node that is on, if there is one.
  Client::Door door() {
    const auto first = chance_.below(nodes_.size());
    for (std::size_t i = 0; i < nodes_.size(); ++i) {
      const auto node = (first + i) % nodes_.size();
      if (nodes_[node]->is_running()) return {node, nodes_[node]->front_end()};
    }
    return {first, nodes_[first]->front_end()};
  }

  void notarise(policies::Instant now) {
    const auto text = std::to_string(now.ns);
    const std::vector<std::uint8_t> document{text.begin(), text.end()};
    clients_.front().notarise(door(), policies::blake3(document));
  }

  void transfer() {
    const auto count = clients_.size();
    const auto from = chance_.below(count);
    const auto to = (from + 1 + chance_.below(count - 1)) % count;
    clients_[from].send(
        door(),
        policies::Transfer{.to = clients_[to].address(), .token = policies::Token::aur, .amount = {1'000}},
        {checkers_.highest()});
  }

  /// The lowest height of a node that is on.
  std::uint64_t lowest() const {
    std::uint64_t lowest = checkers_.highest();
    for (std::size_t i = 0; i < nodes_.size(); ++i)
      if (nodes_[i]->is_running() && !cast_.dishonest()[i])
        lowest = std::min(lowest, checkers_.final_height(i));
    return lowest;
  }

  std::uint64_t core_settles_ms() {
    const actors::LedgerView ledger{nodes_[any_honest()]->disk().written().snapshot()};
    const auto set = set_in(ledger);
    std::vector<bool> votes(set.size());
    for (std::size_t node = 0; node < nodes_.size(); ++node)
      if (const auto seat = policies::index_of(set, nodes_[node]->seat()))
        votes[*seat] = !cast_.dishonest()[node] && nodes_[node]->is_running() && nodes_[node]->signs();
    const Pace pace{scenario_.block_time_ms, policies::CoreConfig{}.timeout_ms,
                    scenario_.weather.delay_us_max / 1'000};
    return core_settles_within_ms(votes, pace, rounds_.latest());
  }

  /// Faults have stopped for these: they are soon up to date, and the chain goes on.
  void settle(std::string_view who, std::uint64_t within_ms) {
    const auto height = checkers_.highest();
    const auto began = scheduler_.now();
    const auto end = policies::after_ms(began, static_cast<std::int64_t>(within_ms));
    while (scheduler_.now() < end && lowest() <= height && !checkers_.violation())
      scheduler_.run_until(policies::after_ms(scheduler_.now(), 500));
    trace_.say(fmt::format("settled {} {} ms", who, (scheduler_.now().ns - began.ns) / 1'000'000));
    if (lowest() <= height)
      checkers_.violated(
          fmt::format("{} made no progress after the faults stopped: from height {} to {} in {} s", who,
                      height, lowest(), within_ms / 1'000));
  }

  /// What nodes have taken becomes final, or has a reason not to.
  void finish_work() {
    const auto end = policies::after_ms(scheduler_.now(), static_cast<std::int64_t>(scenario_.settle_ms));
    auto& one = *nodes_[any_honest()];
    while (!checkers_.violation() && scheduler_.now() < end &&
           (work_.unanswered() != 0 || work_.sift(actors::LedgerView{one.disk().written().snapshot()}) != 0))
      scheduler_.run_until(policies::after_ms(scheduler_.now(), 250));
    work_.check();
  }

  /// A fault that never fired, a state that was never reached: the scenario tried nothing.
  void check_reached() {
    auto expected = demands_of(scenario_);
    // Beyond f a network may stand still before the turn of each kind of liar comes.
    const bool must_lie =
        !scenario_.swarm && !(cast_.is_beyond_f() && scenario_.byzantine.strategy == "drawn");
    const auto lies = must_lie ? cast_.expected() : std::vector<std::string>{};
    expected.insert(expected.end(), lies.begin(), lies.end());
    for (const auto& kind : expected)
      if (!trace_.counts().contains(kind) && !faults_.contains(kind))
        checkers_.violated(fmt::format("`{}` never happened: the scenario tried nothing", kind));
  }

  Scenario scenario_;
  SeededChance chance_;
  FaultCounts faults_;
  Scheduler scheduler_;
  Trace trace_;
  Network network_;
  policies::Genesis genesis_;
  Cast cast_;
  Checkers checkers_;
  Work work_;
  SealChecker seals_;
  BookChecker books_;
  PrepareChecker prepares_;
  VoteCounter votes_;
  RoundWatch rounds_;
  std::optional<Listeners> listeners_;
  std::vector<std::unique_ptr<SimulatedNode>> nodes_;
  std::vector<Client> clients_;
  std::optional<Operators> operators_;
  std::optional<UpgradeVote> upgrade_;
  policies::Instant start_;
  std::uint64_t next_reexecution_{reexecuted_every};
  std::uint64_t punished_{};
};

}  // namespace

Report simulate(const Scenario& scenario, std::uint64_t seed,
                const std::function<void(std::string_view)>& line) {
  const auto began = std::chrono::steady_clock::now();
  Report report;
  report.seed = seed;
  {
    Run run{drawn(scenario, seed), seed, line};
    run.run();
    run.fill(report);
  }
  report.wall_seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
  return report;
}

}  // namespace mnrt::sims
