#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "policies/address.hpp"
#include "policies/bytes.hpp"
#include "policies/digest.hpp"
#include "policies/height.hpp"
#include "policies/keys.hpp"
#include "policies/ledger/transaction.hpp"
#include "policies/time.hpp"

namespace mnrt::policies {

/// Commit seals of one round: a quorum of them makes a block final. Seals of different rounds don't add up.
struct SealSet {
  Round round;
  std::vector<bool> signers;          ///< one flag a seat, in the order of that height's set
  std::vector<Signature> signatures;  ///< one for each flag that is set, in that order
  friend bool operator==(const SealSet&, const SealSet&) = default;
};

struct Header {
  std::uint32_t protocol_version{1};
  Digest chain_id;
  Height height;
  BlockTime time;
  Digest parent;  ///< digest of the parent's header; the chain id for the first block
  Address proposer;
  Digest transaction_root;  ///< docs/formats.md, Merkle roots
  Digest outcome_root;
  Digest state_root;  ///< after this block's transactions
  std::uint64_t log_size{};
  Digest log_root;         ///< RFC 6962, SHA-256
  Digest next_validators;  ///< digest of the set of the next height
  Epoch owner_epoch;       ///< in force for this block's transactions
  Bytes beta;              ///< 64 bytes: ECVRF output (RFC 9381)
  Bytes beta_proof;        ///< 80 bytes
  SealSet parent_seals;    ///< those that the proposer had checked; empty for the first block
  friend bool operator==(const Header&, const Header&) = default;
};

using TransactionList = std::vector<std::shared_ptr<const SignedTransaction>>;

struct Block {
  Header header;
  Digest digest;  ///< domain_hash(header, chain id, canonical header); has no round in it
  TransactionList transactions;
};

}  // namespace mnrt::policies
