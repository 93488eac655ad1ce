#include "sims/vote_counter.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "policies/validator_set.hpp"
#include "sims/trace.hpp"

namespace mnrt::sims {
namespace {

/// A network on which this much may pass between two votes: below what nodes wait for their own.
constexpr std::uint64_t near_us = 50'000;

bool nothing_fails(const Scenario& scenario) {
  const auto& weather = scenario.weather;
  const auto& faults = scenario.faults;
  const bool is_quiet = weather.lost_permille + weather.doubled_permille + weather.late_permille == 0 &&
                        weather.delay_us_max + scenario.sync.longest_us <= near_us;
  const auto failures = faults.crash_role_every_ms + faults.lose_power_every_ms + faults.break_link_every_ms +
                        faults.partition_every_ms + faults.break_disk_every_ms + faults.fill_disk_every_ms +
                        faults.flip_bit_every_ms + faults.jump_clock_every_ms;
  return scenario.nodes > 1 && is_quiet && failures == 0 && scenario.dead == 0 &&
         scenario.clocks.far_skew_ms_max == 0 && scenario.byzantine.strategy.empty() &&
         scenario.changes.empty() && scenario.reached.empty();
}

/// Those of `shown` that aren't among `held`.
std::uint64_t new_in(const policies::SealSet& shown, const policies::SealSet& held) {
  return static_cast<std::uint64_t>(std::ranges::count_if(
      shown.signatures, [&](const auto& seal) { return std::ranges::count(held.signatures, seal) == 0; }));
}

}  // namespace

void Cost::add(std::uint64_t signatures) {
  most = std::max(most, signatures);
  sum += signatures;
  ++blocks;
}

VoteCounter::VoteCounter(const Scenario& scenario) : counts_(nothing_fails(scenario)) {}

std::optional<std::string> VoteCounter::noted(std::size_t node, const policies::Note& note) {
  if (!counts_) return std::nullopt;
  if (note.code == "round_entered") later_rounds_.insert(field_of(note, "height"));
  if (note.code != "votes_checked") return std::nullopt;
  const auto height = field_of(note, "height");
  if (later_rounds_.contains(height)) return std::nullopt;
  const auto signatures = std::stoull(field_of(note, "signatures"));
  votes_.add(signatures);
  const auto enough = 2 * policies::quorum(std::stoull(field_of(note, "validators"))) - 1;
  if (signatures <= enough) return std::nullopt;
  return fmt::format("node {} checked {} signatures for block {}, and {} are enough", node, signatures,
                     height, enough);
}

void VoteCounter::look(const actors::LedgerView& ledger) {
  if (!counts_) return;
  const auto tip = ledger.tip();
  if (!tip || !*tip || (*tip)->value < 2) return;
  const auto block = ledger.header(**tip);
  const auto parent = ledger.header({(*tip)->value - 1});
  if (block && *block && parent && *parent)
    new_seals_.add(new_in((*block)->header.parent_seals, (*parent)->seals));
}

}  // namespace mnrt::sims
