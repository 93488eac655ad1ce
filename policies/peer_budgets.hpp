#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "policies/address.hpp"
#include "policies/height.hpp"

namespace mnrt::policies {

/// Something that came from a peer and that a worker has to look at.
struct PeerWork {
  enum class Kind : std::uint8_t { consensus, finals, gossip };
  Address from;
  Kind kind{};
  std::size_t frames{1};
  std::size_t bytes{};
  Height height{};  ///< of a consensus message, where it is known
};

/// What each peer may cost this node (limits::peer_…): work that waits, each kind with its own bound, and the
/// answers of a second. Work counts until it is done. That nobody waits for it any more doesn't end it, nor
/// does the end of its peer's link.
class PeerBudgets {
 public:
  using Ticket = std::uint64_t;

  /// Nothing: over the peer's bound for that kind.
  std::optional<Ticket> begin(PeerWork work);
  /// That work is done, or was given back. Unknown tickets are ignored.
  void end(Ticket ticket);
  /// Whoever did the work is gone, and all work with it: what it was.
  std::vector<PeerWork> lost();

  /// Counts a request of this peer. Whether it may be answered in this second.
  bool may_ask(const Address& peer);
  /// Whether this peer may get more bytes in this second.
  bool may_get(const Address& peer) const;
  void sent(const Address& peer, std::size_t bytes);
  void second_passed() { answers_.clear(); }

 private:
  struct Load {
    std::size_t works{};
    std::size_t frames{};
    std::size_t bytes{};
  };
  struct Answers {
    std::size_t requests{};
    std::size_t bytes{};
  };

  Ticket next_{};
  std::map<Ticket, PeerWork> works_;
  std::map<std::pair<Address, PeerWork::Kind>, Load> loads_;  ///< of those that have any
  std::map<Address, Answers> answers_;
};

}  // namespace mnrt::policies
