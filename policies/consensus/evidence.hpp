#pragma once

#include <vector>

#include "policies/consensus/heard_book.hpp"
#include "policies/consensus/messages.hpp"
#include "policies/consensus/statement.hpp"

namespace mnrt::policies {

/// What a message says, with its signature.
SignedStatement statement_of(const ConsensusMessage& message);

/// What a message says, and what it shows of others: the RoundChanges behind a Proposal, the Prepares behind
/// a claim. All of it is about one height.
std::vector<Heard> heard_in(const ConsensusMessage& message);

/// A message that says this and no more: what evidence shows of it.
ConsensusMessage message_of(const Heard& heard);

/// Whether one validator signed both and no honest one does: see `contradict` of statements.
bool contradict(const ConsensusMessage& a, const ConsensusMessage& b);

const Address& signer_of(const ConsensusMessage& message);
Height height_of(const ConsensusMessage& message);
Round round_of(const ConsensusMessage& message);

}  // namespace mnrt::policies
