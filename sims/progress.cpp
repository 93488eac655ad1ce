#include "sims/progress.hpp"

#include <algorithm>
#include <cstddef>

namespace mnrt::sims {
namespace {

constexpr std::uint64_t longest_round_ms = 30'000;

}  // namespace

std::uint64_t core_settles_within_ms(const std::vector<bool>& votes, std::uint64_t block_time_ms) {
  // Any of them may lead now, and after the last the first does.
  std::size_t row = 0;
  std::size_t longest = 0;
  for (std::size_t seat = 0; seat < 2 * votes.size(); ++seat) {
    row = votes[seat % votes.size()] ? 0 : row + 1;
    longest = std::max(longest, row);
  }
  return block_time_ms + (longest + 1) * longest_round_ms;
}

}  // namespace mnrt::sims
