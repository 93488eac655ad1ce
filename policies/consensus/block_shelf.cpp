#include "policies/consensus/block_shelf.hpp"

#include <algorithm>

namespace mnrt::policies {

void BlockShelf::put(std::shared_ptr<const Block> block) {
  auto digest = block->digest;
  blocks_.try_emplace(digest, Shelved{std::move(block), false, std::nullopt});
}

std::shared_ptr<const Block> BlockShelf::find(const Digest& digest) const {
  auto found = blocks_.find(digest);
  return found == blocks_.end() ? nullptr : found->second.block;
}

void BlockShelf::mark_valid(const Digest& digest) {
  if (auto found = blocks_.find(digest); found != blocks_.end()) found->second.valid = true;
}

bool BlockShelf::is_valid(const Digest& digest) const {
  auto found = blocks_.find(digest);
  return found != blocks_.end() && found->second.valid;
}

void BlockShelf::mark_prepared(const Digest& digest, Round round) {
  if (auto found = blocks_.find(digest); found != blocks_.end()) found->second.prepared = round;
  auto is_prepared = [](auto& entry) { return entry.second.prepared.has_value(); };
  if (static_cast<std::size_t>(std::ranges::count_if(blocks_, is_prepared)) <= prepared_blocks_max) return;
  auto oldest = blocks_.end();
  for (auto entry = blocks_.begin(); entry != blocks_.end(); ++entry)
    if (is_prepared(*entry) && (oldest == blocks_.end() || entry->second.prepared < oldest->second.prepared))
      oldest = entry;
  blocks_.erase(oldest);
}

void BlockShelf::sweep() {
  std::erase_if(blocks_, [](auto& entry) { return !entry.second.prepared; });
}

}  // namespace mnrt::policies
