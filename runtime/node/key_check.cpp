#include "runtime/node/key_check.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

#include "messages/genesis_codec.hpp"
#include "policies/ledger/state.hpp"

namespace mnrt::runtime {
namespace {

using actors::KeyRole;

/// A row of the stored chain; nothing where it can't be read, which others report.
template <class RowType>
std::optional<RowType> row_of(const actors::LedgerView& ledger, const policies::StateKey& key) {
  auto row = ledger.row(key);
  if (!row || !*row) return std::nullopt;
  return std::get<RowType>(std::move(**row));
}

bool knows(const policies::KeyPolicy& policy, const policies::PublicKey& key) {
  return std::ranges::find(policy.keys, key) != policy.keys.end();
}

}  // namespace

std::string fault_of_keys(const policies::Genesis& genesis, const actors::LedgerView& ledger,
                          const HeldKeys& keys) {
  const auto fault = [&](std::string_view file, std::string_view why) {
    return fmt::format(
        "{} is not a key of the chain in this data directory ({}): {}; put back the keys/ folder that was "
        "backed up with this database, or choose another --data-dir",
        (keys.folder / file).string(), policies::to_hex(messages::chain_id_of(genesis).bytes).substr(0, 16),
        why);
  };
  const auto set = row_of<policies::ValidatorsRow>(ledger, policies::validators_key());
  const auto owner = row_of<policies::OwnerRow>(ledger, policies::owner_key());
  if (!set || !owner) return {};

  const auto seat = std::ranges::find(set->validators, keys.signer.public_key(KeyRole::consensus),
                                      &policies::Validator::consensus_key);
  if (seat == set->validators.end()) {
    // Beside several seats a node without one may follow.
    if (set->validators.size() == 1) return fault("consensus.key", "its only validator has another");
  } else {
    if (seat->log_key != keys.signer.public_key(KeyRole::log))
      return fault("log.key", "this node's seat has another");
    if (seat->cosigner_key != keys.signer.public_key(KeyRole::cosigner))
      return fault("cosigner.key", "this node's seat has another");
    // With several seats of the owner's only one of its nodes has the lease.
    const auto is_owners = [&](const auto& one) { return one.operated_by == owner->owner; };
    if (is_owners(*seat) && std::ranges::count_if(set->validators, is_owners) == 1 &&
        owner->lease_key != keys.signer.public_key(KeyRole::lease))
      return fault("lease.key", "the owner's lease has another");
  }
  if (keys.owner.keys.empty()) return {};
  // The owner may have changed its keys since, and an old file may lie there.
  const auto account = row_of<policies::AccountRow>(ledger, policies::account_key(owner->owner));
  const auto& file_key = keys.owner.keys.front();
  const bool is_known =
      knows(genesis.owner, file_key) || !account || !account->keys || knows(*account->keys, file_key);
  return is_known ? "" : fault("owner.key", "the owner's account has others");
}

}  // namespace mnrt::runtime
