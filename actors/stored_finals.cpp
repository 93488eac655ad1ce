#include "actors/stored_finals.hpp"

#include <algorithm>
#include <memory>
#include <utility>

#include "messages/block_codec.hpp"
#include "policies/limits.hpp"

namespace mnrt::actors {

namespace limits = policies::limits;

messages::FinalFrames stored_finals(const LedgerView& ledger, policies::Height from, std::size_t count) {
  messages::FinalFrames found;
  std::size_t bytes = 0;
  for (auto height = from; found.frames.size() < std::min(count, limits::final_blocks_max);
       height = next(height)) {
    const auto decision = ledger.decision(height);
    if (!decision || !*decision) break;
    auto frame = messages::encode_decision(**decision);
    bytes += frame.size();
    if (!found.frames.empty() && bytes > limits::final_bytes_max) break;
    found.frames.push_back(std::make_shared<const policies::Bytes>(std::move(frame)));
  }
  return found;
}

}  // namespace mnrt::actors
