#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <optional>

#include "policies/height.hpp"
#include "policies/ledger/block.hpp"

namespace mnrt::policies {

/// Blocks of the open height by digest, and what is known about them.
class BlockShelf {
 public:
  static constexpr std::size_t prepared_blocks_max = 8;

  void put(std::shared_ptr<const Block> block);
  std::shared_ptr<const Block> find(const Digest& digest) const;

  /// It was executed here and is valid.
  void mark_valid(const Digest& digest);
  bool is_valid(const Digest& digest) const;

  /// I prepared it: a leader may ask for it until the height is final. Beyond eight, those of the oldest
  /// rounds go.
  void mark_prepared(const Digest& digest, Round round);

  /// A new round: blocks that I didn't prepare go.
  void sweep();

 private:
  struct Shelved {
    std::shared_ptr<const Block> block;
    bool valid{false};
    std::optional<Round> prepared;
  };
  std::map<Digest, Shelved> blocks_;
};

}  // namespace mnrt::policies
