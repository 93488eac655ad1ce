#include "sims/tally.hpp"

#include <fmt/format.h>

namespace mnrt::sims {

std::string counted(std::uint64_t count, std::string_view one) {
  return fmt::format("{} {}{}", count, one, count == 1 ? "" : "s");
}

void Tally::add(const Report& report) {
  ++seeds_;
  failed_ += report.ok ? 0 : 1;
  blocks_ += report.blocks;
  transactions_ += report.transactions;
  virtual_seconds_ += report.virtual_seconds;
  wall_seconds_ += report.wall_seconds;
  for (const auto& [kind, count] : report.faults) counts_[kind] += count;
  for (const auto& [note, count] : report.states) counts_[note] += count;
}

std::vector<std::string> Tally::missing(const Scenario& scenario) const {
  std::vector<std::string> never;
  for (const auto& [name, within_seeds] : scenario.reached_within) {
    const auto count = counts_.find(name);
    if (seeds_ >= within_seeds && (count == counts_.end() || count->second == 0)) never.push_back(name);
  }
  return never;
}

std::string Tally::text() const {
  return fmt::format("{}, {} failed: {}, {}, {:.0f} virtual seconds, {:.0f} times real time",
                     counted(seeds_, "seed"), failed_, counted(blocks_, "block"),
                     counted(transactions_, "transaction"), virtual_seconds_,
                     wall_seconds_ > 0 ? virtual_seconds_ / wall_seconds_ : 0);
}

std::string Tally::all() const {
  auto lines = text();
  for (const auto& [kind, count] : counts_) lines += fmt::format("\n  {}: {}", kind, count);
  return lines;
}

}  // namespace mnrt::sims
