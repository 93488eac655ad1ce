#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <set>
#include <utility>
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
/// Of one signer and height it keeps what was said first for each round and step, and one statement that
/// contradicts that: more proves no more. A round has four steps, and nothing counts in a round that no
/// honest validator comes to, which a liar can't bring about alone. So limits::heard_statements_max are
/// enough for the newest limits::heard_rounds rounds up to the one that this node came to, and whatever else
/// a signer says displaces nothing of them: rounds further on go first, the highest of them, then the oldest,
/// which was told to the others when that round was left. What it said last of each kind stays: a Commit
/// tells against each round change after it. At some 200 bytes a statement a seat costs at most 420 kB in all
/// limits::heard_heights heights, and only while it lies.
class HeardBook {
 public:
  /// This node is in that round of the height, or the block was sealed in it.
  void reached(Height height, Round round);
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
  /// is. Nothing where everybody agreed from the beginning. At most limits::hearsay_max, rounds that this
  /// node didn't come to last.
  std::vector<Heard> disputed(Height height) const;
  /// The same for all heights from `from` on, the newest first.
  std::vector<Heard> disputed_from(Height from) const;
  /// Whether, since it was asked last, anything of that kind came of a height whose block was final already.
  bool take_late() { return std::exchange(late_, false); }

 private:
  using Step = std::pair<Round, Statement::Kind>;
  struct Said {
    std::map<Step, SignedStatement> first;
    std::optional<SignedStatement> against;  ///< the first that contradicts one of them in its own step
  };
  struct AtHeight {
    Round reached;
    std::optional<Digest> final;
    std::map<Address, Said> said;
    std::set<Address> reported;
  };
  bool is_kept(Height height) const;
  static void forget_one(std::map<Step, SignedStatement>& kept, Round reached);
  static bool is_disputed(const AtHeight& at);

  using Heights = std::map<Height, AtHeight>;
  std::vector<Heard> told_of(Heights::const_iterator from, Heights::const_iterator to) const;

  Heights heights_;
  bool late_{};
};

}  // namespace mnrt::policies
