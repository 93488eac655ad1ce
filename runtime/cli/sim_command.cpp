#include <fmt/format.h>

#include <charconv>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <memory>
#include <optional>
#include <system_error>
#include <utility>

#include "runtime/cli/context.hpp"
#include "runtime/cli/printable.hpp"
#include "sims/scenario_file.hpp"
#include "sims/shrink.hpp"
#include "sims/simulation.hpp"
#include "sims/tally.hpp"

namespace mnrt::runtime {
namespace {

/// Seeds are counted up from the first without coming round.
constexpr std::uint64_t seed_max = 1'000'000'000'000'000'000;

struct SimOptions {
  std::string scenario;
  std::uint64_t seed{1};
  std::uint64_t count{1};
  std::string seeds;  ///< A..B
  bool until_failure{};
  std::string trace_file;
  bool no_shrink{};
  std::string shrunk_file;
};

/// The command that does the same again.
std::string replay_of(const std::string& scenario, std::uint64_t seed) {
  // Otherwise it would be read as an option.
  const auto named = scenario.starts_with('-') ? "./" + scenario : scenario;
  return fmt::format("mnrt sim {} --seed {}", shell_word(named), seed);
}

Json to_json(const sims::Report& report, const std::string& replay) {
  Json json{{"seed", report.seed},
            {"ok", report.ok},
            {"trace_hash", report.trace_hash},
            {"virtual_seconds", report.virtual_seconds},
            {"wall_seconds", report.wall_seconds},
            {"blocks", report.blocks},
            {"transactions", report.transactions},
            {"messages", report.messages},
            {"faults", Json::object()},
            {"states", Json::object()},
            {"replay", replay}};
  for (const auto& [kind, count] : report.faults) json["faults"][kind] = count;
  for (const auto& [note, count] : report.states) json["states"][note] = count;
  if (report.votes_checked.blocks != 0)
    json["verifications_per_block"] = {{"votes_most", report.votes_checked.most},
                                       {"votes_mean", report.votes_checked.mean()},
                                       {"new_seals_most", report.new_seals_checked.most},
                                       {"new_seals_mean", report.new_seals_checked.mean()}};
  if (!report.ok) json["violation"] = report.violation;
  return json;
}

std::string to_text(const sims::Report& report, const std::string& replay) {
  auto text = fmt::format("seed {}: {} ({}, {}, {:.0f} virtual seconds in {:.2f} s, trace {})", report.seed,
                          report.ok ? "holds" : "FAILED", sims::counted(report.blocks, "block"),
                          sims::counted(report.transactions, "transaction"), report.virtual_seconds,
                          report.wall_seconds, report.trace_hash.substr(0, 16));
  for (const auto& [kind, count] : report.faults) text += fmt::format("\n  {}: {}", kind, count);
  for (const auto& [note, count] : report.states) text += fmt::format("\n  {}: {}", note, count);
  if (report.votes_checked.blocks != 0)
    text += fmt::format(
        "\n  signatures checked by a validator for a block: {} at most, {:.2f} on average; and of seals in "
        "headers {}, "
        "{:.2f}",
        report.votes_checked.most, report.votes_checked.mean(), report.new_seals_checked.most,
        report.new_seals_checked.mean());
  if (report.ok) return text;
  text += fmt::format("\n  violated: {}\n  again: {}", report.violation, replay);
  for (const auto& line : report.last_events) text += "\n    " + line;
  return text;
}

constexpr std::chrono::seconds shrinking_max{60};

/// Finds the smallest variation that still fails, and says it, or writes it where it was asked to.
ExitCode say_smallest(const Output& output, const SimOptions& options, const sims::Scenario& scenario,
                      const sims::Report& failed) {
  const auto end = std::chrono::steady_clock::now() + shrinking_max;
  output.progress("looking for a smaller scenario that fails the same way");
  const auto shrunk = sims::shrink(
      scenario, failed, {.may_go_on = [end] { return std::chrono::steady_clock::now() < end; }, .run = {}});
  const auto toml = sims::scenario_text(shrunk.scenario);
  const auto file = options.shrunk_file.empty() ? std::string{"smallest.toml"} : options.shrunk_file;
  if (!options.shrunk_file.empty()) {
    std::ofstream out{file};
    out << toml;
    if (!out.flush()) return output.failed({ExitCode::failed, "cannot write " + file, ""});
  }
  if (output.json()) return ExitCode::ok;
  const auto where = options.shrunk_file.empty() ? "to be saved as " + file : "in " + file;
  return output.data(
      {},
      fmt::format("\nThe smallest variation that fails the same way, of {} tried, {}:\n\n{}\n  violated: {}\n"
                  "  again: {}",
                  shrunk.tried, where, toml, shrunk.report.violation, replay_of(file, failed.seed)));
}

/// Whether the file can be opened for writing, which leaves what there is as it is.
bool may_write(const std::string& file) {
  std::error_code none;
  const auto status = std::filesystem::status(file, none);
  const bool is_there = std::filesystem::exists(status);
  // Another program may wait for what comes through a pipe.
  if (is_there && !std::filesystem::is_regular_file(status)) return true;
  const bool opens = std::ofstream{file, std::ios::app}.is_open();
  if (opens && !is_there) std::filesystem::remove(file, none);
  return opens;
}

/// A file that would take the place of the scenario's, or of the other one that is written.
std::optional<std::string> written_over(const SimOptions& options) {
  const auto is_one = [](const std::string& file, const std::string& other) {
    std::error_code none;
    return !file.empty() && std::filesystem::equivalent(file, other, none);
  };
  const bool both = !options.trace_file.empty() && options.trace_file == options.shrunk_file;
  for (const auto* file : {&options.trace_file, &options.shrunk_file})
    if (both || is_one(*file, options.scenario) || is_one(options.trace_file, options.shrunk_file))
      return fmt::format("{} would be overwritten; name another file", *file);
  return std::nullopt;
}

struct Seeds {
  std::uint64_t first{};
  std::uint64_t last{};
};

std::optional<Seeds> seeds_of(const SimOptions& options) {
  if (options.seeds.empty()) {
    const auto last = options.until_failure ? 2 * seed_max : options.seed + options.count - 1;
    return Seeds{options.seed, last};
  }
  const auto dots = options.seeds.find("..");
  if (dots == std::string::npos) return std::nullopt;
  const auto number = [](std::string_view text) -> std::optional<std::uint64_t> {
    std::uint64_t value{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return value;
  };
  const std::string_view text{options.seeds};
  const auto first = number(text.substr(0, dots));
  const auto last = number(text.substr(dots + 2));
  if (!first || !last || *last < *first || *last > seed_max) return std::nullopt;
  return Seeds{*first, *last};
}

ExitCode simulate_seeds(const Output& output, const SimOptions& options) {
  const auto scenario = sims::load_scenario(options.scenario);
  if (!scenario) return output.failed({ExitCode::usage, scenario.error(), ""});
  const auto seeds = seeds_of(options);
  if (!seeds)
    return output.failed(
        {ExitCode::usage,
         fmt::format("--seeds is FIRST..LAST, like 1..100, up to {}: {}", seed_max, options.seeds), ""});
  if (auto fault = written_over(options)) return output.failed({ExitCode::usage, std::move(*fault), ""});
  // Now rather than after hours that led to a failure.
  if (!options.shrunk_file.empty() && !may_write(options.shrunk_file))
    return output.failed({ExitCode::failed, "cannot write " + options.shrunk_file, ""});
  std::ofstream trace;
  std::function<void(std::string_view)> line;
  if (!options.trace_file.empty()) {
    trace.open(options.trace_file);
    if (!trace) return output.failed({ExitCode::failed, "cannot write " + options.trace_file, ""});
    line = [&trace](std::string_view text) { trace << text << '\n'; };
  }
  sims::Tally tally;
  const bool many = seeds->last > seeds->first;
  // A program asks for it by naming a file: nobody else waits for it.
  bool may_shrink = !options.no_shrink && (!output.json() || !options.shrunk_file.empty());
  for (auto seed = seeds->first; seed <= seeds->last; ++seed) {
    const auto report = sims::simulate(*scenario, seed, line);
    if (trace.is_open() && !trace.flush())
      return output.failed({ExitCode::failed, "cannot write all of " + options.trace_file, ""});
    tally.add(report);
    const auto replay = replay_of(options.scenario, seed);
    // Of many seeds, those that hold are of interest to programs alone.
    if (many && report.ok && !output.json()) {
      if (tally.seeds() % 20 == 0) output.progress(fmt::format("seed {}: {}", seed, tally.text()));
    } else if (const auto said = output.data(to_json(report, replay), to_text(report, replay));
               said != ExitCode::ok) {
      return said;
    }
    // The first one tells most, and each takes its time.
    if (!report.ok && std::exchange(may_shrink, false))
      if (const auto said = say_smallest(output, options, *scenario, report); said != ExitCode::ok)
        return said;
    if (!report.ok && options.until_failure) break;
  }
  if (many && !output.json())
    if (const auto said = output.data({}, tally.all()); said != ExitCode::ok) return said;
  if (const auto never = tally.missing(*scenario); !never.empty())
    return output.failed(
        {ExitCode::failed,
         fmt::format("{} never came to: {}", sims::counted(tally.seeds(), "seed"), fmt::join(never, ", ")),
         ""});
  return tally.failed() == 0 ? ExitCode::ok : ExitCode::failed;
}

}  // namespace

void add_sim(CLI::App& app, Context& context) {
  auto options = std::make_shared<SimOptions>();
  auto* command = app.add_subcommand("sim", "Runs nodes in virtual time, from a seed, under faults");
  add_json_option(*command, context);
  const auto names = sims::scenario_names();
  // Tells shells what there is; the command itself judges what was typed.
  const CLI::Validator known([](std::string&) { return std::string{}; },
                             fmt::format("{{{}}}", fmt::join(names, ",")));
  command
      ->add_option("scenario", options->scenario,
                   fmt::format("A TOML file, or one of {}", fmt::join(names, ", ")))
      ->required()
      ->check(known);
  auto* first = command->add_option("--seed", options->seed, "The first seed")
                    ->check(CLI::Range(std::uint64_t{0}, seed_max))
                    ->capture_default_str();
  auto* count = command->add_option("--count", options->count, "How many seeds, one after another")
                    ->check(CLI::Range(std::uint64_t{1}, std::uint64_t{1'000'000}))
                    ->capture_default_str();
  command->add_option("--seeds", options->seeds, "All seeds of a range, FIRST..LAST")
      ->excludes(first)
      ->excludes(count);
  command->add_flag("--until-failure", options->until_failure,
                    "Ends at the first seed that fails; without a range, looks for one for ever");
  command->add_option("--trace", options->trace_file, "Writes every event to this file");
  auto* no_shrink =
      command->add_flag("--no-shrink", options->no_shrink,
                        "Doesn't look for the smallest variation that fails as the first failing seed does");
  command
      ->add_option("--shrunk", options->shrunk_file,
                   "Writes that variation to this file; with --json it is looked for only then")
      ->excludes(no_shrink);
  add_example(*command,
              "  mnrt sim power-loss --seed 7\n  mnrt sim swarm --seeds 1..200 --json\n  mnrt sim lossy "
              "--until-failure");
  command->callback([&context, options] {
    context.action = [&context, options] { return simulate_seeds(context.output(), *options); };
  });
}

}  // namespace mnrt::runtime
