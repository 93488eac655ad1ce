#pragma once

#include <expected>
#include <optional>
#include <string>

#include "actors/api_calls.hpp"
#include "actors/ledger_view.hpp"
#include "policies/ledger/block.hpp"
#include "policies/ledger/operation.hpp"
#include "policies/ledger/transaction.hpp"
#include "policies/notary/receipt.hpp"
#include "runtime/gateway/json.hpp"

// The chain's values as JSON, each as openapi.json describes it.
namespace mnrt::runtime {

std::string_view name_of(actors::api::TransactionStatus status);

/// `transfer`, `notarise`, …
std::string_view kind_of(const policies::Operation& operation);

Json texts_of(const std::vector<policies::Address>& addresses);

Json json_of(const policies::KeyPolicy& policy);
Json json_of(const policies::Operation& operation);
Json json_of(const policies::SignedStatement& statement);
Json json_of(const policies::Balances& balances);
Json json_of(const policies::Transaction& body);
Json json_of(const actors::api::StatusReport& report);
Json json_of(const actors::api::NodeReport& report);

/// A line of `/blocks`.
Json summary_of(const actors::FinalHeader& header);
/// The whole header, with the seals that made it final.
Json json_of(const actors::FinalHeader& header);
/// What a receipt says, whoever verifies it: the API and `mnrt verify`.
Json json_of(const policies::ReceiptFacts& facts);

/// What a final transaction's record says, as a status report.
actors::api::StatusReport report_of(const policies::Digest& id, const actors::TransactionRecord& record);
actors::api::StatusReport report_of(policies::Height height, const policies::Outcome& outcome);

/// Errors go into `reader`.
policies::Operation operation_from(ObjectReader& reader);
policies::KeyPolicy key_policy_from(ObjectReader& reader);

}  // namespace mnrt::runtime
