#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "actors/api_calls.hpp"
#include "actors/gateway.hpp"

namespace mnrt::actors {

/// What the last block's time says against the wall clock.
struct BlockTimes {
  std::int64_t now_ms{};         ///< the wall clock's
  std::int64_t last_block_ms{};  ///< the last block's
  std::int64_t started_ms{};     ///< the node's start: nothing is overdue from before
  std::int64_t block_time_ms{};  ///< the longest time between two blocks
  bool signing{};                ///< only a node that signs owes blocks
};

/// Why the chain doesn't go on, beginning with the reason's name: `clock_behind_chain` where the clock is
/// over 2 s behind the last block (no block may be older than the one before), `blocks_overdue` where none
/// came for over three block times and 10 s. Empty: all is well.
std::string block_time_problem(const BlockTimes& times);

/// Asks every role for its facts and calls `done` once, on the asking actor, when all have answered or the
/// short time-out is over. A role that doesn't answer in time is reported as such.
void collect_node_report(gateway_actor::pointer self, const GatewayDeps& deps,
                         std::function<void(api::NodeReport)> done);

}  // namespace mnrt::actors
