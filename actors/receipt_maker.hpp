#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string>

#include "actors/ledger_view.hpp"
#include "actors/mail/notary.hpp"
#include "actors/ports.hpp"
#include "policies/digest.hpp"
#include "policies/notary/checkpoint.hpp"
#include "policies/notary/log.hpp"
#include "policies/notary/note.hpp"
#include "policies/notary/trust.hpp"
#include "policies/validator_set.hpp"

namespace mnrt::actors {

/// Reads subtree roots of the final log.
class StoredLog final : public policies::LogNodeReader {
 public:
  explicit StoredLog(const Snapshot& snapshot) : snapshot_(snapshot) {}
  std::optional<policies::Digest> node(policies::LogNode node) const override;

 private:
  const Snapshot& snapshot_;
};

/// The log's head as the tip's header carries it.
Read<policies::LogHead> final_log_head(const LedgerView& ledger);

/// A checkpoint of `head`, signed with the seat's log and cosigner keys.
policies::SignedNote signed_checkpoint(const policies::Digest& chain_id, const policies::Validator& seat,
                                       const policies::LogHead& head, const Signer& signer,
                                       policies::BlockTime now);

/// How genesis leads to the set in force: one hand-over for each final block that changed the set.
Read<policies::Trust> trust_of(const LedgerView& ledger);

/// The two files of a receipt; `found` is false for a leaf that the checkpoint's tree hasn't.
Receipt make_receipt(const LedgerView& ledger, std::uint64_t leaf, const policies::SignedNote& checkpoint,
                     std::uint64_t log_size);

/// The row under which a seat's keys remember the head they signed last.
messages::Row log_sign_row(const policies::LogHead& head);
Read<policies::LogSignState> stored_log_sign_state(const Snapshot& snapshot);

}  // namespace mnrt::actors
