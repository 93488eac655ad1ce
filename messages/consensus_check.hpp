#pragma once

#include <cstddef>
#include <memory>
#include <optional>

#include "policies/consensus/heard_book.hpp"
#include "policies/consensus/messages.hpp"
#include "policies/crypto/verified.hpp"
#include "policies/validator_set.hpp"

// Signatures of what validators say, against the consensus keys of a set. Whether a message makes sense is
// for policies/consensus.
namespace mnrt::messages {

using VerifiedConsensus = policies::Verified<std::shared_ptr<const policies::ConsensusMessage>>;

/// Checks each signature that a message carries, those in its justification and certificates too, each once.
/// Nothing where one doesn't hold or its signer has no seat in `set`.
std::optional<VerifiedConsensus> verify_consensus(std::shared_ptr<const policies::ConsensusMessage> message,
                                                  const policies::Digest& chain_id,
                                                  const policies::ValidatorSet& set);

/// What a message says by its signer's own signature, whatever it carries: who forges a certificate has said
/// so. Nothing where that signature doesn't hold.
std::optional<policies::Verified<policies::Heard>> verify_statement(const policies::ConsensusMessage& message,
                                                                    const policies::Digest& chain_id,
                                                                    const policies::ValidatorSet& set);

/// How many signatures `verify_consensus` checks for a message.
std::size_t signatures_in(const policies::ConsensusMessage& message);

}  // namespace mnrt::messages
