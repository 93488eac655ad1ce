#include "runtime/gateway/rate_limit.hpp"

#include <algorithm>

namespace mnrt::runtime {
namespace {

constexpr std::size_t callers_max = 65'536;
constexpr std::int64_t whole = 1'000'000;

}  // namespace

unsigned RateLimiter::take(const std::string& caller, std::uint64_t count, Clock::time_point now) {
  if (per_minute_ == 0) return 0;
  const auto full = static_cast<std::int64_t>(per_minute_) * whole;
  if (buckets_.size() >= callers_max && !buckets_.contains(caller)) {
    forget_full(now);
    // Still full: so many addresses at once are one attacker, and share one budget.
    if (buckets_.size() >= callers_max) return caller == "*" ? 60 : take("*", count, now);
  }
  auto& bucket = buckets_.try_emplace(caller, Bucket{full, now}).first->second;
  const auto passed_us = std::chrono::duration_cast<std::chrono::microseconds>(now - bucket.filled).count();
  const auto minute_us = std::int64_t{60'000'000};
  const auto gained = std::min(passed_us, 2 * minute_us) * static_cast<std::int64_t>(per_minute_) / 60;
  bucket.tokens_ppm = std::min(full, bucket.tokens_ppm + gained);
  bucket.filled = now;
  const auto cost = static_cast<std::int64_t>(count) * whole;
  const auto needed = std::min(cost, full);
  if (bucket.tokens_ppm >= needed) {
    bucket.tokens_ppm -= cost;
    return 0;
  }
  const auto missing = needed - bucket.tokens_ppm;
  const auto per_second = std::max<std::int64_t>(1, full / 60);
  return static_cast<unsigned>((missing + per_second - 1) / per_second);
}

void RateLimiter::forget_full(Clock::time_point now) {
  std::erase_if(buckets_,
                [&](const auto& entry) { return now - entry.second.filled >= std::chrono::minutes(1); });
}

}  // namespace mnrt::runtime
