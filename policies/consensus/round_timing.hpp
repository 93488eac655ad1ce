#pragma once

#include <algorithm>
#include <cstdint>

#include "policies/height.hpp"
#include "policies/time.hpp"

namespace mnrt::policies {

constexpr std::int64_t timeout_ms_max = 30'000;
constexpr std::int64_t clock_slack_ms = 500;    ///< how far an honest clock may be off
constexpr std::int64_t build_slack_ms = 2'000;  ///< for building and delivering a block in round 0
constexpr std::uint32_t timeout_doublings_max = 10;
constexpr std::uint32_t window_doublings_max = 6;

/// base × 2^min(round, 10), at most 30 s: some round is long enough for any network that delivers at all.
constexpr std::int64_t backed_off_ms(std::int64_t base_ms, Round round) {
  auto doublings = std::min(round.value, timeout_doublings_max);
  return std::min(base_ms << doublings, timeout_ms_max);
}

/// Whether a fresh block's time may be prepared by a validator whose clock read `received` when the proposal
/// came. Tight above, so that no faulty leader moves block time ahead; wider below with each round, so that
/// slow links end up inside.
constexpr bool in_time_window(BlockTime header, BlockTime received, Round round) {
  auto slack_ms = clock_slack_ms + (build_slack_ms << std::min(round.value, window_doublings_max));
  return received.ms - slack_ms <= header.ms && header.ms <= received.ms + clock_slack_ms;
}

}  // namespace mnrt::policies
