#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace mnrt::policies {

using Bytes = std::vector<std::uint8_t>;
using ByteView = std::span<const std::uint8_t>;

}  // namespace mnrt::policies
