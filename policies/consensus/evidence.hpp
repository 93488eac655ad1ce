#pragma once

#include "policies/consensus/messages.hpp"

namespace mnrt::policies {

/// Whether no honest validator signs both (protocol section 6): two Proposals, Prepares or Commits for one
/// height and round with different digests; two RoundChanges for one height and round with different claims;
/// a Commit, and a RoundChange to a later round that hides it. Different digests in different rounds are no
/// contradiction.
bool contradict(const ConsensusMessage& a, const ConsensusMessage& b);

/// A Proposal without transactions and justification: its signature covers neither, so it proves as much, and
/// keeping one costs a header instead of a block.
Signed<Proposal> outline(const Signed<Proposal>& proposal);

const Address& signer_of(const ConsensusMessage& message);
Height height_of(const ConsensusMessage& message);
Round round_of(const ConsensusMessage& message);

}  // namespace mnrt::policies
