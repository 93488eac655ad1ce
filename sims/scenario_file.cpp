#include "sims/scenario_file.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <limits>
#include <sstream>
#include <toml.hpp>
#include <utility>

#include "policies/consensus/round_timing.hpp"
#include "policies/toml_text.hpp"
#include "sims/scenario_rules.hpp"
#include "sims/strategy.hpp"

namespace mnrt::sims {
namespace {

/// A number of a scenario: where it stands in the file, and what it may be.
struct Number {
  std::string_view section;  ///< empty: before the first
  std::string_view name;
  std::uint64_t& (*in)(Scenario&);
  std::uint64_t lowest{};
  std::uint64_t highest{};
};

constexpr std::uint64_t day_ms = 86'400'000;
constexpr std::uint64_t minute_us = 60'000'000;
/// The longest round is as long as four such frames, or syncs, after one another.
constexpr std::uint64_t delay_us_most = policies::timeout_ms_max * 1'000 / 4;

constexpr std::array numbers{
    Number{"", "nodes", [](Scenario& s) -> auto& { return s.nodes; }, 1, 100},
    Number{"", "validators", [](Scenario& s) -> auto& { return s.validators; }, 0, 100},
    Number{"", "epoch_blocks", [](Scenario& s) -> auto& { return s.epoch_blocks; }, 20, 20'000},
    Number{"", "dead", [](Scenario& s) -> auto& { return s.dead; }, 0, 33},
    Number{"", "upgrade_at_ms", [](Scenario& s) -> auto& { return s.upgrade_at_ms; }, 0, day_ms},
    Number{"", "owner_dies_ms", [](Scenario& s) -> auto& { return s.owner_dies_ms; }, 0, day_ms},
    Number{"", "or_nodes", [](Scenario& s) -> auto& { return s.or_nodes; }, 0, 100},
    Number{"", "length_ms", [](Scenario& s) -> auto& { return s.virtual_ms; }, 1'000, day_ms},
    Number{"", "settle_ms", [](Scenario& s) -> auto& { return s.settle_ms; }, 1'000, day_ms},
    Number{"", "block_time_ms", [](Scenario& s) -> auto& { return s.block_time_ms; }, 100, 60'000},
    Number{"", "min_block_time_ms", [](Scenario& s) -> auto& { return s.min_block_time_ms; }, 10, 60'000},
    Number{"", "pool_transactions", [](Scenario& s) -> auto& { return s.pool_transactions; }, 0, 100'000},
    Number{"workload", "transfer_every_ms", [](Scenario& s) -> auto& { return s.workload.transfer_every_ms; },
           0, day_ms},
    Number{"workload", "notarise_every_ms", [](Scenario& s) -> auto& { return s.workload.notarise_every_ms; },
           0, day_ms},
    Number{"workload", "clients", [](Scenario& s) -> auto& { return s.workload.clients; }, 2, 1'000},
    Number{"network", "delay_us_min", [](Scenario& s) -> auto& { return s.weather.delay_us_min; }, 0,
           delay_us_most},
    Number{"network", "delay_us_max", [](Scenario& s) -> auto& { return s.weather.delay_us_max; }, 0,
           delay_us_most},
    Number{"network", "lost_permille", [](Scenario& s) -> auto& { return s.weather.lost_permille; }, 0, 999},
    Number{"network", "doubled_permille", [](Scenario& s) -> auto& { return s.weather.doubled_permille; }, 0,
           1'000},
    Number{"network", "late_permille", [](Scenario& s) -> auto& { return s.weather.late_permille; }, 0,
           1'000},
    Number{"network", "late_us_max", [](Scenario& s) -> auto& { return s.weather.late_us_max; }, 0,
           minute_us},
    Number{"faults", "crash_role_every_ms", [](Scenario& s) -> auto& { return s.faults.crash_role_every_ms; },
           0, day_ms},
    Number{"faults", "lose_power_every_ms", [](Scenario& s) -> auto& { return s.faults.lose_power_every_ms; },
           0, day_ms},
    Number{"faults", "power_off_ms_max", [](Scenario& s) -> auto& { return s.faults.power_off_ms_max; }, 1,
           day_ms},
    Number{"faults", "off_at_once_max", [](Scenario& s) -> auto& { return s.faults.off_at_once_max; }, 1,
           100},
    Number{"faults", "break_link_every_ms", [](Scenario& s) -> auto& { return s.faults.break_link_every_ms; },
           0, day_ms},
    Number{"faults", "partition_every_ms", [](Scenario& s) -> auto& { return s.faults.partition_every_ms; },
           0, day_ms},
    Number{"faults", "partition_ms_max", [](Scenario& s) -> auto& { return s.faults.partition_ms_max; }, 1,
           day_ms},
    Number{"faults", "break_disk_every_ms", [](Scenario& s) -> auto& { return s.faults.break_disk_every_ms; },
           0, day_ms},
    Number{"faults", "fill_disk_every_ms", [](Scenario& s) -> auto& { return s.faults.fill_disk_every_ms; },
           0, day_ms},
    Number{"faults", "disk_full_ms_max", [](Scenario& s) -> auto& { return s.faults.disk_full_ms_max; }, 1,
           day_ms},
    Number{"faults", "flip_bit_every_ms", [](Scenario& s) -> auto& { return s.faults.flip_bit_every_ms; }, 0,
           day_ms},
    Number{"faults", "flips_unnoticed_permille",
           [](Scenario& s) -> auto& { return s.faults.flips_unnoticed_permille; }, 0, 1'000},
    Number{"faults", "jump_clock_every_ms", [](Scenario& s) -> auto& { return s.faults.jump_clock_every_ms; },
           0, day_ms},
    Number{"faults", "jump_clock_ms_max", [](Scenario& s) -> auto& { return s.faults.jump_clock_ms_max; }, 0,
           day_ms},
    Number{"clocks", "skew_ms_max", [](Scenario& s) -> auto& { return s.clocks.skew_ms_max; }, 0, day_ms},
    Number{"clocks", "far_skew_ms_max", [](Scenario& s) -> auto& { return s.clocks.far_skew_ms_max; }, 0,
           day_ms},
    Number{"clocks", "drift_ppm_max", [](Scenario& s) -> auto& { return s.clocks.drift_ppm_max; }, 0, 10'000},
    Number{"byzantine", "nodes", [](Scenario& s) -> auto& { return s.byzantine.nodes; }, 0, 100},
    Number{"disk", "sync_us_min", [](Scenario& s) -> auto& { return s.sync.shortest_us; }, 0, delay_us_most},
    Number{"disk", "sync_us_max", [](Scenario& s) -> auto& { return s.sync.longest_us; }, 0, delay_us_most},
};

struct Fault {
  std::size_t line{};
  std::string what;
};

class Reader {
 public:
  explicit Reader(Scenario& scenario) : scenario_(scenario) {}

  void read(const toml::value& root) {
    for (const auto& [name, value] : root.as_table()) {
      if (name != "reached_within" && !is_section(name))
        read_key("", name, value);
      else if (!value.is_table())
        fault(value.location().line(), fmt::format("`{}` must be a section: [{}]", name, name));
      else
        read_section(name, value);
    }
    if (scenario_.about.empty()) fault(1, "`about` is missing: one sentence that says what is tried");
    // Of what couldn't be read nothing is known.
    if (first_) return;
    if (auto why = fault_of(scenario_)) fault(1, std::move(*why));
  }

  /// The one nearest to the file's beginning.
  const std::optional<Fault>& first() const { return first_; }

 private:
  static bool is_section(std::string_view name) {
    return !name.empty() && std::ranges::find(numbers, name, &Number::section) != numbers.end();
  }

  void fault(std::size_t line, std::string what) {
    if (!first_ || line < first_->line) first_ = Fault{line, std::move(what)};
  }

  void read_section(const std::string& section, const toml::value& table) {
    for (const auto& [name, value] : table.as_table())
      if (section == "reached_within")
        read_reached_within(name, value);
      else
        read_key(section, name, value);
  }

  void read_key(std::string_view section, std::string_view name, const toml::value& value) {
    const auto line = value.location().line();
    const auto path = section.empty() ? std::string{name} : fmt::format("{}.{}", section, name);
    if (section.empty() && name == "about") {
      if (!value.is_string()) return fault(line, "`about` must be a text");
      scenario_.about = value.as_string().str;
      return;
    }
    if (section.empty() && name == "swarm") {
      if (!value.is_boolean()) return fault(line, "`swarm` must be true or false");
      scenario_.swarm = value.as_boolean();
      return;
    }
    if (section == "byzantine" && name == "strategy") return read_strategy(line, value);
    if (section.empty() && name == "reached") return read_reached(line, value);
    if (section.empty() && name == "change") return read_changes(line, value);
    const auto known = std::ranges::find_if(
        numbers, [&](const Number& number) { return number.section == section && number.name == name; });
    if (known == numbers.end()) return fault(line, fmt::format("unknown key `{}`", path));
    if (!value.is_integer() || value.as_integer() < 0)
      return fault(line, fmt::format("`{}` must be a whole number", path));
    const auto number = static_cast<std::uint64_t>(value.as_integer());
    if (number < known->lowest || number > known->highest)
      return fault(line, fmt::format("`{}` must be {} to {}", path, known->lowest, known->highest));
    known->in(scenario_) = number;
  }

  void read_reached(std::size_t line, const toml::value& value) {
    if (!value.is_array()) return fault(line, "`reached` must be a list of texts");
    for (const auto& one : value.as_array()) {
      if (!one.is_string()) return fault(one.location().line(), "`reached` must be a list of texts");
      scenario_.reached.push_back(one.as_string().str);
    }
  }

  void read_reached_within(const std::string& name, const toml::value& seeds) {
    if (!seeds.is_integer() || seeds.as_integer() < 1)
      return fault(seeds.location().line(),
                   fmt::format("`reached_within.{}` must be a number of seeds", name));
    scenario_.reached_within[name] = static_cast<std::uint64_t>(seeds.as_integer());
  }

  void read_changes(std::size_t line, const toml::value& value) {
    const auto number_of = [](const toml::value& one, const std::string& key) -> std::uint64_t {
      const auto& table = one.as_table();
      const auto found = table.find(key);
      const bool is_number = found != table.end() && found->second.is_integer();
      return is_number && found->second.as_integer() > 0
                 ? static_cast<std::uint64_t>(found->second.as_integer())
                 : 0;
    };
    if (!value.is_array()) return fault(line, "`change` must be tables: [[change]]");
    for (const auto& one : value.as_array()) {
      const auto at = one.location().line();
      const bool is_two = one.is_table() && one.as_table().size() == 2;
      const SetChange change{.at_ms = is_two ? number_of(one, "at_ms") : 0,
                             .validators = is_two ? number_of(one, "validators") : 0};
      if (change.at_ms == 0 || change.validators == 0 || change.validators > 100)
        return fault(at, "a `change` has `at_ms` and `validators`, above 0, of validators at most 100");
      scenario_.changes.push_back(change);
    }
  }

  void read_strategy(std::size_t line, const toml::value& value) {
    const auto name = value.is_string() ? value.as_string().str : std::string{};
    if (name == "drawn" || strategy_of(name)) {
      scenario_.byzantine.strategy = name;
      return;
    }
    std::string known = "drawn";
    for (const auto& [one, strategy] : strategy_names) known += fmt::format(", {}", one);
    fault(line, fmt::format("`byzantine.strategy` must be one of {}", known));
  }

  Scenario& scenario_;
  std::optional<Fault> first_;
};

/// A TOML text in quotes, on one line.
std::string toml_quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    const auto byte = static_cast<std::uint8_t>(c);
    if (c == '"' || c == '\\')
      out += std::string{'\\', c};
    else if (c == '\n')
      out += "\\n";
    else
      out += byte < 0x20 || byte == 0x7f ? fmt::format("\\u{:04X}", byte) : std::string{c};
  }
  return out + '"';
}

}  // namespace

std::expected<Scenario, std::string> parse_scenario(std::string_view text, std::string_view name,
                                                    std::string_view origin) {
  if (const auto fault = policies::fault_of_toml(text))
    return std::unexpected(fmt::format("{}:{}: {}", origin, fault->line, fault->what));
  Scenario scenario;
  scenario.name = name;
  Reader reader{scenario};
  try {
    std::istringstream in{std::string{text}};
    reader.read(toml::parse(in, std::string{origin}));
  } catch (const std::exception& malformed) {
    return std::unexpected(fmt::format("{}: {}", origin, malformed.what()));
  }
  if (const auto& fault = reader.first())
    return std::unexpected(fmt::format("{}:{}: {}", origin, fault->line, fault->what));
  return scenario;
}

std::string scenario_text(const Scenario& scenario) {
  Scenario written = scenario;
  Scenario usual;
  std::string text = fmt::format("about = {}\n", toml_quoted(scenario.about));
  if (scenario.swarm) text += "swarm = true\n";
  if (!scenario.reached.empty()) {
    std::vector<std::string> words;
    std::ranges::transform(scenario.reached, std::back_inserter(words), toml_quoted);
    text += fmt::format("reached = [{}]\n", fmt::join(words, ", "));
  }
  std::string_view section;
  const auto enter = [&](std::string_view name) {
    if (std::exchange(section, name) != name) text += fmt::format("\n[{}]\n", name);
  };
  for (const auto& number : numbers) {
    if (number.section == "byzantine" && number.name == "nodes" && !scenario.byzantine.strategy.empty()) {
      enter(number.section);
      text += fmt::format("strategy = {}\n", toml_quoted(scenario.byzantine.strategy));
    }
    if (number.in(written) == number.in(usual)) continue;
    enter(number.section);
    text += fmt::format("{} = {}\n", number.name, number.in(written));
  }
  for (const auto& [name, seeds] : scenario.reached_within) {
    enter("reached_within");
    text += fmt::format("{} = {}\n", toml_quoted(name), seeds);
  }
  for (const auto& change : scenario.changes)
    text += fmt::format("\n[[change]]\nat_ms = {}\nvalidators = {}\n", change.at_ms, change.validators);
  return text;
}

}  // namespace mnrt::sims
