#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "policies/address.hpp"
#include "policies/height.hpp"
#include "policies/time.hpp"
#include "policies/validator_set.hpp"

namespace mnrt::policies {

/// Final blocks to ask a peer for.
struct SyncRequest {
  Address peer;
  Height from;
  std::uint32_t count{};
  friend bool operator==(const SyncRequest&, const SyncRequest&) = default;
};

/// What a node that may be behind asks for, and whom: one request at a time, each bounded. A peer that lies
/// or is silent rests for a while, longer each time, and the next one is asked. What peers claim decides
/// nothing: blocks count by their seals alone.
class SyncPlan {
 public:
  /// Blocks up to here are stored, or are on their way through execution.
  explicit SyncPlan(Height tip) : tip_(tip) {}

  /// A peer says, or shows by its mail, that `tip` is final where it is.
  void heard(const Address& peer, Height tip);
  /// The link to a peer is gone: so is what it claimed, and a request to it.
  void lost(const Address& peer);
  /// Blocks up to `tip` are stored here.
  void stored(Height tip);
  /// The peer that was asked sent blocks up to `through` whose seals hold; 0: none that weren't here.
  void answered(const Address& peer, Height through, Instant now);
  /// The peer that was asked sent what doesn't hold, or nothing although it claimed to have blocks.
  void failed(const Address& peer, Instant now);

  /// What the peer that was asked sent couldn't be looked at: nobody's fault, and it may be asked again.
  void unread(const Address& peer);

  /// The request to send now, if any: also after the last one went unanswered for `answer_ms_max`.
  std::optional<SyncRequest> next(Instant now);

  /// Whether an answer of this peer is awaited.
  bool awaits(const Address& peer) const { return asked_ && asked_->request.peer == peer; }
  /// Whether some peer claims blocks that aren't here.
  bool is_behind() const;

 private:
  struct Peer {
    Height tip;
    Instant rests_until{};
    std::uint32_t failures{};
  };
  struct Asked {
    SyncRequest request;
    Instant deadline;
  };
  /// Blocks that hold and are being executed; asked again if that takes too long.
  struct Taking {
    Height through;
    Instant deadline;
  };

  Height tip_;
  std::map<Address, Peer> peers_;
  std::optional<Asked> asked_;
  std::optional<Taking> taking_;
  std::optional<Address> last_;  ///< asked last: the next one is asked next
};

/// Whom a validator tells of its new tip, of the peers that it is linked to: those without a seat, who hear
/// no vote. f + 1 validators tell each, others each time, so that an honest one does. Nobody where `self` has
/// no seat.
std::vector<Address> told_of_tip(const ValidatorSet& set, const Address& self, Height tip,
                                 const std::vector<Address>& linked);

}  // namespace mnrt::policies
