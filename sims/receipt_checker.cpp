#include "sims/receipt_checker.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "messages/trust_codec.hpp"
#include "policies/notary/trust.hpp"

namespace mnrt::sims {

std::optional<std::string> ReceiptChecker::fault_of(const actors::api::ReceiptFiles& files) {
  const auto receipt = policies::receipt_from_text(files.proof);
  if (!receipt) return fmt::format("the receipt of leaf {} can't be read", notarised_.leaf);
  const auto verdict = verdict_of(*receipt, files.trust);
  if (verdict != Verdict::valid && verdict != Verdict::too_few_cosignatures)
    return fmt::format("the receipt of leaf {} is {}", notarised_.leaf, name_of(verdict));
  const auto [same, fresh] =
      by_checkpoint_.try_emplace(receipt->checkpoint.text, Joined{*receipt, files.trust});
  auto& lines = same->second.receipt.checkpoint.signatures;
  for (const auto& line : receipt->checkpoint.signatures)
    if (std::ranges::find(lines, line) == lines.end()) lines.push_back(line);
  return std::nullopt;
}

std::optional<std::string> ReceiptChecker::fault_of_all() const {
  if (by_checkpoint_.empty()) return fmt::format("no node gives a receipt of leaf {}", notarised_.leaf);
  Verdict verdict{};
  for (const auto& [checkpoint, joined] : by_checkpoint_)
    if (verdict = verdict_of(joined.receipt, joined.trust); verdict == Verdict::valid) return std::nullopt;
  return fmt::format("the receipt of leaf {}, with what all nodes signed, is {}", notarised_.leaf,
                     name_of(verdict));
}

ReceiptChecker::Verdict ReceiptChecker::verdict_of(const policies::Receipt& receipt,
                                                   const std::string& trust) const {
  const auto frame = policies::trust_frame(trust);
  if (!frame) return Verdict::trust_malformed;
  const auto decoded = messages::decode_trust(*frame);
  if (!decoded) return Verdict::trust_malformed;
  const auto text = policies::to_text(receipt);
  return policies::verify_receipt(
             {.document = notarised_.document, .receipt = text, .trust = &*decoded, .root = chain_id_})
      .verdict;
}

}  // namespace mnrt::sims
