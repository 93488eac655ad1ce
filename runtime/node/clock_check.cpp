#include "runtime/node/clock_check.hpp"

#include <fmt/format.h>

namespace mnrt::runtime {
namespace {

constexpr std::int64_t earliest_ms = 1'767'225'600'000;  // 2026-01-01T00:00:00Z
constexpr std::int64_t behind_max_ms = 60'000;
constexpr std::int64_t day_ms = 24LL * 60 * 60 * 1'000;

}  // namespace

std::string clock_fault(policies::BlockTime now, policies::BlockTime last_block) {
  constexpr auto what_to_do = "set the clock (timedatectl set-ntp true) and start again";
  if (now.ms < earliest_ms)
    return fmt::format("this machine's clock says {}, which is before this program was made; {}",
                       policies::to_rfc3339(now), what_to_do);
  if (last_block.ms > now.ms + behind_max_ms)
    return fmt::format("this machine's clock says {}, which is before the chain's last block ({}); {}",
                       policies::to_rfc3339(now), policies::to_rfc3339(last_block), what_to_do);
  return {};
}

std::string clock_doubt(policies::BlockTime now, policies::BlockTime last_block) {
  if (last_block.ms == 0 || now.ms - last_block.ms <= day_ms) return {};
  return fmt::format(
      "the chain's last block is of {}, {} days ago by this machine's clock: if the node wasn't off for so "
      "long, stop "
      "it and set the clock, because no later block can be older than those that it makes now",
      policies::to_rfc3339(last_block), (now.ms - last_block.ms) / day_ms);
}

}  // namespace mnrt::runtime
