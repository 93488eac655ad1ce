#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "policies/address.hpp"
#include "policies/consensus/messages.hpp"

namespace mnrt::policies {

constexpr std::size_t next_height_bytes_max = 256 * 1024;

/// Mail for the height after the open one: one message a signer and kind, the highest round of it, 256 KiB in
/// all. The one proposal of whoever is expected to lead comes on top: its block alone may be larger than all
/// the rest.
class NextHeightBox {
 public:
  /// Keeps a message if there is room. If it contradicts one that is kept, keeps the first and returns it.
  std::optional<ConsensusMessage> add(const ConsensusMessage& message, bool from_expected_leader);

  /// A signer of something kept.
  std::optional<Address> someone() const;

  /// Everything kept, proposals first; the box is empty afterwards.
  std::vector<ConsensusMessage> take();

 private:
  using Slot = std::pair<std::size_t, Address>;  ///< kind, signer
  struct Kept {
    ConsensusMessage message;
    std::size_t bytes{};  ///< that count against the limit
  };
  std::map<Slot, Kept> kept_;
  std::size_t bytes_{};
};

/// About the bytes that a message holds in memory.
std::size_t approximate_bytes(const ConsensusMessage& message);

}  // namespace mnrt::policies
