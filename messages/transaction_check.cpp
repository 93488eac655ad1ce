#include "messages/transaction_check.hpp"

#include <utility>
#include <variant>
#include <vector>

#include "messages/consensus_codec.hpp"
#include "messages/transaction_codec.hpp"

namespace mnrt::messages {

using namespace policies;

std::expected<Verified<std::shared_ptr<const SignedTransaction>>, Refusal> verify_frame(
    std::shared_ptr<const SignedTransaction> transaction, const Digest& chain_id) {
  const auto body = body_view(*transaction);
  // The claims look into these bytes, which so must not move.
  std::vector<Bytes> bytes;
  bytes.reserve(2 * transaction->body.operations.size());
  std::vector<SignatureClaim> carried;
  for (const auto& operation : transaction->body.operations) {
    const auto* report = std::get_if<ReportEvidence>(&operation);
    if (report == nullptr) continue;
    for (const auto* one : {&report->first, &report->second}) {
      bytes.push_back(signing_body(one->body));
      carried.push_back({domain_of(one->body), bytes.back(), report->key, one->signature});
    }
  }
  return verify_transaction(std::move(transaction), body, chain_id, carried);
}

}  // namespace mnrt::messages
