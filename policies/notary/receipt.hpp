#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "policies/digest.hpp"
#include "policies/notary/checkpoint.hpp"
#include "policies/notary/leaf.hpp"
#include "policies/notary/log.hpp"
#include "policies/notary/note.hpp"
#include "policies/notary/trust.hpp"

namespace mnrt::policies {

/// A proof that a leaf stands in the log (c2sp.org/tlog-proof), with the leaf itself as its extra data.
struct Receipt {
  std::string leaf;  ///< the leaf's text
  std::uint64_t index{};
  LogProof proof;
  SignedNote checkpoint;
  friend bool operator==(const Receipt&, const Receipt&) = default;
};

std::string to_text(const Receipt& receipt);

/// Exactly what `to_text` writes, at most `limits::receipt_bytes_max`.
std::expected<Receipt, TextError> receipt_from_text(std::string_view text);

/// What a receipt is worth. Anything but `valid` is a refusal.
enum class ReceiptVerdict : std::uint8_t {
  valid,
  untrusted,        ///< no trust root; trust that begins elsewhere; or signed by none whom the trust leads to
  malformed,        ///< not a receipt: see the line
  trust_malformed,  ///< R.trust can't be read, or isn't there
  trust_broken,     ///< R.trust doesn't lead from its start to the set: see the refusal
  wrong_chain,      ///< the receipt is of another chain than its trust
  checkpoint_changed,  ///< no signature of a known key fits the checkpoint's text
  log_signature_missing,
  log_signature_bad,
  cosignature_bad,
  signature_repeated,    ///< two lines of one known key
  too_few_cosignatures,  ///< less than f + 1
  leaf_changed,          ///< the extra data isn't a leaf as the log holds it
  inclusion_wrong,       ///< leaf and proof don't give the checkpoint's root: one of the two was changed
  wrong_document,        ///< a receipt, but of other bytes
};

/// snake_case, as the CLI and the API write it.
std::string_view name_of(ReceiptVerdict verdict);

/// One sentence for people: what it means and what to do next.
std::string_view advice_on(ReceiptVerdict verdict);

struct ReceiptFacts {
  Leaf leaf;
  std::uint64_t index{};
  LogHead head;
  std::size_t validators{};           ///< n of the set that cosigned
  std::size_t cosignatures_needed{};  ///< f + 1
  std::size_t cosignatures{};         ///< valid, by distinct seats
  std::size_t operators{};            ///< distinct operators of those seats
  std::uint64_t
      cosigned_unix_seconds{};  ///< the earliest time at which `cosignatures_needed` seats had cosigned
  std::string assurance;        ///< "self-asserted (1 operator, 0 external witnesses)"
};

struct ReceiptCheck {
  ReceiptVerdict verdict{ReceiptVerdict::malformed};
  std::size_t line{};                 ///< of the receipt, for `malformed`
  std::string detail;                 ///< what exactly, for people; may be empty
  std::optional<ReceiptFacts> facts;  ///< only where all but the trust root and the document was proved
};

/// "self-asserted (1 operator, 0 external witnesses)", or "attested (k operators, 0 external witnesses)".
std::string assurance_text(std::size_t operators);

struct ReceiptClaim {
  Digest document;           ///< SHA-256 of the file, computed by the caller
  std::string_view receipt;  ///< R.tlog-proof
  const Trust* trust{};      ///< R.trust decoded; null: missing or unreadable
  std::optional<Digest>
      root;  ///< genesis digest, or digest of a pinned header; nothing: the answer is `untrusted`
};

/// Checks all of it, offline. A checkpoint counts with one log signature and f + 1 cosignatures by seats of
/// the set that the trust leads to; signatures of unknown keys are ignored. Without a root the rest is
/// checked all the same, and the answer is never better than `untrusted`.
ReceiptCheck verify_receipt(const ReceiptClaim& claim);

}  // namespace mnrt::policies
