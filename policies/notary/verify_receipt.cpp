#include <algorithm>
#include <set>
#include <utility>

#include "policies/notary/receipt.hpp"

namespace mnrt::policies {
namespace {

ByteView view_of(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

ReceiptCheck refuse(ReceiptVerdict verdict, std::string detail = {}) {
  return {.verdict = verdict, .line = 0, .detail = std::move(detail), .facts = std::nullopt};
}

/// A receipt that was read: the texts in it too.
struct ReadReceipt {
  Receipt receipt;
  Leaf leaf;
  Checkpoint checkpoint;
};

std::expected<ReadReceipt, ReceiptCheck> read(std::string_view text) {
  auto receipt = receipt_from_text(text);
  if (!receipt) {
    const auto& [line, why] = receipt.error();
    return std::unexpected{ReceiptCheck{
        .verdict = ReceiptVerdict::malformed, .line = line, .detail = std::string{why}, .facts = {}}};
  }
  auto leaf = leaf_from_text(receipt->leaf);
  if (!leaf) return std::unexpected{refuse(ReceiptVerdict::leaf_changed, "its text isn't a notarisation")};
  auto checkpoint = checkpoint_from_text(receipt->checkpoint.text);
  if (!checkpoint)
    return std::unexpected{
        refuse(ReceiptVerdict::checkpoint_changed, "its text isn't origin, size and root")};
  return ReadReceipt{std::move(*receipt), std::move(*leaf), std::move(*checkpoint)};
}

std::expected<EstablishedTrust, ReceiptCheck> follow(const ReceiptClaim& claim) {
  if (!claim.trust)
    return std::unexpected{claim.root ? refuse(ReceiptVerdict::trust_malformed)
                                      : refuse(ReceiptVerdict::untrusted, "there is no trust root")};
  auto trust = establish(*claim.trust, claim.root ? claim.root : start_of(*claim.trust));
  if (trust) return *trust;
  const auto& [verdict, step] = trust.error();
  if (verdict == TrustVerdict::other_root)
    return std::unexpected{refuse(ReceiptVerdict::untrusted,
                                  "its trust begins at blake3:" + to_hex(start_of(*claim.trust).bytes))};
  const auto where = step == 0 ? std::string{"the start"} : "hand-over " + std::to_string(step);
  return std::unexpected{refuse(ReceiptVerdict::trust_broken, where + ": " + std::string{name_of(verdict)})};
}

/// Leaf, checkpoint and trust must speak of one chain. Where two agree, the third was changed.
std::optional<ReceiptCheck> check_chain(const ReadReceipt& read, const std::string& origin) {
  const bool leaf_fits = read.leaf.origin == origin;
  const bool checkpoint_fits = read.checkpoint.origin == origin;
  if (leaf_fits && checkpoint_fits) return std::nullopt;
  if (leaf_fits) return refuse(ReceiptVerdict::checkpoint_changed, "its origin isn't the leaf's");
  if (checkpoint_fits) return refuse(ReceiptVerdict::leaf_changed, "its origin isn't the checkpoint's");
  return refuse(ReceiptVerdict::wrong_chain, "the receipt is of " + read.checkpoint.origin);
}

struct Tally {
  std::size_t logs_valid{};
  std::size_t logs_bad{};
  std::size_t cosigners_bad{};
  bool repeated{};
  std::vector<std::uint64_t> cosigned_seconds;
  std::set<Address> operators;
};

Tally count_signatures(const SignedNote& note, const EstablishedTrust& trust, const std::string& origin) {
  Tally tally;
  std::set<PublicKey> log_keys;
  for (const auto& seat : trust.set) {
    const auto log = log_keys.insert(seat.log_key).second ? check_signature(note, log_key_of(origin, seat))
                                                          : SignatureCheck{};
    const auto cosigner = check_signature(note, cosigner_key_of(origin, seat));
    tally.logs_valid += log.state == SignatureState::valid;
    tally.logs_bad += log.state == SignatureState::bad;
    tally.cosigners_bad += cosigner.state == SignatureState::bad;
    tally.repeated |= log.state == SignatureState::repeated || cosigner.state == SignatureState::repeated;
    if (cosigner.state != SignatureState::valid) continue;
    tally.cosigned_seconds.push_back(cosigner.unix_seconds);
    tally.operators.insert(seat.operated_by);
  }
  std::ranges::sort(tally.cosigned_seconds);
  return tally;
}

std::optional<ReceiptCheck> judge(const Tally& tally, std::size_t needed) {
  const auto cosignatures = tally.cosigned_seconds.size();
  if (tally.repeated) return refuse(ReceiptVerdict::signature_repeated);
  if (tally.logs_valid + cosignatures == 0)
    return tally.logs_bad + tally.cosigners_bad > 0
               ? refuse(ReceiptVerdict::checkpoint_changed)
               : refuse(ReceiptVerdict::untrusted, "no signature is by a validator to whom the trust leads");
  if (tally.logs_bad > 0) return refuse(ReceiptVerdict::log_signature_bad);
  if (tally.cosigners_bad > 0) return refuse(ReceiptVerdict::cosignature_bad);
  if (tally.logs_valid == 0) return refuse(ReceiptVerdict::log_signature_missing);
  if (cosignatures < needed)
    return refuse(ReceiptVerdict::too_few_cosignatures,
                  std::to_string(cosignatures) + " of " + std::to_string(needed) + " needed");
  return std::nullopt;
}

}  // namespace

std::string assurance_text(std::size_t operators) {
  if (operators <= 1) return "self-asserted (1 operator, 0 external witnesses)";
  return "attested (" + std::to_string(operators) + " operators, 0 external witnesses)";
}

ReceiptCheck verify_receipt(const ReceiptClaim& claim) {
  const auto given = read(claim.receipt);
  if (!given) return given.error();
  const auto trust = follow(claim);
  if (!trust) return trust.error();
  const auto origin = origin_of(trust->chain_id);
  if (auto refusal = check_chain(*given, origin)) return *refusal;

  const auto needed = faulty_max(trust->set.size()) + 1;
  const auto tally = count_signatures(given->receipt.checkpoint, *trust, origin);
  if (auto refusal = judge(tally, needed)) return *refusal;

  const auto& [receipt, leaf, checkpoint] = *given;
  if (!verify_inclusion(leaf_hash(view_of(receipt.leaf)), receipt.index, checkpoint.head, receipt.proof))
    return refuse(ReceiptVerdict::inclusion_wrong);
  ReceiptFacts facts{.leaf = leaf,
                     .index = receipt.index,
                     .head = checkpoint.head,
                     .validators = trust->set.size(),
                     .cosignatures_needed = needed,
                     .cosignatures = tally.cosigned_seconds.size(),
                     .operators = tally.operators.size(),
                     .cosigned_unix_seconds = tally.cosigned_seconds[needed - 1],
                     .assurance = assurance_text(tally.operators.size())};
  auto verdict = ReceiptVerdict::valid;
  std::string detail;
  if (leaf.document != claim.document) {
    verdict = ReceiptVerdict::wrong_document;
    detail = "the receipt is for sha256:" + to_hex(leaf.document.bytes);
  } else if (!claim.root) {
    verdict = ReceiptVerdict::untrusted;
    detail = "there is no trust root";
  }
  return {.verdict = verdict, .line = 0, .detail = std::move(detail), .facts = std::move(facts)};
}

std::string_view name_of(ReceiptVerdict verdict) {
  switch (verdict) {
    case ReceiptVerdict::valid:
      return "valid";
    case ReceiptVerdict::untrusted:
      return "untrusted";
    case ReceiptVerdict::malformed:
      return "malformed";
    case ReceiptVerdict::trust_malformed:
      return "trust_malformed";
    case ReceiptVerdict::trust_broken:
      return "trust_broken";
    case ReceiptVerdict::wrong_chain:
      return "wrong_chain";
    case ReceiptVerdict::checkpoint_changed:
      return "checkpoint_changed";
    case ReceiptVerdict::log_signature_missing:
      return "log_signature_missing";
    case ReceiptVerdict::log_signature_bad:
      return "log_signature_bad";
    case ReceiptVerdict::cosignature_bad:
      return "cosignature_bad";
    case ReceiptVerdict::signature_repeated:
      return "signature_repeated";
    case ReceiptVerdict::too_few_cosignatures:
      return "too_few_cosignatures";
    case ReceiptVerdict::leaf_changed:
      return "leaf_changed";
    case ReceiptVerdict::inclusion_wrong:
      return "inclusion_wrong";
    case ReceiptVerdict::wrong_document:
      return "wrong_document";
  }
  return {};
}

std::string_view advice_on(ReceiptVerdict verdict) {
  switch (verdict) {
    case ReceiptVerdict::valid:
      return "The document is in the log, and as many validators as needed vouch for that.";
    case ReceiptVerdict::untrusted:
      return "Nothing that you trust vouches for this receipt: give the genesis digest of a chain that you "
             "trust.";
    case ReceiptVerdict::malformed:
      return "This isn't a receipt as it was issued: fetch it again.";
    case ReceiptVerdict::trust_malformed:
      return "The receipt's second file is missing or can't be read: fetch it again.";
    case ReceiptVerdict::trust_broken:
      return "The receipt's second file doesn't lead from your trust root to the validators: fetch it again.";
    case ReceiptVerdict::wrong_chain:
      return "The receipt and its second file are of two chains: fetch both again.";
    case ReceiptVerdict::checkpoint_changed:
      return "The checkpoint in the receipt was changed after it was signed.";
    case ReceiptVerdict::log_signature_missing:
      return "No log key of the validators signed the checkpoint.";
    case ReceiptVerdict::log_signature_bad:
      return "The log's signature was changed after it was made.";
    case ReceiptVerdict::cosignature_bad:
      return "A validator's cosignature was changed after it was made.";
    case ReceiptVerdict::signature_repeated:
      return "One key stands twice among the signatures, which no signer writes.";
    case ReceiptVerdict::too_few_cosignatures:
      return "Too few validators vouch for the checkpoint: fetch the receipt again.";
    case ReceiptVerdict::leaf_changed:
      return "The notarisation in the receipt was changed.";
    case ReceiptVerdict::inclusion_wrong:
      return "The notarisation in the receipt, or its proof, was changed: it isn't what the log holds.";
    case ReceiptVerdict::wrong_document:
      return "The receipt is good, but of another document: this one was changed, or is another file.";
  }
  return {};
}

}  // namespace mnrt::policies
