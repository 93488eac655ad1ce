#pragma once

#include <string>

#include "policies/time.hpp"

// What a node can tell of a wrong clock by itself: it asks no time server.
namespace mnrt::runtime {

/// Why no node may start by this clock, in one line with what to do; empty: it may. A clock before 2026 was
/// never set, and one over a minute behind the chain's last block can make no block. `last_block`: 0 while
/// there is none.
std::string clock_fault(policies::BlockTime now, policies::BlockTime last_block);

/// What makes a clock doubtful, for people; empty: nothing. Over a day without a block may be a node that was
/// off, or a clock that runs ahead, whose blocks would hold up the chain until the true time has caught up.
std::string clock_doubt(policies::BlockTime now, policies::BlockTime last_block);

}  // namespace mnrt::runtime
