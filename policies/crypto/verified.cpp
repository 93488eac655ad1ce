#include "policies/crypto/verified.hpp"

#include <algorithm>

#include "policies/crypto/ed25519.hpp"
#include "policies/limits.hpp"

namespace mnrt::policies {

bool holds(const Digest& chain_id, const SignatureClaim& claim) {
  return verify(claim.key, signing_bytes(claim.domain, chain_id, claim.body), claim.signature);
}

std::expected<Verified<std::shared_ptr<const SignedTransaction>>, Refusal> verify_transaction(
    std::shared_ptr<const SignedTransaction> transaction, ByteView canonical_body, const Digest& chain_id,
    std::span<const SignatureClaim> carried) {
  if (transaction->body.chain_id != chain_id) return std::unexpected(Refusal::wrong_chain);
  if (transaction->id != domain_hash(Domain::transaction, chain_id, canonical_body))
    return std::unexpected(Refusal::malformed);

  const auto& signatures = transaction->signatures;
  if (signatures.empty() || signatures.size() > limits::signatures_max)
    return std::unexpected(Refusal::malformed);
  const auto out_of_order = [](const KeySignature& a, const KeySignature& b) { return a.key >= b.key; };
  if (std::adjacent_find(signatures.begin(), signatures.end(), out_of_order) != signatures.end())
    return std::unexpected(Refusal::malformed);

  const auto message = signing_bytes(Domain::transaction, chain_id, canonical_body);
  for (const auto& one : signatures)
    if (!verify(one.key, message, one.signature)) return std::unexpected(Refusal::bad_signature);
  for (const auto& claim : carried)
    if (!holds(chain_id, claim)) return std::unexpected(Refusal::bad_signature);
  return VerifiedAccess::make(std::move(transaction));
}

}  // namespace mnrt::policies
