#pragma once

#include <cstdint>
#include <expected>
#include <string>

#include "actors/ports.hpp"
#include "policies/digest.hpp"
#include "policies/height.hpp"

namespace mnrt::actors {

struct Replayed {
  policies::Height height;
  std::uint64_t transactions{};
  policies::Digest state_root;  ///< computed anew, and the same as stored
};

/// Why a chain didn't replay.
struct ReplayFault {
  enum class Kind {
    differs,  ///< what is stored isn't what the blocks do, or can't be read
    pruned,   ///< nothing is wrong: the first bodies were deleted, as the node's retention says
  };
  Kind kind{Kind::differs};
  std::string text;
};

/// Executes every stored block again, from genesis and in memory: signatures of transactions, seals, beta,
/// and each header against what its block does. Then holds the state and the log that came out, row by row,
/// against those stored. The error says what differs, and at which height; or from which height on bodies are
/// kept, since without the first ones there is no state to execute on.
std::expected<Replayed, ReplayFault> replay(const Store& stored);

}  // namespace mnrt::actors
