#pragma once

#include <span>
#include <string_view>

namespace mnrt::runtime {

/// The candidate that a typing slip turns into `typed`: at most a third of its letters changed, added, left
/// out or swapped with a neighbour; empty: none is that near. Case doesn't count.
std::string_view closest_to(std::string_view typed, std::span<const std::string_view> candidates);

}  // namespace mnrt::runtime
