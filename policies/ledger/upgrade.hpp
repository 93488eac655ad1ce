#pragma once

#include <cstdint>

#include "policies/ledger/overlay.hpp"

namespace mnrt::policies {

/// The highest version of the protocol that this program knows.
inline constexpr std::uint32_t protocol_version_max = 1;

/// The version in force for the block after a state.
std::uint32_t protocol_version_of(const StateReader& state);

/// At the end of a block: where a decided upgrade begins with the next height its version is in force from
/// there. What wasn't decided by its height lapses.
void change_version(Height height, Overlay& state);

}  // namespace mnrt::policies
