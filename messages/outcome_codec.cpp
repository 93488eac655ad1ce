#include "messages/outcome_codec.hpp"

#include "messages/block.capnp.h"
#include "messages/strict.hpp"
#include "policies/limits.hpp"

namespace mnrt::messages {
namespace {

using policies::Bytes;
using policies::ByteView;
using policies::limits::leaves_max;

constexpr std::size_t record_bytes_max = 1024;
constexpr auto refusal_max = static_cast<std::uint16_t>(policies::refusal_last);

policies::Outcome read_outcome(wire::Outcome::Reader reader) {
  require_known(reader);
  require(reader.getRefusal() <= refusal_max, DecodeError::unknown_variant);
  require(reader.getOperation() < policies::limits::operations_max, DecodeError::out_of_range);
  policies::Outcome outcome{.transaction = read_32<policies::Digest>(reader.getTransaction()),
                            .refusal = static_cast<policies::Refusal>(reader.getRefusal()),
                            .operation = static_cast<std::uint8_t>(reader.getOperation()),
                            .fee = read_amount(reader.getFee()),
                            .leaves = {}};
  const auto leaves = require_list(reader.hasLeaves(), reader.getLeaves(), leaves_max);
  outcome.leaves.reserve(leaves.size());
  for (auto leaf : leaves) outcome.leaves.push_back(leaf);
  return outcome;
}

void write_outcome(wire::Outcome::Builder builder, const policies::Outcome& outcome) {
  write_32(builder.getTransaction(), outcome.transaction);
  builder.setRefusal(static_cast<std::uint16_t>(outcome.refusal));
  builder.setOperation(outcome.operation);
  write_amount(builder.getFee(), outcome.fee);
  if (outcome.leaves.empty()) return;
  auto leaves = builder.initLeaves(static_cast<unsigned>(outcome.leaves.size()));
  for (unsigned i = 0; i < leaves.size(); ++i) leaves.set(i, outcome.leaves[i]);
}

}  // namespace

Bytes encode_outcome(const policies::Outcome& outcome) {
  return encode_with<wire::Outcome>([&](wire::Outcome::Builder builder) { write_outcome(builder, outcome); });
}

std::expected<policies::Outcome, DecodeError> decode_outcome(ByteView bytes) {
  return decode_with<wire::Outcome>(bytes, record_bytes_max, read_outcome);
}

Bytes encode_transaction_record(const TransactionRecord& record) {
  return encode_with<wire::TransactionRecord>([&](wire::TransactionRecord::Builder builder) {
    builder.setHeight(record.height.value);
    builder.setIndex(record.index);
    write_outcome(builder.initOutcome(), record.outcome);
  });
}

std::expected<TransactionRecord, DecodeError> decode_transaction_record(ByteView bytes) {
  return decode_with<wire::TransactionRecord>(
      bytes, record_bytes_max, [](wire::TransactionRecord::Reader reader) -> TransactionRecord {
        require_known(reader);
        require(reader.hasOutcome(), DecodeError::missing_field);
        return {.height = {reader.getHeight()},
                .index = reader.getIndex(),
                .outcome = read_outcome(reader.getOutcome())};
      });
}

}  // namespace mnrt::messages
