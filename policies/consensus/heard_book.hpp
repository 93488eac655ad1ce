#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <set>
#include <vector>

#include "policies/address.hpp"
#include "policies/consensus/statement.hpp"
#include "policies/digest.hpp"
#include "policies/height.hpp"

namespace mnrt::policies {

/// What a validator said, as it came to somebody.
struct Heard {
  Address signer;
  SignedStatement said;
  friend bool operator==(const Heard&, const Heard&) = default;
};

/// What validators said at the newest heights, as far as their signatures cover it. Votes aren't passed on,
/// so whoever tells one half of the network one thing and the rest another is found out only when somebody
/// of each half compares: this is what is kept for it, and what of it is worth telling.
///
/// Bounded by limits::heard_heights, heard_statements_max and the number of seats: who says much pushes out
/// what he said himself.
class HeardBook {
 public:
  /// Keeps what was said. The first that its signer said and that it contradicts, if any.
  std::optional<SignedStatement> add(const Address& signer, const SignedStatement& said);
  /// Something that the signer said here and that contradicts this, if any.
  std::optional<SignedStatement> against(const Address& signer, const Statement& said) const;

  /// A block is final: what speaks of another one at its height is worth telling.
  void closed(Height height, const Digest& final);
  /// Evidence is one a height and offender. True the first time.
  bool is_first_report(Height height, const Address& offender);
  bool is_reported(Height height, const Address& offender) const;

  /// What was said at a height and isn't about the block that is final there; all that was said, where none
  /// is. Nothing where everybody agreed from the beginning.
  std::vector<Heard> disputed(Height height) const;
  /// The same for all heights from `from` on, the newest first; at most limits::hearsay_max.
  std::vector<Heard> disputed_from(Height from) const;

 private:
  struct AtHeight {
    std::optional<Digest> final;
    std::map<Address, std::vector<SignedStatement>> said;
    std::set<Address> reported;
  };
  bool is_kept(Height height) const;

  std::map<Height, AtHeight> heights_;
};

}  // namespace mnrt::policies
