#include "actors/receipt_maker.hpp"

#include <utility>

#include "messages/genesis_codec.hpp"
#include "messages/log_sign_state_codec.hpp"
#include "messages/trust_codec.hpp"
#include "policies/notary/receipt.hpp"
#include "policies/notary/trust.hpp"

namespace mnrt::actors {

using messages::Table;

std::optional<policies::Digest> StoredLog::node(policies::LogNode node) const {
  const auto place = policies::place_of(node);
  auto row = snapshot_.get(Table::log, policies::log_hashes_key(place.leaf));
  if (!row || !*row) return std::nullopt;
  return policies::log_hash_at(**row, place.position);
}

Read<policies::LogHead> final_log_head(const LedgerView& ledger) {
  auto tip = ledger.tip();
  if (!tip) return std::unexpected(tip.error());
  // Genesis has no header: its log is empty.
  if (!*tip || (*tip)->value == 0) return policies::LogHead{0, policies::root({})};
  auto header = ledger.header(**tip);
  if (!header) return std::unexpected(header.error());
  if (!*header) return std::unexpected(StoreError{StoreError::Kind::corrupted, "the tip has no header"});
  return policies::LogHead{(*header)->header.log_size, (*header)->header.log_root};
}

policies::SignedNote signed_checkpoint(const policies::Digest& chain_id, const policies::Validator& seat,
                                       const policies::LogHead& head, const Signer& signer,
                                       policies::BlockTime now) {
  const auto origin = policies::origin_of(chain_id);
  policies::SignedNote note{policies::to_text(policies::Checkpoint{origin, head}), {}};
  const auto log_key = policies::log_key_of(origin, seat);
  note.signatures.push_back(
      policies::note_signature(log_key, signer.sign(KeyRole::log, policies::note_message(note.text))));
  const auto seconds = static_cast<std::uint64_t>(now.ms / 1'000);
  note.signatures.push_back(policies::cosignature(
      policies::cosigner_key_of(origin, seat), seconds,
      signer.sign(KeyRole::cosigner, policies::cosignature_message(note.text, seconds))));
  return note;
}

Receipt make_receipt(const LedgerView& ledger, std::uint64_t leaf, const policies::SignedNote& checkpoint,
                     std::uint64_t log_size) {
  if (leaf >= log_size) return {};
  auto text = ledger.snapshot().get(Table::log, policies::log_leaf_key(leaf));
  auto proof = policies::prove_inclusion({leaf, log_size}, StoredLog{ledger.snapshot()});
  auto genesis = ledger.genesis();
  if (!text || !*text || !proof || !genesis || !*genesis) return {};

  const policies::Receipt receipt{{(*text)->begin(), (*text)->end()}, leaf, std::move(*proof), checkpoint};
  const auto chain_id = messages::chain_id_of(**genesis);
  // From genesis on, the set that cosigns is the one that genesis names: there is nothing to hand over.
  const policies::Trust trust{policies::GenesisStart{std::move(**genesis), chain_id}, {}};
  return {true, policies::to_text(receipt), policies::trust_text(messages::encode_trust(trust))};
}

messages::Row log_sign_row(const policies::LogHead& head) {
  return {Table::sign_state, messages::log_sign_state_key(), messages::encode_log_sign_state(head)};
}

Read<policies::LogSignState> stored_log_sign_state(const Snapshot& snapshot) {
  auto bytes = snapshot.get(Table::sign_state, messages::log_sign_state_key());
  if (!bytes) return std::unexpected(bytes.error());
  if (!*bytes) return policies::LogSignState{};
  auto head = messages::decode_log_sign_state(**bytes);
  if (!head)
    return std::unexpected(StoreError{StoreError::Kind::corrupted, "the log's sign state does not decode"});
  return policies::LogSignState{*head};
}

}  // namespace mnrt::actors
