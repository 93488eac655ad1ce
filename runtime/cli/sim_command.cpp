#include <fmt/format.h>

#include <cstdio>
#include <fstream>
#include <memory>

#include "runtime/cli/context.hpp"
#include "sims/simulation.hpp"

namespace mnrt::runtime {
namespace {

struct SimOptions {
  std::string scenario;
  std::uint64_t seed{1};
  std::uint64_t count{1};
  std::string trace_file;
};

Json to_json(const sims::Report& report) {
  Json json{{"seed", report.seed},
            {"ok", report.ok},
            {"trace_hash", report.trace_hash},
            {"virtual_seconds", report.virtual_seconds},
            {"wall_seconds", report.wall_seconds},
            {"blocks", report.blocks},
            {"transactions", report.transactions},
            {"messages", report.messages},
            {"faults", Json::object()},
            {"replay", report.replay}};
  for (const auto& [kind, count] : report.faults) json["faults"][kind] = count;
  if (!report.ok) json["violation"] = report.violation;
  return json;
}

std::string to_text(const sims::Report& report) {
  auto text =
      fmt::format("seed {}: {} ({} blocks, {} transactions, {:.0f} virtual seconds in {:.2f} s, trace {})",
                  report.seed, report.ok ? "holds" : "FAILED", report.blocks, report.transactions,
                  report.virtual_seconds, report.wall_seconds, report.trace_hash.substr(0, 16));
  for (const auto& [kind, count] : report.faults) text += fmt::format("\n  {}: {}", kind, count);
  if (report.ok) return text;
  text += fmt::format("\n  violated: {}\n  again: {}", report.violation, report.replay);
  for (const auto& line : report.last_events) text += "\n    " + line;
  return text;
}

ExitCode simulate_seeds(const Output& output, const SimOptions& options) {
  const auto scenario = sims::find_scenario(options.scenario);
  if (!scenario) {
    std::string names;
    for (const auto& known : sims::scenarios()) names += (names.empty() ? "" : ", ") + known.name;
    return output.failed(
        {ExitCode::usage, fmt::format("no scenario `{}`; there are: {}", options.scenario, names), ""});
  }
  std::ofstream trace;
  std::function<void(std::string_view)> line;
  if (!options.trace_file.empty()) {
    trace.open(options.trace_file);
    if (!trace) return output.failed({ExitCode::failed, "cannot write " + options.trace_file, ""});
    line = [&trace](std::string_view text) { trace << text << '\n'; };
  }
  bool all_hold = true;
  for (auto seed = options.seed; seed < options.seed + options.count; ++seed) {
    const auto report = sims::simulate(*scenario, seed, line);
    all_hold = all_hold && report.ok;
    if (const auto said = output.data(to_json(report), to_text(report)); said != ExitCode::ok) return said;
  }
  return all_hold ? ExitCode::ok : ExitCode::failed;
}

}  // namespace

void add_sim(CLI::App& app, Context& context) {
  auto options = std::make_shared<SimOptions>();
  auto* command = app.add_subcommand("sim", "Runs a node in virtual time, from a seed, under faults");
  add_json_option(*command, context);
  std::vector<std::string> names;
  for (const auto& known : sims::scenarios()) names.push_back(known.name);
  // Tells shells what there is; the command itself judges what was typed.
  const CLI::Validator known([](std::string&) { return std::string{}; },
                             fmt::format("{{{}}}", fmt::join(names, ",")));
  command->add_option("scenario", options->scenario, fmt::format("One of {}", fmt::join(names, ", ")))
      ->required()
      ->check(known);
  command->add_option("--seed", options->seed, "The first seed")->capture_default_str();
  command->add_option("--count", options->count, "How many seeds, one after another")
      ->check(CLI::Range(std::uint64_t{1}, std::uint64_t{1'000'000}))
      ->capture_default_str();
  command->add_option("--trace", options->trace_file, "Writes every event to this file");
  add_example(*command, "  mnrt sim power-loss --seed 7\n  mnrt sim calm --seed 1 --count 20 --json");
  command->callback([&context, options] {
    context.action = [&context, options] { return simulate_seeds(context.output(), *options); };
  });
}

}  // namespace mnrt::runtime
