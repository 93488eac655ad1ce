#include "sims/work.hpp"

#include <fmt/format.h>

#include "policies/ledger/admission.hpp"
#include "sims/trace.hpp"

namespace mnrt::sims {
namespace {

/// How long after its tip a node's own transactions expire.
constexpr std::uint64_t own_expiry_blocks = 100;

}  // namespace

Work::Asked Work::ask(std::size_t node, std::shared_ptr<const policies::SignedTransaction> transaction) {
  ++unanswered_;
  return {node, life_of(node), {checkers_.final_height(node)}, std::move(transaction), {}};
}

void Work::told(const Asked& asked, const actors::api::StatusReport* report) {
  --unanswered_;
  if (report == nullptr || dishonest_[asked.node]) return;
  checkers_.acknowledged(asked.node, *report);
  if (asked.document && report->height && !report->leaves.empty())
    notarised_.push_back({*asked.document, report->leaves.front()});
  if (report->status != actors::api::TransactionStatus::pending) return;
  const auto& transaction = asked.transaction;
  // A node that lost its pool may use a nonce of its own again, and nobody told us which.
  if (!transaction && asked.life != 1) return;
  accepted_[report->id] = {asked.node, asked.life,
                           transaction ? transaction->body.expiry : asked.height + own_expiry_blocks,
                           transaction};
}

void Work::noted(std::size_t node, const policies::Note& note) {
  if (note.code == "role_restarted") {
    const auto role = field_of(note, "role");
    if (role == "core" || role == "journal") ++restarts_[node];
  }
  if (note.code == "transaction_displaced" || note.code == "transaction_dropped")
    left_.emplace(node, field_of(note, "id"));
}

bool Work::is_settled(const policies::Digest& id, const Accepted& accepted,
                      const actors::LedgerView& ledger) const {
  const auto record = ledger.transaction(id);
  if (record && *record) return true;
  if (accepted.life != life_of(accepted.node)) return true;
  // What a node made itself it keeps: its nonce would go to another while others still hold it.
  if (accepted.transaction && left_.contains({accepted.node, policies::to_hex(id.bytes).substr(0, 16)}))
    return true;
  const auto tip = ledger.tip();
  if (!tip || !*tip || accepted.expiry <= **tip) return true;
  if (!accepted.transaction) return false;
  // One of a higher nonce waits for those before it, which are asked about themselves.
  const auto& body = accepted.transaction->body;
  return policies::nonce_of(ledger, body.sender, body.lane) != body.nonce;
}

std::size_t Work::sift(const actors::LedgerView& ledger) {
  std::erase_if(accepted_, [&](const auto& one) { return is_settled(one.first, one.second, ledger); });
  return accepted_.size();
}

void Work::check() {
  if (accepted_.empty()) return;
  const auto& [id, accepted] = *accepted_.begin();
  checkers_.violated(fmt::format(
      "{} transactions that nodes had taken never became final, nor expired: the first is {}, which node {} "
      "took until height {}",
      accepted_.size(), policies::to_hex(id.bytes), accepted.node, accepted.expiry.value));
}

}  // namespace mnrt::sims
