#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "policies/address.hpp"
#include "policies/bytes.hpp"
#include "policies/consensus/messages.hpp"
#include "policies/digest.hpp"
#include "policies/height.hpp"
#include "policies/validator_set.hpp"

namespace mnrt::policies {

/// A vote's frame, and whose link it came on.
struct VoteMail {
  Height height;
  Address from;
  std::shared_ptr<const Bytes> frame;
};

/// Which votes are worth checking their signatures, before anyone has. Where nothing goes wrong that is one
/// less than a quorum of Prepares and of Commits a height, which with my own are a quorum; what comes later
/// is held, unchecked, and dropped with its height.
///
/// Nothing goes wrong for as long as everyone speaks of one block in round 0, each once. The first word to
/// the contrary (another digest, another round, a round change, a vote said again, a signature that doesn't
/// hold) has all that is held for its height checked, and everything after: so whatever would contradict is
/// found as if each vote had been checked when it came.
class VoteGate {
 public:
  /// What to have checked now, in this order.
  using Check = std::vector<VoteMail>;

  explicit VoteGate(std::optional<Address> self) : self_(std::move(self)) {}

  /// A height is being decided, by this set. The same height again, or another set: who counts votes may have
  /// lost them.
  Check open(Height height, const ValidatorSet& set);

  /// A Prepare or Commit of another validator; any other message is the caller's to check.
  Check arrived(const ConsensusMessage& vote, VoteMail mail);
  /// A message whose signatures hold, or one of mine.
  Check heard(const ConsensusMessage& message);
  /// A vote of that height was refused or lost.
  Check failed(Height height);

  /// A peer says that it heard otherwise of this signer: what is held of him may be half of the evidence.
  Check doubted(Height height, const Address& signer);

  /// Whether Commits of that height wait for mine, which would make them a quorum. Says so once a height: ask
  /// `waited` some time later.
  bool waits_for_mine(Height height);
  /// My Commit should have come by now.
  Check waited(Height height);

  /// So many signatures were checked for a message of that height.
  void paid(Height height, std::size_t signatures);
  /// A height for which no more will be checked, how many decided it, and what it cost.
  struct Closed {
    Height height;
    std::size_t validators{};
    std::size_t signatures{};
  };
  std::vector<Closed> take_closed() { return std::exchange(closed_, {}); }

 private:
  struct Step {
    std::set<Address> checked;  ///< or being checked
    std::map<Address, VoteMail> held;
    bool mine{};
  };
  struct Votes {
    bool check_all{};
    bool waiting{};                ///< `waits_for_mine` said so
    std::optional<Digest> digest;  ///< that everyone spoke of
    Step prepares;
    Step commits;
    std::size_t validators{};  ///< when it was open
    std::size_t signatures{};
    bool is_closed{};
  };

  Votes* of(Height height);
  Check check_all(Votes& votes);
  bool unusual(Votes& votes, Round round, const Digest& digest);

  std::optional<Address> self_;  ///< my seat; nothing: I have none
  Height open_;
  ValidatorSet set_;
  std::map<Height, Votes> heights_;  ///< the next, the open one, limits::heard_heights before it
  std::vector<Closed> closed_;
};

}  // namespace mnrt::policies
