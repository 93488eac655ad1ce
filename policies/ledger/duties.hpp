#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "policies/consensus/effects.hpp"
#include "policies/ledger/operation.hpp"
#include "policies/ledger/state.hpp"

namespace mnrt::policies {

// What a validator owes the chain besides its votes: reports of those who lied, and its `ready` while it is
// asked to join. Each node decides for itself what it sends; the ledger judges it like anyone's.

/// A transaction of a duty expires after so many blocks: one that didn't get in soon makes room for the next.
inline constexpr std::uint64_t duty_expiry_blocks = 10;

/// Validators report in turn, so that one report is paid for and not one each. A turn lasts long enough for a
/// commitment and its report even where a dishonest leader leaves them out once.
inline constexpr std::uint64_t report_turn_blocks = 4;
inline constexpr std::uint64_t report_turns_max = 8;  ///< more validators share turns

/// Commitments sent for one report; after that it goes without, and without the reporter's share.
inline constexpr std::uint32_t report_commitments_max = 2;

/// The report of what consensus found. Nothing where the rows know no consensus key of the offender.
std::optional<ReportEvidence> report_of(const Evidence& evidence, const StateReader& rows);

/// How many blocks a validator leaves to others before it reports. Goes round with the height of the offence;
/// who has no seat comes last.
std::uint64_t blocks_before_turn(const ValidatorSet& set, const Address& seat, const Address& offender,
                                 Height height);

/// What the reporter sees: the last final state.
struct ReporterView {
  const StateReader& rows;
  Height block;     ///< the next
  Address account;  ///< sends and pays
  Address seat;
  Digest chain_id;
};

/// Evidence that isn't on the chain yet: at most limits::findings_max, one an offender and height.
class Findings {
 public:
  /// Remembers a report, found while that block was the next one. False: there is one for that offender and
  /// height, or no room.
  bool add(ReportEvidence report, Height block);

  /// What to send now, if anything: a CommitEvidence, or the ReportEvidence it is for. The same again only
  /// when what was sent has expired, or after `not_taken`. Forgets what the chain knows already or no longer
  /// punishes. One report is under way at a time, and one account's reports keep the distance that lets them
  /// be free.
  std::optional<Operation> next(const ReporterView& view);

  /// What `next` gave last wasn't taken by the pool: the next block tries again.
  void not_taken();

  struct Key {
    Address offender;
    Height height;
    friend bool operator==(const Key&, const Key&) = default;
  };
  /// What `next` forgot since the last call.
  std::vector<Key> take_settled();

  std::size_t size() const { return findings_.size(); }

 private:
  struct Finding {
    ReportEvidence report;
    Height found;
    std::uint32_t commitments{};  ///< sent
    bool reported{};              ///< rather than a commitment, what was sent last
    std::optional<Height> sent;   ///< for that block
  };
  static Key key_of(const ReportEvidence& report) { return {report.offender, report.first.body.height}; }

  std::vector<Finding> findings_;  ///< in the order they were found
  std::vector<Key> settled_;
};

/// The `ready` for the block after `tip`, where a change of the set that is voted on or decided lets the seat
/// join and the ledger would take it.
std::optional<Ready> ready_due(const Address& seat, Height tip, const StateReader& rows);

}  // namespace mnrt::policies
