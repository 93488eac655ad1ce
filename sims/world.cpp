#include "sims/world.hpp"

#include <algorithm>
#include <caf/all.hpp>
#include <caf/scheduler/test_coordinator.hpp>
#include <string>
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
constexpr std::int64_t last_words_ms = 60'000;  ///< longer than any role waits

}  // namespace

policies::BlockTime VirtualClock::now() const {
  const auto ms = now_().ns / 1'000'000;
  const auto since_start_ms = ms - std::chrono::milliseconds{clock_start}.count();
  return {first_day_ms + ms + skew_ms_ + since_start_ms * drift_ppm_ / 1'000'000};
}

Scheduler::Scheduler(SeededChance& chance) : chance_(chance) {
  config_.set("scheduler.policy", caf::atom("testing"));
  config_.set("logger.verbosity", caf::atom("quiet"));
  system_ = std::make_unique<caf::actor_system>(config_);
  coordinator(*system_).clock().current_time = caf::actor_clock::time_point{clock_start};
}

/// Actors end by mail. One that waits for an answer sees nothing else before that comes or its time is over,
/// so time goes on for the dying.
Scheduler::~Scheduler() {
  run_until(policies::after_ms(now(), last_words_ms));
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

policies::BlockTime right_time(policies::Instant now) {
  return {first_day_ms + now.ns / 1'000'000};
}

actors::SeededSigner signer_of_node(std::size_t number) {
  return actors::SeededSigner{"simulated node " + std::to_string(number)};
}

policies::Address seat_of_node(std::size_t number) {
  return actors::own_address(signer_of_node(number), actors::KeyRole::consensus);
}

policies::SigningKey operator_key(std::size_t number) {
  if (number == 0) return actors::key_from_text("simulated owner");
  return actors::key_from_text("simulated node " + std::to_string(number) + "/account");
}

policies::Address operator_address(std::size_t number) {
  return policies::address_of(policies::single_key(operator_key(number).public_key()));
}

policies::Genesis genesis_of(const Scenario& scenario, policies::BlockTime time,
                             std::vector<policies::GenesisAccount> accounts) {
  const policies::Config config;
  actors::NewChain chain{.owner = policies::single_key(operator_key(0).public_key()),
                         .time = time,
                         .accounts = std::move(accounts)};
  for (std::size_t i = 1; i < scenario.nodes; ++i) {
    const bool has_seat = i < scenario.seats();
    const auto account = operator_address(i);
    if (has_seat) chain.seats.push_back(actors::seat_of(signer_of_node(i), account));
    const auto gen = has_seat ? policies::Amount{} : bond_of_each;
    chain.accounts.push_back({account, {gen, {}, config.genesis.node_flx, {}}});
  }
  auto genesis = actors::make_genesis(config, signer_of_node(0), std::move(chain));
  genesis.bonds.assign(scenario.seats(), bond_of_each);
  if (scenario.epoch_blocks != 0)
    genesis.parameters[static_cast<std::size_t>(policies::Parameter::epoch_blocks)].value =
        scenario.epoch_blocks;
  return genesis;
}

SimulatedNode::SimulatedNode(const Surroundings& around, std::size_t number, std::size_t identity)
    : around_(around),
      number_(number),
      identity_(identity),
      notes_(around.trace, number),
      clock_([&scheduler = around.scheduler] { return scheduler.now(); }),
      signer_(signer_of_node(identity)),
      seat_(actors::own_address(signer_, actors::KeyRole::consensus)),
      disk_(around.scheduler.system(), around.chance, around.scenario.sync),
      store_(disk_, [this](actors::Halt why) { halt(std::move(why)); }),
      chain_id_(messages::chain_id_of(around.genesis)) {
  config_.core.block_time_ms = around.scenario.block_time_ms;
  config_.core.min_block_time_ms = around.scenario.min_block_time_ms;
  if (const auto few = around.scenario.pool_transactions; few != 0)
    config_.core.max_pending_transactions = few;
  around_.network.add(seat_);
  disk_.append(actors::genesis_rows(around.genesis), [](auto) {});
}

SimulatedNode::~SimulatedNode() {
  lose_power();
}

void SimulatedNode::start() {
  ++lives_;
  actors::NodeSpec spec;
  spec.config = config_;
  spec.chain_id = chain_id_;
  if (signs_) spec.seat = seat_;
  spec.holds_lease_key = identity_ == 0;
  // The tree is small: so that its nodes aren't always written with their block.
  spec.tree = {.few_nodes = 1, .updates_max = 256, .blocks_max = 16};
  actors::World world;
  world.store = &store_;
  world.signer = &signer_;
  world.wall = &clock_;
  world.notes = &notes_;
  world.gauges = &gauges_;
  world.front_end = &front_end_;
  world.halt = [this](actors::Halt why) { halt(std::move(why)); };
  world.gave_up = [this](std::string role) { gave_up_ = std::move(role); };
  if (around_.scenario.nodes > 1)
    world.make_transport = [this](caf::actor_system&, actors::peers_actor peers) {
      return around_.network.attach(number_, peers);
    };
  node_ = actors::spawn_node(around_.scheduler.system(), spec, world);
}

std::size_t SimulatedNode::lose_power() {
  if (!node_) return 0;
  front_end_.disconnect();
  around_.network.detach(number_);
  caf::anon_send_exit(node_->root, caf::exit_reason::user_shutdown);
  node_.reset();
  // The disk goes first: nothing that the dying actors still do may reach it.
  const auto lost = disk_.lose_power();
  around_.scheduler.drain();
  return lost + disk_.lose_power();
}

void SimulatedNode::replace_disk() {
  signs_ = disk_.replace(actors::genesis_rows(around_.genesis)) && signs_;
}

void SimulatedNode::crash_role(std::uint64_t index) {
  if (!node_) return;
  caf::anon_send(node_->roles[index % node_->roles.size()].supervisor, actors::Crash{});
}

}  // namespace mnrt::sims
