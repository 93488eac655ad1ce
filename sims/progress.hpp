#pragma once

#include <cstdint>
#include <vector>

#include "policies/height.hpp"
#include "policies/notes.hpp"

namespace mnrt::sims {

/// In which round validators are at the height that is open.
class RoundWatch {
 public:
  /// Everything that an honest node notes.
  void noted(const policies::Note& note);
  /// The latest that any has entered there.
  policies::Round latest() const { return latest_; }

 private:
  std::uint64_t open_{1};
  policies::Round latest_;
};

struct Pace {
  std::uint64_t block_time_ms{};
  std::uint64_t timeout_ms{};  ///< of round 0
  std::uint64_t delay_ms{};    ///< that a frame takes at most
};

/// How long a quorum that is on may take for its next block once faults have ended for it (protocol, section
/// 1): a block time, then the round in which it was, which may have begun just now, and for each dead leader
/// in a row the one after. 10 block times are always enough time, a block time and 30 s for each of these
/// rounds never too little. Where links are slow, rounds in which four frames don't follow one another come
/// before all that. `votes`: by seat, in the order in which they lead.
std::uint64_t core_settles_within_ms(const std::vector<bool>& votes, const Pace& pace, policies::Round round);

}  // namespace mnrt::sims
