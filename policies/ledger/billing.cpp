#include "policies/ledger/billing.hpp"

#include <variant>

#include "policies/ledger/accounts.hpp"

namespace mnrt::policies {
namespace {

struct ServiceOf {
  ServiceType operator()(const Transfer&) const { return ServiceType::transaction; }
  ServiceType operator()(const Notarise&) const { return ServiceType::notarisation; }
  ServiceType operator()(const RegisterService&) const { return ServiceType::registry; }
  ServiceType operator()(const RenewService&) const { return ServiceType::registry; }
  ServiceType operator()(const RemoveService&) const { return ServiceType::registry; }
  ServiceType operator()(const RenewLease&) const { return ServiceType::consensus; }
  ServiceType operator()(const WithdrawTreasury&) const { return ServiceType::consensus; }
  ServiceType operator()(const ChangeParameter&) const { return ServiceType::consensus; }
  ServiceType operator()(const ChangeKeys&) const { return ServiceType::other; }
  ServiceType operator()(const CommitEvidence&) const { return ServiceType::consensus; }
  ServiceType operator()(const ReportEvidence&) const { return ServiceType::consensus; }
  ServiceType operator()(const Bond&) const { return ServiceType::consensus; }
  ServiceType operator()(const Unbond&) const { return ServiceType::consensus; }
  ServiceType operator()(const Ready&) const { return ServiceType::consensus; }
  ServiceType operator()(const VoteSetChange&) const { return ServiceType::consensus; }
  ServiceType operator()(const Upgrade&) const { return ServiceType::consensus; }
};

}  // namespace

std::string_view name_of(ServiceType service) {
  switch (service) {
    case ServiceType::transaction:
      return "transaction";
    case ServiceType::consensus:
      return "consensus";
    case ServiceType::storage:
      return "storage";
    case ServiceType::cross_border:
      return "cross_border";
    case ServiceType::notarisation:
      return "notarisation";
    case ServiceType::registry:
      return "registry";
    case ServiceType::other:
    case ServiceType::count_:
      break;
  }
  return "other";
}

ServiceType service_of(const Operation& operation) {
  return std::visit(ServiceOf{}, operation);
}

std::optional<Balances> charge(std::span<const Usage> usage, const PriceTable& prices) {
  Balances bill{};
  for (const auto& [service, units] : usage) {
    auto& total = bill[index_of(token_of(service))];
    const auto part = checked_mul(prices[static_cast<std::size_t>(service)], units);
    const auto sum = part ? checked_add(total, *part) : std::nullopt;
    if (!sum) return std::nullopt;
    total = *sum;
  }
  return bill;
}

std::optional<Balances> merge(const Balances& a, const Balances& b) {
  Balances both{};
  for (std::size_t i = 0; i < both.size(); ++i) {
    const auto sum = checked_add(a[i], b[i]);
    if (!sum) return std::nullopt;
    both[i] = *sum;
  }
  return both;
}

std::optional<Amount> worth_in_aur(const Balances& amounts) {
  Amount worth;
  for (auto token : all_tokens) {
    const auto part = checked_mul(amounts[index_of(token)], facts_of(token).multiplier);
    const auto sum = part ? checked_add(worth, *part) : std::nullopt;
    if (!sum) return std::nullopt;
    worth = *sum;
  }
  return worth;
}

}  // namespace mnrt::policies
