#pragma once

#include <expected>
#include <memory>
#include <optional>
#include <span>
#include <utility>

#include "policies/bytes.hpp"
#include "policies/crypto/hash.hpp"
#include "policies/digest.hpp"
#include "policies/keys.hpp"
#include "policies/ledger/outcome.hpp"
#include "policies/ledger/transaction.hpp"

namespace mnrt::policies {

/// A value whose signatures hold. Only the functions of policies/crypto/ make one, so holding it is the
/// proof.
template <class T>
class Verified {
 public:
  const T& operator*() const { return value_; }
  const T* operator->() const { return &value_; }
  const T& value() const& { return value_; }
  T value() && { return std::move(value_); }

 private:
  friend struct VerifiedAccess;
  explicit Verified(T value) : value_(std::move(value)) {}
  T value_;
};

/// The private door to `Verified`. tests/tidy holds that no file outside policies/crypto/ names it.
struct VerifiedAccess {
  template <class T>
  static Verified<T> make(T value) {
    return Verified<T>(std::move(value));
  }
};

/// One signature and what it must be over: signing_bytes(domain, chain id, body).
struct SignatureClaim {
  Domain domain{};
  ByteView body;  ///< canonical; lives as long as the call
  PublicKey
      key;  ///< whose signature it must be: from the validator set or the policy, never from the message
  Signature signature;
};

/// Whether the one signature holds.
bool holds(const Digest& chain_id, const SignatureClaim& claim);

/// Checks a decoded frame against its canonical body: the chain, the id, 1 to 16 distinct keys in order, and
/// every signature, those that its operations carry too: `carried` lists them all. Whether those keys may act
/// for the sender is the ledger's question. Refusals: wrong_chain, malformed (id, number or order of the
/// signatures), bad_signature.
std::expected<Verified<std::shared_ptr<const SignedTransaction>>, Refusal> verify_transaction(
    std::shared_ptr<const SignedTransaction> transaction, ByteView canonical_body, const Digest& chain_id,
    std::span<const SignatureClaim> carried = {});

/// A value is verified when every claim holds and there is at least one. The caller lists all that the value
/// carries: for a proposal its own, those of the round changes in its justification, and of the prepares in
/// theirs.
template <class T>
std::optional<Verified<T>> verify_signed(T value, const Digest& chain_id,
                                         std::span<const SignatureClaim> claims) {
  if (claims.empty()) return std::nullopt;
  for (const auto& claim : claims)
    if (!holds(chain_id, claim)) return std::nullopt;
  return VerifiedAccess::make(std::move(value));
}

/// For what this node itself signed, or re-read from its own synced store after having verified it before
/// writing. Never for bytes that anyone else handed over.
template <class T>
Verified<T> vouch_for_own(T value) {
  return VerifiedAccess::make(std::move(value));
}

}  // namespace mnrt::policies
