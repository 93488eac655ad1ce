#include "sims/scenario.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <system_error>

#include "policies/limits.hpp"
#include "sims/chance.hpp"
#include "sims/scenario_file.hpp"
#include "sims/scenario_texts.hpp"

namespace mnrt::sims {

namespace {

/// Of frames; what is rarer need not come with each seed.
constexpr std::uint64_t often_permille = 20;
/// Events of a kind on average, which are two for sure: none comes later than 1.5 times the mean after
/// another.
constexpr std::uint64_t often_times = 3;
/// Of a scenario.
constexpr std::size_t file_bytes_max = 64 * 1024;

/// How many nodes, in thousandths, one kind of fault keeps off at a time, if each is off as long as it can
/// be.
std::uint64_t off_permille(std::uint64_t every_ms, std::uint64_t ms_max) {
  return every_ms == 0 ? 0 : 1'000 * ms_max / every_ms;
}

/// Of so many nodes that may be off, those that are still on.
std::uint64_t hit_permille(std::uint64_t off, std::uint64_t places) {
  return 1'000 - std::min<std::uint64_t>(1'000, off / places);
}

}  // namespace

std::vector<std::string_view> scenario_names() {
  std::vector<std::string_view> names;
  for (const auto& known : scenario_texts()) names.push_back(known.name);
  return names;
}

std::uint64_t Scenario::smallest() const {
  auto least = seats();
  for (const auto& change : changes) least = std::min(least, change.validators);
  return least;
}

std::uint64_t Scenario::nodes_needed() const {
  auto size = seats();
  auto needed = size;
  for (const auto& change : changes) {
    needed += change.validators > size ? change.validators - size : 0;
    size = change.validators;
  }
  return needed;
}

std::uint64_t Scenario::liars() const {
  if (byzantine.strategy.empty()) return 0;
  return byzantine.nodes == 0 ? faulty() : byzantine.nodes;
}

std::expected<Scenario, std::string> load_scenario(const std::string& name_or_path) {
  const auto known = std::ranges::find(scenario_texts(), name_or_path, &ScenarioText::name);
  if (known != scenario_texts().end())
    return parse_scenario(known->text, known->name, fmt::format("scenario {}", known->name));
  if (std::error_code none; std::filesystem::is_directory(name_or_path, none))
    return std::unexpected(fmt::format("`{}` is a folder; a scenario is a file", name_or_path));
  std::ifstream file{name_or_path};
  if (!file) {
    std::string names;
    for (const auto& name : scenario_names()) names += fmt::format("{}{}", names.empty() ? "" : ", ", name);
    return std::unexpected(fmt::format("no scenario and no file `{}`; there are: {}", name_or_path, names));
  }
  std::string text(file_bytes_max + 1, '\0');
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(file.gcount()));
  if (text.size() > file_bytes_max)
    return std::unexpected(
        fmt::format("`{}` has over {} bytes; a scenario has fewer", name_or_path, file_bytes_max));
  return parse_scenario(text, name_or_path, name_or_path);
}

