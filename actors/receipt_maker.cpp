#include "actors/receipt_maker.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include "messages/genesis_codec.hpp"
#include "messages/keys.hpp"
#include "messages/log_sign_state_codec.hpp"
#include "messages/state_codec.hpp"
#include "messages/trust_codec.hpp"
#include "policies/ledger/state.hpp"
#include "policies/limits.hpp"
#include "policies/notary/receipt.hpp"

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

Read<policies::Trust> trust_of(const LedgerView& ledger) {
  const auto damaged = [](std::string_view what) {
    return std::unexpected(StoreError{StoreError::Kind::corrupted, "the store has no " + std::string{what}});
  };
  const policies::StateKey first{static_cast<std::uint8_t>(policies::RowKind::sealing_set)};
  auto changes = ledger.snapshot().scan(Table::state, first, messages::after_prefix(first),
                                        policies::limits::handovers_max);
  auto genesis = ledger.genesis();
  auto last = ledger.row(policies::validators_key());
  if (!changes) return std::unexpected(changes.error());
  if (!genesis) return std::unexpected(genesis.error());
  if (!last) return std::unexpected(last.error());
  if (!*genesis || !*last) return damaged("genesis or validator set");
  const auto chain_id = messages::chain_id_of(**genesis);
  policies::Trust trust{policies::GenesisStart{std::move(**genesis), chain_id}, {}};
  // The set after one change is the one that sealed the next.
  auto next_set = std::get<policies::ValidatorsRow>(std::move(**last)).validators;
  for (auto change = changes->rbegin(); change != changes->rend(); ++change) {
    auto row = messages::decode_row(change->key, change->value);
    auto header = ledger.header(policies::height_of_sealing_set(change->key));
    if (!header) return std::unexpected(header.error());
    if (!row || !*header) return damaged("hand-over of the set");
    trust.handovers.push_back({.header = std::move((*header)->header),
                               .digest = {},
                               .seals = std::move((*header)->seals),
                               .sealed_bytes = {},
                               .next_set = std::move(next_set),
                               .next_set_digest = {}});
    next_set = std::get<policies::SealingSetRow>(std::move(*row)).validators;
  }
  std::ranges::reverse(trust.handovers);
  return trust;
}

Receipt make_receipt(const LedgerView& ledger, std::uint64_t leaf, const policies::SignedNote& checkpoint,
                     std::uint64_t log_size) {
  if (leaf >= log_size) return {};
  auto text = ledger.snapshot().get(Table::log, policies::log_leaf_key(leaf));
  auto proof = policies::prove_inclusion({leaf, log_size}, StoredLog{ledger.snapshot()});
  const auto trust = trust_of(ledger);
  if (!text || !*text || !proof || !trust) return {};

  const policies::Receipt receipt{{(*text)->begin(), (*text)->end()}, leaf, std::move(*proof), checkpoint};
  return {true, policies::to_text(receipt), policies::trust_text(messages::encode_trust(*trust))};
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
