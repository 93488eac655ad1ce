#include "policies/ledger/day_totals.hpp"

namespace mnrt::policies {
namespace {

constexpr std::int64_t day_ms = 24 * 60 * 60 * 1'000;

}  // namespace

DayTotals with_block(const DayTotals& totals, const DayShare& share) {
  const auto day = static_cast<std::uint64_t>(share.time.ms / day_ms);
  auto after = totals.day == day ? totals : DayTotals{.day = day};
  after.transactions += share.transactions;
  for (auto token : all_tokens) {
    const auto i = static_cast<std::size_t>(token);
    const auto gained = checked_sub(share.treasury_after[i], share.treasury_before[i]);
    if (!gained) continue;
    // A token's supply fits an Amount, so a day's gain does unless the same tokens came back many times.
    after.collected[i] = checked_add(after.collected[i], *gained).value_or(after.collected[i]);
  }
  return after;
}

}  // namespace mnrt::policies
