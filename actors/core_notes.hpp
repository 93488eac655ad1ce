#pragma once

#include <span>

#include "actors/ports.hpp"
#include "policies/consensus/effects.hpp"
#include "policies/consensus/messages.hpp"
#include "policies/consensus/vote_gate.hpp"
#include "policies/digest.hpp"
#include "policies/ledger/execution.hpp"

// What core and peers note.
namespace mnrt::actors {

/// The first eight bytes, in hexadecimal.
std::string describe(const policies::Digest& digest);

/// A signature is about to be made for this.
void note_signed(Notes& notes, const policies::Proposal& body);
void note_signed(Notes& notes, const policies::Prepare& body);
void note_signed(Notes& notes, const policies::Commit& body);
void note_signed(Notes& notes, const policies::RoundChange& body);

/// A block without this transaction is being built: with it, it would be invalid.
void note_dropped(Notes& notes, const policies::Dropped& dropped);

/// These left the pool for others: those who wait for one of them see it become unknown, and may send it
/// again.
void note_displaced(Notes& notes, std::span<const policies::Digest> ids);

/// What the votes of a height that is done with cost.
void note_votes_checked(Notes& notes, const policies::VoteGate::Closed& closed);

/// A validator was found out.
void note_evidence(Notes& notes, const policies::Evidence& evidence);

}  // namespace mnrt::actors
