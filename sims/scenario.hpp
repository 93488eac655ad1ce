#pragma once

#include <cstdint>
#include <expected>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "policies/validator_set.hpp"
#include "sims/disk.hpp"

namespace mnrt::sims {

/// What the network does to each frame.
struct Weather {
  std::uint64_t delay_us_min{500};
  std::uint64_t delay_us_max{20'000};
  std::uint64_t lost_permille{};
  std::uint64_t doubled_permille{};
  std::uint64_t late_permille{};  ///< take up to `late_us_max` longer: others overtake them
  std::uint64_t late_us_max{500'000};
};

/// What clients do, as mean times between two acts; 0: never.
struct Workload {
  std::uint64_t transfer_every_ms{400};
  std::uint64_t notarise_every_ms{1'500};
  std::uint64_t clients{4};
};

/// What fails, as mean times between two failures; 0: never.
struct Faults {
  std::uint64_t crash_role_every_ms{};  ///< an exception in a role drawn by the seed
  std::uint64_t lose_power_every_ms{};  ///< all of a node at once, with what its disk hasn't synced
  std::uint64_t power_off_ms_max{2'000};
  std::uint64_t off_at_once_max{1};     ///< nodes without power at the same time
  std::uint64_t break_link_every_ms{};  ///< told to both ends; made anew within 2 s
  std::uint64_t partition_every_ms{};   ///< drawn: two halves, one node alone, or one direction of one node
  std::uint64_t partition_ms_max{5'000};
  std::uint64_t break_disk_every_ms{};  ///< of one node: nothing is written until it starts again
  std::uint64_t fill_disk_every_ms{};   ///< of one node: nothing is written until somebody makes room
  std::uint64_t disk_full_ms_max{10'000};
  std::uint64_t flip_bit_every_ms{};         ///< of a stored row; on at most f nodes at once
  std::uint64_t flips_unnoticed_permille{};  ///< that the store's checksums miss, in the state
  std::uint64_t jump_clock_every_ms{};       ///< of at most f nodes
  std::uint64_t jump_clock_ms_max{600'000};
};

/// What wall clocks are like.
struct Clocks {
  std::uint64_t skew_ms_max{};      ///< of every node, either way; honest up to 200
  std::uint64_t far_skew_ms_max{};  ///< of f nodes, either way
  std::uint64_t drift_ppm_max{};    ///< of every node, either way
};

/// Who lies.
struct Dishonesty {
  std::string strategy{};  ///< a name of sims/strategy.hpp; "drawn": one for each node; empty: nobody lies
  std::uint64_t nodes{};   ///< how many; 0: f. More than f may break agreement, and must leave evidence
};

/// The set is to get another size: operators bond seats and vote, seats say that they are ready.
struct SetChange {
  std::uint64_t at_ms{};       ///< not before; one change after the other
  std::uint64_t validators{};  ///< how many there are to be
};

/// What happens in a simulated world.
struct Scenario {
  std::string name;
  std::string about;  ///< one sentence
  std::uint64_t nodes{1};
  std::uint64_t validators{};        ///< the first so many nodes have a seat from genesis on; 0: all
  std::vector<SetChange> changes{};  ///< of the set, in this order
  std::uint64_t epoch_blocks{};      ///< of the chain; 0: what a chain has unless its maker says otherwise
  bool swarm{};                      ///< nodes, faults and the rest are drawn from the seed
  std::uint64_t virtual_ms{60'000};  ///< how long faults and work go on
  /// After that everything heals, and within this time every node must be up to date and go on.
  std::uint64_t settle_ms{20'000};
  std::uint64_t block_time_ms{5'000};
  std::uint64_t min_block_time_ms{250};
  std::uint64_t dead{};               ///< validators that are never started until the end
  std::uint64_t owner_dies_ms{};      ///< then the first node goes off for good; 0: never
  std::uint64_t upgrade_at_ms{};      ///< then operators vote for a version that no program knows; 0: never
  std::uint64_t or_nodes{};           ///< half of the seeds have so many nodes instead; 0: none
  std::uint64_t pool_transactions{};  ///< a node's pool takes at most; 0: what it takes unless told otherwise
  Workload workload{};
  Weather weather{};
  Faults faults{};
  Clocks clocks{};
  Dishonesty byzantine{};
  SyncTimes sync{};
  std::vector<std::string> reached{};  ///< notes that must have come at least once: states worth testing
  /// Faults and notes that need not come with each seed: in a range of at least so many seeds they must.
  std::map<std::string, std::uint64_t> reached_within{};

  /// At genesis.
  std::uint64_t seats() const { return validators == 0 ? nodes : validators; }
  /// Validators that may fail at the same time, whichever of its sets the chain has: f of the smallest.
  std::size_t faulty() const { return policies::faulty_max(smallest()); }
  /// The fewest validators that the chain has at a time.
  std::uint64_t smallest() const;
  /// With those who are to join; who left doesn't join again.
  std::uint64_t nodes_needed() const;
  /// How many lie.
  std::uint64_t liars() const;
};

/// The scenarios that the binary knows by name.
std::vector<std::string_view> scenario_names();

/// A scenario of the binary by name, or one from a file by its path. The error says what is wrong with it.
std::expected<Scenario, std::string> load_scenario(const std::string& name_or_path);

/// What each seed of it must meet, by the names under which it is counted: what fails often enough and can
/// fail with so many nodes, how frames and clocks are, and the states that it says. Of a swarm nothing is
/// drawn for sure.
std::vector<std::string> demands_of(const Scenario& scenario);

/// Nothing that a node hears is lost to it, nobody is cut off longer than others remember, and validators
/// have the keys that they began with.
bool keeps_all_it_hears(const Scenario& scenario);

/// What a seed makes of a swarm; any other scenario stays as it is.
Scenario drawn(const Scenario& scenario, std::uint64_t seed);

}  // namespace mnrt::sims
