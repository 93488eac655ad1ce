#include "runtime/config/closest.hpp"

#include <algorithm>
#include <cstddef>
#include <vector>

namespace mnrt::runtime {

namespace {

char lower_case(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
}

/// Damerau-Levenshtein distance with adjacent swaps (optimal string alignment).
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> before(b.size() + 1), last(b.size() + 1), row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) last[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      auto x = lower_case(a[i - 1]), y = lower_case(b[j - 1]);
      row[j] = std::min({last[j] + 1, row[j - 1] + 1, last[j - 1] + (x == y ? 0 : 1)});
      if (i > 1 && j > 1 && x == lower_case(b[j - 2]) && y == lower_case(a[i - 2]))
        row[j] = std::min(row[j], before[j - 2] + 1);
    }
    before.swap(last);
    last.swap(row);
  }
  return last[b.size()];
}

}  // namespace

std::string_view closest_to(std::string_view typed, std::span<const std::string_view> candidates) {
  constexpr std::size_t typed_bytes_max = 128;  // the distance is quadratic, and no key is this long
  if (typed.size() > typed_bytes_max) return {};
  std::string_view best;
  auto least = std::max<std::size_t>(1, typed.size() / 3) + 1;
  for (auto candidate : candidates)
    if (auto d = distance(typed, candidate); d < least) {
      least = d;
      best = candidate;
    }
  return best;
}

}  // namespace mnrt::runtime