std::vector<std::string> demands_of(const Scenario& scenario) {
  auto demanded = scenario.reached;
  if (scenario.swarm) return demanded;
  const auto named = [&](bool is_named, std::string_view kind) {
    if (is_named) demanded.emplace_back(kind);
  };
  // Operators that are done end a run before its time.
  const bool may_end_early = !scenario.changes.empty() || scenario.upgrade_at_ms != 0;
  const auto often = [&](std::uint64_t every_ms, std::uint64_t permille = 1'000) {
    return !may_end_early && every_ms != 0 &&
           scenario.virtual_ms * permille >= often_times * every_ms * 1'000;
  };
  const auto& faults = scenario.faults;
  const auto few = scenario.faulty();
  const bool has_links = scenario.nodes > 1;
  named(often(faults.crash_role_every_ms), "role_crash");
  // A node that is off already can't fail so. Power isn't cut where too many are off.
  const auto cut = std::min(off_permille(faults.lose_power_every_ms, faults.power_off_ms_max),
                            1'000 * faults.off_at_once_max);
  const auto broken = off_permille(faults.break_disk_every_ms, faults.power_off_ms_max);
  const auto full = off_permille(faults.fill_disk_every_ms, faults.disk_full_ms_max);
  const auto damaged = std::min(off_permille(faults.flip_bit_every_ms, faults.power_off_ms_max), 1'000 * few);
  named(often(faults.lose_power_every_ms, hit_permille(broken + full + damaged, faults.off_at_once_max)),
        "power_loss");
  named(often(faults.break_disk_every_ms, hit_permille(cut + full + damaged, scenario.nodes)), "disk_broken");
  named(often(faults.fill_disk_every_ms, hit_permille(cut + broken + damaged, scenario.nodes)), "disk_full");
  // Liars are among the f whose disks may be damaged.
  named(few > scenario.liars() && often(faults.flip_bit_every_ms, 1'000 - faults.flips_unnoticed_permille),
        "bit_flip");
  named(has_links && often(faults.break_link_every_ms), "link_broken");
  named(has_links && often(faults.partition_every_ms), "frame_swallowed");
  named(few != 0 && often(faults.jump_clock_every_ms), "clock_jump");
  const auto& weather = scenario.weather;
  named(has_links && weather.lost_permille >= often_permille, "frame_lost");
  named(has_links && weather.doubled_permille >= often_permille, "frame_doubled");
  named(has_links && weather.late_permille >= often_permille, "frame_late");
  const auto& clocks = scenario.clocks;
  named(clocks.skew_ms_max != 0, "clock_skewed");
  named(clocks.drift_ppm_max != 0, "clock_drifting");
  named(clocks.far_skew_ms_max != 0 && few != 0, "clock_far_off");
  named(scenario.dead != 0, "dead_from_the_start");
  named(scenario.owner_dies_ms != 0, "owner_died");
  return demanded;
}

bool keeps_all_it_hears(const Scenario& scenario) {
  const auto& faults = scenario.faults;
  const bool forgets = faults.crash_role_every_ms + faults.lose_power_every_ms + faults.break_disk_every_ms +
                           faults.fill_disk_every_ms + faults.flip_bit_every_ms !=
                       0;
  const auto cut_off_ms = faults.partition_every_ms == 0 ? 0 : faults.partition_ms_max;
  return !forgets && scenario.changes.empty() && scenario.weather.lost_permille == 0 &&
         cut_off_ms / scenario.min_block_time_ms < policies::limits::heard_heights;
}

namespace {

/// One or two other sizes of the set. Most changes take more than two epochs: there are many blocks.
void draw_changes(Scenario& scenario, SeededChance& chance) {
  scenario.validators = scenario.nodes;
  scenario.epoch_blocks = 20;  // the least that a chain may have
  scenario.block_time_ms = std::min<std::uint64_t>(scenario.block_time_ms, 1'000);
  scenario.virtual_ms = 60'000;
  std::uint64_t at_ms = 0;
  auto size = scenario.nodes;
  for (auto left = chance.between(1, 2); left > 0; --left) {
    at_ms += chance.between(500, 5'000);
    // Few validators bear no liar and no damage: mostly there are more.
    const auto least = size >= 4 && chance.below(4) != 0 ? 4 : 1;
    const auto other = chance.between(least, 6);
    size = other < size ? other : other + 1;
    scenario.changes.push_back({.at_ms = at_ms, .validators = size});
  }
  scenario.nodes = scenario.nodes_needed();
  scenario.byzantine.nodes = std::min(scenario.byzantine.nodes, scenario.faulty());
  if (scenario.byzantine.nodes == 0) scenario.byzantine.strategy.clear();
}

}  // namespace

Scenario drawn(const Scenario& scenario, std::uint64_t seed) {
  // Its own draws: what a scenario is doesn't depend on what happens in it.
  SeededChance chance{seed ^ 0x6d6e7274'73776172};
  if (!scenario.swarm) {
    auto either = scenario;
    if (scenario.or_nodes != 0 && chance.below(2) == 0) either.nodes = scenario.or_nodes;
    either.or_nodes = 0;  // drawn
    return either;
  }
  const auto maybe = [&](std::uint64_t low, std::uint64_t high) {
    const auto value = chance.between(low, high);
    return chance.below(2) == 0 ? value : 0;
  };
  auto made = scenario;
  constexpr std::uint64_t sizes[]{1, 2, 3, 4, 4, 4, 5, 6, 7, 7};
  made.nodes = sizes[chance.below(std::size(sizes))];
  made.virtual_ms = chance.between(15'000, 60'000);
  made.block_time_ms = chance.between(500, 5'000);
  made.min_block_time_ms = chance.between(20, 250);
  made.workload.transfer_every_ms = maybe(50, 2'000);
  made.workload.notarise_every_ms = maybe(500, 5'000);
  made.weather.delay_us_max = chance.between(1'000, 150'000);
  made.weather.lost_permille = maybe(1, 150);
  made.weather.doubled_permille = maybe(1, 100);
  made.weather.late_permille = maybe(1, 100);
  made.weather.late_us_max = chance.between(10'000, 3'000'000);
  made.faults.crash_role_every_ms = maybe(3'000, 20'000);
  made.faults.lose_power_every_ms = maybe(2'000, 20'000);
  made.faults.power_off_ms_max = chance.between(100, 15'000);
  made.faults.off_at_once_max = chance.between(1, made.nodes);
  made.faults.break_link_every_ms = maybe(500, 10'000);
  // Long ones tear the network apart, short ones tear single rounds.
  const bool short_ones = chance.below(2) == 0;
  made.faults.partition_every_ms = short_ones ? maybe(50, 1'000) : maybe(3'000, 20'000);
  made.faults.partition_ms_max = short_ones ? chance.between(5, 1'000) : chance.between(500, 15'000);
  made.faults.break_disk_every_ms = maybe(10'000, 60'000);
  made.faults.jump_clock_every_ms = maybe(5'000, 30'000);
  made.clocks.skew_ms_max = maybe(1, 200);
  made.clocks.far_skew_ms_max = maybe(1'000, 600'000);
  made.clocks.drift_ppm_max = maybe(1, 200);
  made.sync.shortest_us = chance.between(50, 2'000);
  made.sync.longest_us = made.sync.shortest_us + chance.between(100, 60'000);
  made.faults.flip_bit_every_ms = maybe(1'000, 20'000);
  made.faults.flips_unnoticed_permille = maybe(1, 500);
  if (chance.below(20) == 0) {
    made.nodes = chance.between(10, 13);
    made.virtual_ms = chance.between(10'000, 20'000);
  }
  if (const auto few = made.faulty(); few > 0 && chance.below(3) == 0) {
    made.byzantine.strategy = "drawn";
    made.byzantine.nodes = chance.between(1, few);
  }
  made.faults.fill_disk_every_ms = maybe(5'000, 40'000);
  made.faults.disk_full_ms_max = chance.between(100, 15'000);
  if (chance.below(4) == 0) draw_changes(made, chance);
  return made;
}

}  // namespace mnrt::sims
