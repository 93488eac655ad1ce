#pragma once

#include <expected>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "policies/amount.hpp"
#include "policies/crypto/ed25519.hpp"
#include "policies/ledger/operation.hpp"
#include "runtime/cli/node_client.hpp"

namespace mnrt::runtime {

struct SendOrder {
  std::vector<policies::Operation> operations;
  std::optional<policies::Amount> fee_limit;  ///< FLX base units; nothing: the chain's fee and a quarter
  bool wait{};                                ///< until it is final, refused or expired
};

/// Makes a transaction of one key's account, signs it and posts it. What is signed is put together here; from
/// the node come chain id, nonce, height and fee table. Answers the node's status (`id`, `status`, `height`,
/// `reason`, `fee`); a refusal is a failure with exit code 5.
std::expected<Json, Failure> send_operations(const NodeClient& node, const policies::SigningKey& key,
                                             const SendOrder& order, const Output& output);

/// Asks until the transaction is final. A refusal on the chain is a failure (exit code 5), the deadline
/// another (6). `again` posts it once more where the node has forgotten it: a restart loses what was pending.
std::expected<Json, Failure> wait_for_final(const NodeClient& node, const std::string& id,
                                            const std::function<std::expected<void, Failure>()>& again);

}  // namespace mnrt::runtime
