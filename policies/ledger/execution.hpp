#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "policies/address.hpp"
#include "policies/digest.hpp"
#include "policies/height.hpp"
#include "policies/ledger/block.hpp"
#include "policies/ledger/outcome.hpp"
#include "policies/ledger/state.hpp"
#include "policies/ledger/transaction.hpp"
#include "policies/time.hpp"
#include "policies/token.hpp"
#include "policies/validator_set.hpp"

namespace mnrt::policies {

/// What a block's execution depends on besides its transactions and the state of its parent.
struct BlockContext {
  std::uint32_t protocol_version{1};
  Digest chain_id;
  Height height;     ///< of the block that is executed
  BlockTime time;    ///< its header's
  Address proposer;  ///< the seat in its header; its operator gets the priority fees
  /// Validators that could sit in a council, as the protocol counts them. Seats of the owner, and second
  /// seats of one operator, are left out of the count whatever is said here.
  std::size_t eligible_validators{};
};

/// A notarisation that got its place in the log.
struct NewLeaf {
  std::uint64_t index{};
  Digest document;
  Digest label_hash;
  Digest transaction;
  friend bool operator==(const NewLeaf&, const NewLeaf&) = default;
};

/// How the owner stands after the start of a block (protocol: owner, lease, epoch).
enum class OwnerStatus : std::uint8_t {
  healthy,  ///< renewed in time
  failed,   ///< the lease ran out, but fewer than three others could take over; a renewal ends this
  deposed,  ///< the epoch changed; only a handback returns the owner's privileges
};

/// Why a block is invalid, and which of its transactions makes it so.
struct InvalidTransaction {
  std::size_t index{};
  Refusal refusal{Refusal::none};
  friend bool operator==(const InvalidTransaction&, const InvalidTransaction&) = default;
};

/// What a block does to its parent's state.
struct Execution {
  StateChanges changes;
  std::vector<Outcome> outcomes;  ///< one a transaction, in order
  std::vector<NewLeaf> leaves;    ///< in log order
  LogRow log;                     ///< after the block, changed or not
  Epoch epoch;                    ///< in force for the block's transactions: header.owner_epoch
  OwnerStatus owner{};
  ValidatorSet next_validators;
  /// Set: the block is invalid and everything above is empty. A breach of conservation is `not_conserving`,
  /// with `breached` naming the token; it stands at index = count of transactions when the block's own part
  /// breached.
  std::optional<InvalidTransaction> invalid;
  std::optional<Token> breached;
};

/// Executes a block: first what its time and height bring about (lease, parameters, withdrawals, expired
/// services), then the transactions. Conservation is checked after each and over the whole block. The
/// transactions' signatures are taken as verified; whether their keys may act for the sender is checked here.
Execution execute(const BlockContext& context,
                  std::span<const std::shared_ptr<const SignedTransaction>> transactions,
                  const StateReader& parent);

struct Dropped {
  Digest transaction;
  Refusal refusal{Refusal::none};
};

/// A proposer's block body: the transactions that `execute` accepts, and what they do.
struct Assembly {
  TransactionList transactions;
  Execution execution;           ///< equals execute(context, transactions, parent)
  std::vector<Dropped> dropped;  ///< would have made the block invalid
};

/// Executes candidates in order and leaves out each that would make the block invalid, too large, or breach
/// conservation.
Assembly assemble(const BlockContext& context,
                  std::span<const std::shared_ptr<const SignedTransaction>> candidates,
                  const StateReader& parent);

/// Whether a block with `context` may hold `transaction` as its first one after `state`. `none`, or what
/// would make the block invalid: unsupported_version, wrong_chain, malformed (no operation or too many,
/// signatures unsorted), nonce_already_used, nonce_too_far_ahead, expired, expiry_too_far,
/// keys_not_authorised, fee_balance_too_low (also where the sender has no account); for a fee-free renewal
/// also not_the_lease_key, lease_ended, wrong_epoch and renewed_already; for a fee-free report what
/// `evidence_fault` says and evidence_too_soon; for a `ready` what `ready_fault` says and
/// ready_unasked. `nonces_ahead` is how
/// far the nonce may be above the sender's next: 0 in a block, more in the pool.
Refusal admissible(const SignedTransaction& transaction, const StateReader& state,
                   const BlockContext& context, std::uint64_t nonces_ahead = 0);

/// The next nonce of a lane in `state`.
std::uint64_t nonce_of(const StateReader& state, const Address& sender, std::uint32_t lane);

}  // namespace mnrt::policies
