#include "sims/shrink.hpp"

#include <algorithm>
#include <cctype>
#include <sstream>
#include <utility>
#include <vector>

#include "sims/scenario_file.hpp"
#include "sims/scenario_rules.hpp"

namespace mnrt::sims {
namespace {

/// A number of a scenario.
using Place = std::uint64_t& (*)(Scenario&);
using Change = std::function<void(Scenario&)>;

/// Mean times between two events: twice as long is half as many, and 0 is none.
constexpr Place rates[]{
    [](Scenario& s) -> auto& { return s.faults.crash_role_every_ms; },
    [](Scenario& s) -> auto& { return s.faults.lose_power_every_ms; },
    [](Scenario& s) -> auto& { return s.faults.break_link_every_ms; },
    [](Scenario& s) -> auto& { return s.faults.partition_every_ms; },
    [](Scenario& s) -> auto& { return s.faults.break_disk_every_ms; },
    [](Scenario& s) -> auto& { return s.faults.fill_disk_every_ms; },
    [](Scenario& s) -> auto& { return s.faults.flip_bit_every_ms; },
    [](Scenario& s) -> auto& { return s.faults.jump_clock_every_ms; },
    [](Scenario& s) -> auto& { return s.workload.notarise_every_ms; },
    [](Scenario& s) -> auto& { return s.workload.transfer_every_ms; },
};

/// What else is gone at 0.
constexpr Place removable[]{
    [](Scenario& s) -> auto& { return s.faults.flips_unnoticed_permille; },
    [](Scenario& s) -> auto& { return s.clocks.skew_ms_max; },
    [](Scenario& s) -> auto& { return s.clocks.far_skew_ms_max; },
    [](Scenario& s) -> auto& { return s.clocks.drift_ppm_max; },
    [](Scenario& s) -> auto& { return s.weather.lost_permille; },
    [](Scenario& s) -> auto& { return s.weather.doubled_permille; },
    [](Scenario& s) -> auto& { return s.weather.late_permille; },
    [](Scenario& s) -> auto& { return s.dead; },
    [](Scenario& s) -> auto& { return s.owner_dies_ms; },
    [](Scenario& s) -> auto& { return s.upgrade_at_ms; },
};

/// How much and how long, and what is the least that says anything.
struct Halved {
  Place place;
  std::uint64_t least{};
  Place works_with{};  ///< says nothing where that is 0
};
constexpr Halved halved[]{
    {[](Scenario& s) -> auto& { return s.virtual_ms; }, 1'000},
    {[](Scenario& s) -> auto& { return s.faults.power_off_ms_max; }, 1,
     [](Scenario& s) -> auto& { return s.faults.lose_power_every_ms; }},
    {[](Scenario& s) -> auto& { return s.faults.off_at_once_max; }, 1,
     [](Scenario& s) -> auto& { return s.faults.lose_power_every_ms; }},
    {[](Scenario& s) -> auto& { return s.faults.partition_ms_max; }, 1,
     [](Scenario& s) -> auto& { return s.faults.partition_every_ms; }},
    {[](Scenario& s) -> auto& { return s.faults.disk_full_ms_max; }, 1,
     [](Scenario& s) -> auto& { return s.faults.fill_disk_every_ms; }},
    {[](Scenario& s) -> auto& { return s.faults.jump_clock_ms_max; }, 1,
     [](Scenario& s) -> auto& { return s.faults.jump_clock_every_ms; }},
    {[](Scenario& s) -> auto& { return s.clocks.skew_ms_max; }, 1},
    {[](Scenario& s) -> auto& { return s.clocks.far_skew_ms_max; }, 1},
    {[](Scenario& s) -> auto& { return s.clocks.drift_ppm_max; }, 1},
    {[](Scenario& s) -> auto& { return s.weather.lost_permille; }, 1},
    {[](Scenario& s) -> auto& { return s.weather.doubled_permille; }, 1},
    {[](Scenario& s) -> auto& { return s.weather.late_permille; }, 1},
    {[](Scenario& s) -> auto& { return s.weather.late_us_max; }, 1,
     [](Scenario& s) -> auto& { return s.weather.late_permille; }},
    {[](Scenario& s) -> auto& { return s.weather.delay_us_max; }, 1'000},
    {[](Scenario& s) -> auto& { return s.sync.longest_us; }, 1'000},
    {[](Scenario& s) -> auto& { return s.workload.clients; }, 2},
};

constexpr std::uint64_t rarest_ms = 60'000;

/// Whole kinds of trouble at once. Tried first, and once: what is back to its usual value may still be
/// halved.
std::vector<Change> resets() {
  return {
      [](Scenario& s) { s.byzantine = {}; }, [](Scenario& s) { s.changes.clear(); },
      [](Scenario& s) { s.faults = {}; },    [](Scenario& s) { s.weather = {}; },
      [](Scenario& s) { s.clocks = {}; },    [](Scenario& s) { s.sync = {}; },
  };
}

/// Everything that may be taken away or made less. Each only ever goes down, so that there is an end.
std::vector<Change> reductions() {
  std::vector<Change> all;
  const auto remove = [&all](Place place) { all.emplace_back([place](Scenario& s) { place(s) = 0; }); };
  std::ranges::for_each(rates, remove);
  std::ranges::for_each(removable, remove);
  all.emplace_back([](Scenario& s) { s.nodes = std::max<std::uint64_t>(1, s.nodes / 2); });
  all.emplace_back([](Scenario& s) { s.nodes = std::max<std::uint64_t>(1, s.nodes - 1); });
  all.emplace_back([](Scenario& s) {
    if (!s.changes.empty()) s.changes.pop_back();
  });
  all.emplace_back([](Scenario& s) {
    s.byzantine.nodes = std::min(s.byzantine.nodes, std::max<std::uint64_t>(1, s.byzantine.nodes / 2));
  });
  for (const auto& [place, least, works_with] : halved)
    all.emplace_back([place, least, works_with](Scenario& s) {
      if (works_with == nullptr || works_with(s) != 0)
        place(s) = std::min(place(s), std::max(least, place(s) / 2));
    });
  for (const auto place : rates)
    all.emplace_back(
        [place](Scenario& s) { place(s) = std::min(std::max(rarest_ms, place(s)), 2 * place(s)); });
  return all;
}

/// Words with a digit are numbers, digests, addresses; everything else is the rule.
std::vector<std::string> words_of(const std::string& violation) {
  std::istringstream in{violation};
  std::vector<std::string> words;
  for (std::string word; in >> word;)
    if (std::ranges::none_of(word, [](unsigned char c) { return std::isdigit(c) != 0; }))
      words.push_back(word);
  return words;
}

}  // namespace

bool is_same_rule(const std::string& a, const std::string& b) {
  return words_of(a) == words_of(b);
}

Shrunk shrink(const Scenario& scenario, const Report& failed, const ShrinkOptions& options) {
  const auto run = [&](const Scenario& one) {
    return options.run ? options.run(one, failed.seed) : simulate(one, failed.seed);
  };
  Shrunk best{drawn(scenario, failed.seed), failed, 0};
  best.scenario.swarm = false;
  // What a range of seeds must come to says nothing of this one, and not of what is left of the scenario.
  best.scenario.reached_within.clear();
  bool goes_on = true;
  // Whether a change gave something smaller that fails the same way.
  const auto helps = [&](const Change& change) {
    auto smaller = best.scenario;
    change(smaller);
    if (scenario_text(smaller) == scenario_text(best.scenario) || fault_of(smaller)) return false;
    if (!(goes_on = goes_on && options.may_go_on())) return false;
    ++best.tried;
    auto report = run(smaller);
    if (report.ok || !is_same_rule(report.violation, failed.violation)) return false;
    best.scenario = std::move(smaller);
    best.report = std::move(report);
    return true;
  };
  for (const auto& reset : resets()) helps(reset);
  const auto all = reductions();
  for (bool again = true; std::exchange(again, false);)
    for (const auto& reduction : all)
      while (helps(reduction)) again = true;
  return best;
}

}  // namespace mnrt::sims
