#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "policies/address.hpp"
#include "policies/amount.hpp"
#include "policies/consensus/statement.hpp"
#include "policies/digest.hpp"
#include "policies/height.hpp"
#include "policies/keys.hpp"
#include "policies/ledger/key_policy.hpp"
#include "policies/ledger/parameters.hpp"
#include "policies/token.hpp"
#include "policies/validator_set.hpp"

namespace mnrt::policies {

/// Moves tokens from the sender. The infrastructure fee is the sender's on top: the receiver gets exactly
/// `amount`.
struct Transfer {
  Address to;
  Token token{};
  Amount amount;
  friend bool operator==(const Transfer&, const Transfer&) = default;
};

/// Appends one leaf to the chain's log.
struct Notarise {
  Digest document;    ///< SHA-256 of the document
  Digest label_hash;  ///< SHA-256 of salt ‖ label; zeros: no label
  friend bool operator==(const Notarise&, const Notarise&) = default;
};

/// Enters a service into the registry; the sender owns it and may renew or remove it.
struct RegisterService {
  std::string id;                      ///< 1–64 of [a-z0-9.-], unique
  std::string kind;                    ///< 1–32 of [a-z0-9.-], for filtering
  std::string version;                 ///< up to 32 bytes
  std::vector<std::string> endpoints;  ///< 1–4 of up to 256 bytes: tcp://host:port, http://… or https://…
  std::vector<std::string> labels;     ///< up to 16 of `key=value`, up to 128 bytes each
  std::uint32_t ttl_seconds{};         ///< 30 s up to the chain's maximum
  friend bool operator==(const RegisterService&, const RegisterService&) = default;
};

struct RenewService {
  std::string id;
  friend bool operator==(const RenewService&, const RenewService&) = default;
};

struct RemoveService {
  std::string id;
  friend bool operator==(const RemoveService&, const RemoveService&) = default;
};

/// The owner lives. Signed by the lease key alone; fee-free.
struct RenewLease {
  Epoch epoch;
  friend bool operator==(const RenewLease&, const RenewLease&) = default;
};

/// Takes from the treasury; signed by the owner key, delayed by 24 h, at most 10 % a token in 30 days.
struct WithdrawTreasury {
  Epoch epoch;
  Address to;
  Token token{};
  Amount amount;
  friend bool operator==(const WithdrawTreasury&, const WithdrawTreasury&) = default;
};

/// Takes effect an epoch of blocks later, by at most a factor of two, within the range that genesis fixed.
struct ChangeParameter {
  Epoch epoch;
  Parameter parameter{};
  std::uint64_t value{};
  friend bool operator==(const ChangeParameter&, const ChangeParameter&) = default;
};

/// Replaces the sender's key policy from the next transaction on.
struct ChangeKeys {
  KeyPolicy policy;
  friend bool operator==(const ChangeKeys&, const ChangeKeys&) = default;
};

/// Claims a reporter's share ahead of the report, without telling whom it is about: what others see in a
/// report they can't have committed to before. Replaces the sender's last one.
struct CommitEvidence {
  Digest commitment;  ///< evidence_commitment of the report that is to follow
  friend bool operator==(const CommitEvidence&, const CommitEvidence&) = default;
};

/// Proves that a validator signed two statements that contradict each other. Fee-free.
struct ReportEvidence {
  Address offender;  ///< its seat
  PublicKey key;     ///< the seat's consensus key; both signatures are by it
  SignedStatement first;
  SignedStatement second;
  Digest salt;  ///< opens the sender's commitment; zeros where there is none
  friend bool operator==(const ReportEvidence&, const ReportEvidence&) = default;
};

/// Stakes GEN of the sender, who operates the seat, for a new seat or on top of what is staked for it.
struct Bond {
  Validator seat;  ///< its address is made from its consensus key alone
  Amount amount;   ///< GEN base units
  friend bool operator==(const Bond&, const Bond&) = default;
};

/// Asked by the operator of a seat outside the set: first begins the unbonding time; once that has passed,
/// pays the bond out.
struct Unbond {
  Address seat;
  friend bool operator==(const Unbond&, const Unbond&) = default;
};

/// A seat that wants to join holds the chain. Signed by the seat's own account, once a block; free of fees
/// where a change that is voted on lets it join.
struct Ready {
  Height final;  ///< the last final height that it holds
  friend bool operator==(const Ready&, const Ready&) = default;
};

/// A validator's operator votes, with all its seats, for a change of the set. The same change is one
/// proposal, whoever names it.
struct VoteSetChange {
  std::vector<Address> joins;   ///< seats with a bond, sorted
  std::vector<Address> leaves;  ///< seats of the set, sorted
  friend bool operator==(const VoteSetChange&, const VoteSetChange&) = default;
};

/// A validator's operator votes, with all its seats, for another version of the protocol from a height on.
/// Replaces what it voted for before.
struct Upgrade {
  std::uint32_t version{};  ///< above the one in force
  Height height;            ///< the first of that version
  friend bool operator==(const Upgrade&, const Upgrade&) = default;
};

using Operation = std::variant<Transfer, Notarise, RegisterService, RenewService, RemoveService, RenewLease,
                               WithdrawTreasury, ChangeParameter, ChangeKeys, CommitEvidence, ReportEvidence,
                               Bond, Unbond, Ready, VoteSetChange, Upgrade>;

}  // namespace mnrt::policies
