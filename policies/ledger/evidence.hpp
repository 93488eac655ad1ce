#pragma once

#include <cstdint>
#include <vector>

#include "policies/amount.hpp"
#include "policies/ledger/operation.hpp"
#include "policies/ledger/outcome.hpp"
#include "policies/ledger/overlay.hpp"
#include "policies/ledger/state.hpp"

namespace mnrt::policies {

// Evidence and what follows from it (protocol section 6). A report takes 5 % of the offender's bond and its
// seat at the next change of the set. With more than ten validators the window's end takes the rest of
// min(9k²/n², 1) from each of its k offenders. Of the penalty at once the reporter gets a tenth if it
// committed to the report in an earlier block; half of what is left is burned, half goes to the treasury.

inline constexpr std::uint64_t evidence_window_blocks = 8'640;  ///< windows begin at its multiples
inline constexpr std::size_t flat_penalty_seats_max = 10;       ///< up to here there is no more at the end
inline constexpr Share penalty_at_once{50'000'000};
inline constexpr Share reporter_share{100'000'000};

/// An account reports once in as many blocks without a fee.
inline constexpr std::uint64_t free_report_blocks = 10;

/// What a reporter commits to: its own address, so that nobody can copy it, and both signatures, which nobody
/// knows who hasn't seen the offence. BLAKE3 under the tag of evidence.
Digest evidence_commitment(const Digest& chain_id, const Address& reporter, const ReportEvidence& report);

/// Why a report is refused in a block of that height, the signatures being verified. evidence_unproved: the
/// statements don't contradict each other or are about a height to come. offender_unknown: neither the set
/// nor a bond has that seat with that key. evidence_known: reported for that height already. evidence_moot:
/// neither a bond nor a seat is left to lose. evidence_window_full.
Refusal evidence_fault(const ReportEvidence& report, Height block, const StateReader& rows);

/// Whether an account reported in one of the last blocks.
bool reported_lately(const Address& reporter, Height block, const StateReader& rows);

/// What the end of a window still takes from one offender: min(9k²/n², 1) of its bond, rounded down, less
/// what its reports took. Nothing for up to ten validators.
Amount penalty_at_end(Amount bond, Amount taken, std::uint64_t offenders, std::uint64_t seats);

/// Takes up to `penalty` from the seat's bond, pays the reporter's share if there is one, and burns and keeps
/// the rest. Returns what was taken.
Amount punish(const Address& seat, Amount penalty, Account* reporter, Overlay& state);

/// At the first block of a window: settles the one before.
void close_evidence_window(Height height, Overlay& state);

}  // namespace mnrt::policies
