#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <string>

namespace mnrt::runtime {

/// Budgets of so many a minute for each caller, refilled steadily (a token bucket a caller, full at the
/// start).
class RateLimiter {
 public:
  using Clock = std::chrono::steady_clock;
  /// `per_minute` 0: no limit.
  explicit RateLimiter(std::uint64_t per_minute) : per_minute_(per_minute) {}

  /// Takes `count` from the caller's budget: 0. Or takes nothing and answers in how many seconds it would be
  /// there; a count above a whole minute's budget is let through once the budget is full, and then owed.
  unsigned take(const std::string& caller, std::uint64_t count, Clock::time_point now);

  std::size_t callers() const { return buckets_.size(); }

 private:
  struct Bucket {
    std::int64_t tokens_ppm{};  ///< in millionths
    Clock::time_point filled;
  };
  void forget_full(Clock::time_point now);

  std::uint64_t per_minute_;
  std::map<std::string, Bucket> buckets_;  ///< at most callers_max
};

}  // namespace mnrt::runtime
