#pragma once

#include "actors/ports.hpp"
#include "policies/consensus/effects.hpp"
#include "policies/consensus/messages.hpp"
#include "policies/digest.hpp"
#include "policies/ledger/execution.hpp"

// What core notes in several places.
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

/// A validator was found out.
void note_evidence(Notes& notes, const policies::Evidence& evidence);

}  // namespace mnrt::actors
