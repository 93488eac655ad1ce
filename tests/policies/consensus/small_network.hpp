#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "policies/consensus/consensus.hpp"
#include "tests/policies/consensus/values.hpp"

namespace mnrt::policies::testing {

/// SplitMix64: the whole of a run's chance.
class Draw {
 public:
  explicit Draw(std::uint64_t seed) : state_(seed) {}
  std::uint64_t operator()() {
    auto z = state_ += 0x9e3779b97f4a7c15;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return z ^ (z >> 31);
  }
  std::int64_t between(std::int64_t low, std::int64_t high) {
    return low + static_cast<std::int64_t>((*this)() % static_cast<std::uint64_t>(high - low + 1));
  }
  bool chance(std::uint64_t percent) { return (*this)() % 100 < percent; }

 private:
  std::uint64_t state_;
};

/// How the world treats its nodes; times in microseconds.
struct Weather {
  std::int64_t delay_us_min{200};
  std::int64_t delay_us_max{20'000};
  unsigned lost_percent{};
  unsigned commits_lost_percent{};  ///< besides: leaves prepared blocks that aren't decided
  unsigned doubled_percent{};
  std::int64_t sync_us_max{2'000};
  std::int64_t work_us_max{5'000};  ///< to build or check a block
};

/// What a faulty validator says instead of, or besides, what an honest one would.
enum class Fault { none, equivocates, hides_certificates, cries_round_change };

struct NetworkSpec {
  std::size_t validators{1};
  std::uint64_t seed{};
  Weather weather;
  std::vector<Fault> faults;      ///< by seat; honest where it ends
  std::int64_t skew_ms_max{150};  ///< of the wall clocks
  std::int64_t block_time_ms{500};
  std::int64_t min_block_time_ms{20};
  std::int64_t timeout_ms{200};
  std::int64_t proposal_timeout_ms{120};
};

/// n Consensus objects with their disks and a network between them, in virtual time: a queue and a seed. It
/// does what a driver does, in the order that Effects prescribes, and checks agreement and signatures by its
/// own books.
class SmallNetwork {
 public:
  explicit SmallNetwork(NetworkSpec spec);

  void run_ms(std::int64_t ms);
  bool run_until(const std::function<bool()>& done, std::int64_t ms_max);
  void set_weather(const Weather& weather) { spec_.weather = weather; }

  void crash(std::size_t node);  ///< loses what isn't on its disk
  void restart(std::size_t node);
  void cut(std::size_t node, bool off) { nodes_[node].cut = off; }
  void reconnect(std::size_t node);
  void add_transaction(std::size_t node);
  void lose_sign_state(std::size_t node) { nodes_[node].sign_state.reset(); }
  bool is_up(std::size_t node) const { return nodes_[node].core.has_value(); }

  std::size_t away() const;  ///< crashed or cut off
  std::uint64_t height(std::size_t node) const { return nodes_[node].chain.size() - 1; }
  std::uint64_t lowest_honest() const;
  std::uint64_t highest() const;
  const Consensus& core(std::size_t node) const { return *nodes_[node].core; }
  const ChainTip& tip(std::size_t node) const { return nodes_[node].chain.back().tip; }
  const std::vector<Evidence>& evidence() const { return evidence_; }
  std::size_t count(std::string_view note) const;
  std::size_t reproposed() const { return reproposed_; }

  /// The first thing that must never happen and did; empty while all is well.
  const std::string& broken() const { return broken_; }
  /// One line for each thing done, if asked for before running.
  std::vector<std::string>* trace{};

 private:
  struct Final {
    std::shared_ptr<const Block> block;
    ChainTip tip;
  };
  struct Node {
    std::optional<Consensus> core;
    std::optional<SignState> sign_state;  ///< synced
    std::vector<Final> chain;             ///< synced; genesis first
    std::uint64_t life{};
    std::int64_t free_us{};  ///< when the disk has done all it was given
    std::map<Timer::Kind, std::uint64_t> generation;
    std::int64_t skew_ms{};
    bool cut{};
  };
  using Act = std::function<void()>;

  Env env(const Node& node) const;
  void at(std::int64_t us, Act act);
  /// Only if the node still lives the same life then.
  void at_node(std::size_t node, std::int64_t us, Act act);
  void step(std::size_t node, const Event& event);
  void perform(std::size_t node, Effects fx);
  void emit(std::size_t node, const Effects& fx);
  void answer(std::size_t node, const Ask& ask);
  void answer(std::size_t node, const BuildBlock& ask);
  void answer(std::size_t node, const CheckBlock& ask);
  void answer(std::size_t node, const FetchBlock& ask);
  void answer(std::size_t node, const Sync& ask);
  void answer(std::size_t node, const SendFinal& ask);
  void answer(std::size_t node, const TellHeard& ask);
  void store(std::size_t node, std::shared_ptr<const Block> block, SealSet seals);
  void send(std::size_t from, std::optional<Address> to, const ConsensusMessage& message);
  void carry(std::size_t from, std::size_t to, std::function<void()> deliver);
  void misbehave(std::size_t node, const ConsensusMessage& honest);
  Signed<Proposal> hiding(std::size_t node, const Signed<Proposal>& honest);
  std::shared_ptr<const Block> make_block(std::size_t proposer, const Node& node, BlockTime time,
                                          SealSet seals);
  void sign(std::size_t node, const ConsensusMessage& message);
  void check_final(std::size_t node, const Block& block, const SealSet& seals);
  Fault fault(std::size_t node) const {
    return node < spec_.faults.size() ? spec_.faults[node] : Fault::none;
  }
  std::size_t index(const Address& address) const { return *index_of(set_, address); }
  void breaks(std::string what);

  NetworkSpec spec_;
  Draw draw_;
  ValidatorSet set_;
  std::vector<Node> nodes_;
  std::int64_t now_us_{};
  std::multimap<std::int64_t, Act> queue_;
  std::uint64_t blocks_made_{};
  std::vector<Evidence> evidence_;
  std::map<std::string, std::size_t, std::less<>> notes_;
  std::string broken_;
  std::size_t reproposed_{};

  // The books: what each validator signed, and what became final.
  using Step = std::tuple<std::size_t, std::uint64_t, std::uint32_t, std::size_t>;
  std::map<Step, std::set<std::string>> signed_;
  std::map<std::pair<std::size_t, std::uint64_t>, std::vector<Commit>> commits_;
  std::map<std::pair<std::size_t, std::uint64_t>, std::vector<RoundChange>> changes_;
  std::map<std::uint64_t, Digest> final_;
};

/// One line for people: who, what, where.
std::string describe(const ConsensusMessage& message);

}  // namespace mnrt::policies::testing
