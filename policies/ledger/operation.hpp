#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "policies/address.hpp"
#include "policies/amount.hpp"
#include "policies/digest.hpp"
#include "policies/height.hpp"
#include "policies/ledger/key_policy.hpp"
#include "policies/ledger/parameters.hpp"
#include "policies/token.hpp"

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

using Operation = std::variant<Transfer, Notarise, RegisterService, RenewService, RemoveService, RenewLease,
                               WithdrawTreasury, ChangeParameter, ChangeKeys>;

}  // namespace mnrt::policies
