#include "policies/ledger/fees.hpp"

#include <variant>

namespace mnrt::policies {
namespace {

struct UnitsOf {
  std::uint64_t operator()(const Transfer&) const { return fee_units_transfer; }
  std::uint64_t operator()(const Notarise&) const { return fee_units_notarise; }
  std::uint64_t operator()(const RegisterService&) const { return fee_units_service; }
  std::uint64_t operator()(const RenewService&) const { return fee_units_service; }
  std::uint64_t operator()(const RemoveService&) const { return fee_units_service; }
  std::uint64_t operator()(const RenewLease&) const { return fee_units_other; }
  std::uint64_t operator()(const WithdrawTreasury&) const { return fee_units_other; }
  std::uint64_t operator()(const ChangeParameter&) const { return fee_units_other; }
  std::uint64_t operator()(const ChangeKeys&) const { return fee_units_other; }
  std::uint64_t operator()(const CommitEvidence&) const { return fee_units_other; }
  std::uint64_t operator()(const ReportEvidence&) const { return fee_units_other; }
  std::uint64_t operator()(const Bond&) const { return fee_units_other; }
  std::uint64_t operator()(const Unbond&) const { return fee_units_other; }
  std::uint64_t operator()(const Ready&) const { return fee_units_other; }
  std::uint64_t operator()(const VoteSetChange&) const { return fee_units_other; }
  std::uint64_t operator()(const Upgrade&) const { return fee_units_other; }
};

}  // namespace

std::uint64_t fee_units(const SignedTransaction& transaction) {
  auto units = fee_units_transaction + fee_units_byte * transaction.bytes() +
               fee_units_signature * transaction.signatures.size();
  for (const auto& operation : transaction.body.operations) units += std::visit(UnitsOf{}, operation);
  return units;
}

Amount base_fee(const SignedTransaction& transaction, const Parameters& parameters) {
  return {uint128{fee_units(transaction)} * value_of(parameters, Parameter::base_fee_units)};
}

std::optional<Amount> fee_needed(const SignedTransaction& transaction, const Parameters& parameters) {
  return checked_add(base_fee(transaction, parameters), transaction.body.priority);
}

bool is_fee_free(const Transaction& transaction) {
  return transaction.lane == 0 && transaction.fee_limit.units == 0 && transaction.priority.units == 0 &&
         transaction.operations.size() == 1 &&
         (std::holds_alternative<RenewLease>(transaction.operations.front()) ||
          std::holds_alternative<ReportEvidence>(transaction.operations.front()) ||
          std::holds_alternative<Ready>(transaction.operations.front()));
}

}  // namespace mnrt::policies
