#include "sims/world.hpp"

#include <algorithm>
#include <caf/all.hpp>
#include <caf/scheduler/test_coordinator.hpp>
#include <utility>

#include "actors/block_rows.hpp"
#include "actors/mail/common.hpp"
#include "actors/new_chain.hpp"
#include "actors/own_account.hpp"
#include "messages/genesis_codec.hpp"

namespace mnrt::sims {
namespace {

constexpr std::int64_t first_day_ms = 1'767'225'600'000;  ///< 2026-01-01T00:00:00Z

caf::scheduler::test_coordinator& coordinator(caf::actor_system& system) {
  return dynamic_cast<caf::scheduler::test_coordinator&>(system.scheduler());
}

/// Virtual time begins an hour after the clock's zero: no time-out is before it.
constexpr std::chrono::hours clock_start{1};

}  // namespace

policies::BlockTime VirtualClock::now() const {
  return {first_day_ms + now_().ns / 1'000'000};
}

Scheduler::Scheduler(SeededChance& chance) : chance_(chance) {
  config_.set("scheduler.policy", caf::atom("testing"));
  config_.set("logger.verbosity", caf::atom("quiet"));
  system_ = std::make_unique<caf::actor_system>(config_);
  coordinator(*system_).clock().current_time = caf::actor_clock::time_point{clock_start};
}

Scheduler::~Scheduler() {
  cancel_timers();
  drain();
  cancel_timers();
}

policies::Instant Scheduler::now() const {
  return {coordinator(*system_).clock().now().time_since_epoch().count()};
}

void Scheduler::drain() {
  auto& scheduler = coordinator(*system_);
  while (!scheduler.jobs.empty()) {
    const auto choices = scheduler.jobs.size();
    if (choices > 1) std::swap(scheduler.jobs[0], scheduler.jobs[chance_.below(choices)]);
    scheduler.try_run_once();
    ++delivered_;
  }
}

void Scheduler::run_until(policies::Instant end) {
  auto& scheduler = coordinator(*system_);
  auto& clock = scheduler.clock();
  const caf::actor_clock::time_point last{std::chrono::nanoseconds{end.ns}};
  drain();
  while (clock.has_pending_timeout()) {
    const auto next = clock.schedule().begin()->first;
    if (next > last) break;
    clock.current_time = std::max(next, clock.now());
    // A millisecond at once: several actors become runnable together, else their order could not matter.
    clock.advance_time(std::chrono::milliseconds{1});
    drain();
  }
  clock.current_time = std::max(last, clock.now());
}

void Scheduler::cancel_timers() {
  coordinator(*system_).clock().cancel_all();
}

SimulatedNode::SimulatedNode(Scheduler& scheduler, SeededChance& chance, const Scenario& scenario,
                             Trace& trace, std::vector<policies::GenesisAccount> accounts)
    : scheduler_(scheduler),
      trace_(trace),
      clock_([&scheduler] { return scheduler.now(); }),
      signer_("simulated node 0"),
      disk_(scheduler.system(), chance, scenario.sync) {
  const auto owner = policies::single_key(actors::key_from_text("simulated owner").public_key());
  const auto genesis = actors::make_genesis(
      config_, signer_, {.owner = owner, .time = clock_.now(), .accounts = std::move(accounts)});
  chain_id_ = messages::chain_id_of(genesis);
  disk_.append(actors::genesis_rows(genesis), [](auto) {});
  scheduler_.run_until(policies::after_ms(scheduler_.now(), 100));
}

SimulatedNode::~SimulatedNode() {
  lose_power();
}

void SimulatedNode::start() {
  actors::NodeSpec spec;
  spec.config = config_;
  spec.chain_id = chain_id_;
  spec.seat = actors::own_address(signer_, actors::KeyRole::consensus);
  spec.holds_lease_key = true;
  // The tree is small: so that its nodes aren't always written with their block.
  spec.tree = {.few_nodes = 8, .updates_max = 256, .blocks_max = 16};
  actors::World world;
  world.store = &disk_;
  world.signer = &signer_;
  world.wall = &clock_;
  world.notes = &trace_;
  world.gauges = &gauges_;
  world.front_end = &front_end_;
  world.halt = [this](actors::Halt why) { halted_ = std::move(why.text); };
  world.gave_up = [this](std::string role) { gave_up_ = std::move(role); };
  node_ = actors::spawn_node(scheduler_.system(), spec, world);
}

std::size_t SimulatedNode::lose_power() {
  if (!node_) return 0;
  front_end_.disconnect();
  caf::anon_send_exit(node_->root, caf::exit_reason::user_shutdown);
  node_.reset();
  // The disk goes first: nothing that the dying actors still do may reach it.
  const auto lost = disk_.lose_power();
  scheduler_.drain();
  return lost + disk_.lose_power();
}

void SimulatedNode::crash_role(std::uint64_t index) {
  if (!node_) return;
  caf::anon_send(node_->roles[index % node_->roles.size()].supervisor, actors::Crash{});
}

}  // namespace mnrt::sims
