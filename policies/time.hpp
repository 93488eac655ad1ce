#pragma once

#include <compare>
#include <cstdint>
#include <string>

namespace mnrt::policies {

/// Monotonic time of one node in nanoseconds, for time-outs alone. Its zero means nothing.
struct Instant {
  std::int64_t ns{};
  friend auto operator<=>(const Instant&, const Instant&) = default;
};

/// Wall-clock time in milliseconds since 1970-01-01 UTC, as headers carry it.
struct BlockTime {
  std::int64_t ms{};
  friend auto operator<=>(const BlockTime&, const BlockTime&) = default;
};

constexpr Instant after_ms(Instant start, std::int64_t ms) {
  return {start.ns + ms * 1'000'000};
}

/// RFC 3339 in UTC with milliseconds: 2026-11-21T09:30:00.000Z.
std::string to_rfc3339(BlockTime time);

}  // namespace mnrt::policies
