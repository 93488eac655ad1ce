#include "sims/progress.hpp"

#include <algorithm>
#include <cstddef>
#include <string>

#include "policies/consensus/round_timing.hpp"
#include "sims/trace.hpp"

namespace mnrt::sims {
namespace {

/// The most dead seats that lead one after the other.
std::uint32_t longest_dead_row(const std::vector<bool>& votes) {
  // Any of them may lead now, and after the last the first does.
  std::uint32_t row = 0;
  std::uint32_t longest = 0;
  for (std::size_t seat = 0; seat < 2 * votes.size(); ++seat) {
    row = votes[seat % votes.size()] ? 0 : row + 1;
    longest = std::max(longest, row);
  }
  return longest;
}

}  // namespace

void RoundWatch::noted(const policies::Note& note) {
  const bool is_final = note.code == "block_final";
  if (!is_final && note.code != "round_entered") return;
  const auto height = std::stoull(field_of(note, "height")) + (is_final ? 1 : 0);
  if (height < open_) return;
  if (height > open_) latest_ = {};
  open_ = height;
  if (!is_final)
    latest_ = std::max(latest_, {static_cast<std::uint32_t>(std::stoul(field_of(note, "round")))});
}

std::uint64_t core_settles_within_ms(const std::vector<bool>& votes, const Pace& pace,
                                     policies::Round round) {
  const auto dead = longest_dead_row(votes);
  const auto round_ms = [&](policies::Round of) {
    return static_cast<std::uint64_t>(
        policies::backed_off_ms(static_cast<std::int64_t>(pace.timeout_ms), of));
  };
  std::uint64_t too_short_ms = 0;
  for (; round.value < policies::timeout_doublings_max && round_ms(round) < 4 * pace.delay_ms; ++round.value)
    too_short_ms += round_ms(round);
  std::uint64_t rounds_ms = 0;
  for (std::uint32_t i = 0; i <= dead; ++i) rounds_ms += round_ms({round.value + i});
  const auto longest_ms = (dead + 1) * policies::timeout_ms_max;
  return too_short_ms + std::min(std::max(10 * pace.block_time_ms, pace.block_time_ms + rounds_ms),
                                 pace.block_time_ms + static_cast<std::uint64_t>(longest_ms));
}

}  // namespace mnrt::sims
