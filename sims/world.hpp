#pragma once

#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>

#include "actors/node.hpp"
#include "actors/seeded_signer.hpp"
#include "actors/watched_store.hpp"
#include "policies/ledger/genesis.hpp"
#include "sims/chance.hpp"
#include "sims/client.hpp"
#include "sims/disk.hpp"
#include "sims/network.hpp"
#include "sims/scenario.hpp"
#include "sims/trace.hpp"

namespace mnrt::sims {

/// Wall clocks show virtual time since a fixed day, each as wrong as it is made.
class VirtualClock final : public actors::WallClock {
 public:
  explicit VirtualClock(std::function<policies::Instant()> now) : now_(std::move(now)) {}
  policies::BlockTime now() const override;

  void skew(std::int64_t ms) { skew_ms_ = ms; }
  void drift(std::int64_t ppm) { drift_ppm_ = ppm; }

 private:
  std::function<policies::Instant()> now_;
  std::int64_t skew_ms_{};
  std::int64_t drift_ppm_{};  ///< since the world began
};

/// A node's notes, in the world's trace under the node's number.
class NodeNotes final : public actors::Notes {
 public:
  NodeNotes(Trace& trace, std::size_t node) : trace_(trace), node_(node) {}
  void add(std::string_view role, const policies::Note& note) override { trace_.add(node_, role, note); }

 private:
  Trace& trace_;
  std::size_t node_;
};

class SteadyGauges final : public actors::Gauges {
 public:
  actors::GaugeReading read() const override { return {.cpu_ppb = 100'000'000, .memory_ppb = 50'000'000}; }
};

/// CAF's testing scheduler and its virtual clock: one thread, and the seed picks who runs next.
class Scheduler {
 public:
  explicit Scheduler(SeededChance& chance);
  ~Scheduler();

  caf::actor_system& system() { return *system_; }
  policies::Instant now() const;
  /// Runs everything that is due until `end`.
  void run_until(policies::Instant end);
  /// Runs what is runnable now.
  void drain();
  /// Drops all timers; mail that waits is delivered.
  void cancel_timers();
  std::uint64_t delivered() const { return delivered_; }

 private:
  caf::actor_system_config config_;
  std::unique_ptr<caf::actor_system> system_;
  SeededChance& chance_;
  std::uint64_t delivered_{};
};

/// The keys of the simulated node of that number.
actors::SeededSigner signer_of_node(std::size_t number);
/// The address of its seat.
policies::Address seat_of_node(std::size_t number);
/// Who operates a node's seat: the owner the first node's, the nodes' own accounts theirs.
policies::SigningKey operator_key(std::size_t number);
policies::Address operator_address(std::size_t number);
/// What each validator stakes from the start: 1,000 GEN.
inline constexpr policies::Amount bond_of_each{1'000'000'000'000};
/// One chain for a scenario's nodes: the first ones have seats, each of an own operator, and the others'
/// operators the money to bond one. The first node is the owner's.
policies::Genesis genesis_of(const Scenario& scenario, policies::BlockTime time,
                             std::vector<policies::GenesisAccount> accounts);
/// The time that a right clock shows.
policies::BlockTime right_time(policies::Instant now);

/// What nodes of one world share.
struct Surroundings {
  Scheduler& scheduler;
  SeededChance& chance;
  Trace& trace;
  Network& network;
  const Scenario& scenario;
  const policies::Genesis& genesis;
};

/// One simulated node: the actors of a real one, on a disk that outlives them.
class SimulatedNode {
 public:
  /// `identity`: whose keys it has, its own number's but for a twin.
  SimulatedNode(const Surroundings& around, std::size_t number, std::size_t identity);
  ~SimulatedNode();

  void start();
  /// Power off: actors and unsynced bytes are gone. Returns how many appends were lost.
  std::size_t lose_power();
  void crash_role(std::uint64_t index);

  bool is_running() const { return node_.has_value(); }
  /// How often it was started.
  std::uint64_t lives() const { return lives_; }
  const policies::Digest& chain_id() const { return chain_id_; }
  const policies::Address& seat() const { return seat_; }
  VirtualClock& clock() { return clock_; }
  SimulatedDisk& disk() { return disk_; }
  SimulatedFrontEnd& front_end() { return front_end_; }
  const std::optional<std::string>& gave_up() const { return gave_up_; }
  /// The disk was damaged, and an operator puts a new one in; while the node is off. Nothing is on it but
  /// what the node signed, so that it never signs twice. Where that can't be read any more it only follows
  /// from now on: its key may have signed anything.
  void replace_disk();
  bool signs() const { return signs_; }
  /// It was expected to: a broken disk ends a node.
  void forgive() {
    gave_up_.reset();
    halted_.reset();
  }
  bool has_ended() const { return gave_up_ || halted_; }
  const std::optional<actors::Halt>& halted() const { return halted_; }

 private:
  void halt(actors::Halt why) {
    if (!halted_) halted_ = std::move(why);
  }

  Surroundings around_;
  std::size_t number_;
  std::size_t identity_;
  NodeNotes notes_;
  policies::Config config_;
  VirtualClock clock_;
  SteadyGauges gauges_;
  actors::SeededSigner signer_;
  policies::Address seat_;  ///< the signer's
  SimulatedDisk disk_;
  actors::WatchedStore store_;  ///< the disk
  bool signs_{true};
  SimulatedFrontEnd front_end_;
  policies::Digest chain_id_;
  std::optional<actors::Node> node_;
  std::uint64_t lives_{};
  std::optional<std::string> gave_up_;
  std::optional<actors::Halt> halted_;
};

}  // namespace mnrt::sims
