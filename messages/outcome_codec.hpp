#pragma once

#include <cstdint>
#include <expected>

#include "messages/decode_error.hpp"
#include "policies/bytes.hpp"
#include "policies/height.hpp"
#include "policies/ledger/outcome.hpp"

namespace mnrt::messages {

/// The canonical outcome: what the outcome root hashes.
policies::Bytes encode_outcome(const policies::Outcome& outcome);
std::expected<policies::Outcome, DecodeError> decode_outcome(policies::ByteView bytes);

/// Where a final transaction stands and what became of it: the value of the table `transactions`.
struct TransactionRecord {
  policies::Height height;
  std::uint32_t index{};  ///< in its block
  policies::Outcome outcome;
  friend bool operator==(const TransactionRecord&, const TransactionRecord&) = default;
};
policies::Bytes encode_transaction_record(const TransactionRecord& record);
std::expected<TransactionRecord, DecodeError> decode_transaction_record(policies::ByteView bytes);

}  // namespace mnrt::messages
