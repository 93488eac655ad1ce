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

/// Executes every stored block again, from genesis and in memory: signatures of transactions, seals, beta,
/// and each header against what its block does. Then holds the state and the log that came out, row by row,
/// against those stored. The error says what differs, and at which height; also when a body is pruned, since
/// then there is nothing to execute.
std::expected<Replayed, std::string> replay(const Store& stored);

}  // namespace mnrt::actors
