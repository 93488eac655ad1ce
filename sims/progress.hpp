#pragma once

#include <cstdint>
#include <vector>

namespace mnrt::sims {

/// How long a quorum that is on may take for its next block once faults have ended for it: a block time, and
/// 30 s, the longest round, for each dead leader in a row and one more (protocol, section 1). Rounds may be
/// that long already when faults end. `votes`: by seat, in the order in which they lead.
std::uint64_t core_settles_within_ms(const std::vector<bool>& votes, std::uint64_t block_time_ms);

}  // namespace mnrt::sims
