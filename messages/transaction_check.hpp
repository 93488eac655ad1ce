#pragma once

#include <expected>
#include <memory>

#include "policies/crypto/verified.hpp"

namespace mnrt::messages {

/// policies::verify_transaction for a frame as it was decoded, with the signatures that its operations carry:
/// each statement of a report of evidence against the key that the report names. Whose key that is, is the
/// ledger's question.
std::expected<policies::Verified<std::shared_ptr<const policies::SignedTransaction>>, policies::Refusal>
verify_frame(std::shared_ptr<const policies::SignedTransaction> transaction,
             const policies::Digest& chain_id);

}  // namespace mnrt::messages
