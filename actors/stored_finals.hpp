#pragma once

#include <cstddef>

#include "actors/ledger_view.hpp"
#include "messages/peer_codec.hpp"
#include "policies/height.hpp"

namespace mnrt::actors {

/// Final blocks as peers get them, at most limits::final_blocks_max and as many as fit into one frame; none
/// where the first isn't here.
messages::FinalFrames stored_finals(const LedgerView& ledger, policies::Height from, std::size_t count);

}  // namespace mnrt::actors
