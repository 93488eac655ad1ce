#include "actors/simulate.hpp"

#include <array>
#include <span>

#include "messages/genesis_codec.hpp"
#include "messages/transaction_codec.hpp"
#include "policies/ledger/execution.hpp"

namespace mnrt::actors {

using api::TransactionStatus;

api::StatusReport simulate_transaction(const LedgerView& ledger, policies::ByteView frame,
                                       policies::BlockTime now) {
  auto decoded = messages::decode_transaction(frame);
  if (!decoded)
    return {.status = TransactionStatus::refused, .refusal = messages::refusal_of(decoded.error())};
  api::StatusReport report{
      .id = (*decoded)->id, .status = TransactionStatus::refused, .refusal = policies::Refusal::busy};
  const auto genesis = ledger.genesis();
  const auto tip = ledger.tip();
  if (!genesis || !*genesis || !tip || !*tip) return report;

  const policies::BlockContext context{.chain_id = messages::chain_id_of(**genesis),
                                       .height = next(**tip),
                                       .time = now,
                                       .proposer = (*genesis)->validators.front().address};
  const auto execution = policies::execute(context, std::span{&*decoded, 1}, ledger);
  if (execution.invalid) {
    report.refusal = execution.invalid->refusal;
    return report;
  }
  const auto& outcome = execution.outcomes.front();
  report.status =
      outcome.refusal == policies::Refusal::none ? TransactionStatus::final : TransactionStatus::refused;
  report.refusal = outcome.refusal;
  report.operation = outcome.operation;
  report.fee = outcome.fee;
  return report;
}

}  // namespace mnrt::actors
