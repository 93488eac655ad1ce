#pragma once

#include <cstdint>
#include <vector>

#include "actors/ledger_view.hpp"
#include "actors/ports.hpp"
#include "policies/address.hpp"
#include "policies/digest.hpp"
#include "policies/ledger/transaction.hpp"

namespace mnrt::actors {

/// What clients ask of the node goes in a lane of its own: a duty that comes to nothing, because another node
/// was first, must leave no gap before it.
inline constexpr std::uint32_t clients_lane = 1;

/// Who signs a transaction of the node's own, and in which place of the sender's order it stands.
struct OwnSender {
  KeyRole role{KeyRole::account};
  std::uint32_t lane{};
  std::uint64_t nonce{};
  bool fee_free{};  ///< what the reserved lane takes: a lease renewal, a report of evidence, a `ready`
  std::uint64_t expiry_blocks{100};  ///< above the last final block
};

/// The account of one of the node's own single keys.
policies::Address own_address(const Signer& signer, KeyRole role);

/// A signed transaction of the node's own that pays just what it needs.
std::shared_ptr<const policies::SignedTransaction> own_transaction(
    const LedgerView& ledger, const Signer& signer, const policies::Digest& chain_id, const OwnSender& sender,
    std::vector<policies::Operation> operations);

}  // namespace mnrt::actors
