#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "policies/amount.hpp"
#include "policies/ledger/operation.hpp"
#include "policies/ledger/state.hpp"
#include "policies/token.hpp"

namespace mnrt::policies {

/// What the network is used for, as its bill tells apart.
enum class ServiceType : std::uint8_t {
  transaction,
  consensus,
  storage,
  cross_border,
  notarisation,
  registry,
  other,
  count_
};

constexpr std::size_t service_type_count = static_cast<std::size_t>(ServiceType::count_);

/// snake_case, as reports and metrics write it.
std::string_view name_of(ServiceType service);

/// Which token a service is billed in: consensus in GEN, storage in NEX, cross-border in AUR, transactions
/// and all others in FLX.
constexpr Token token_of(ServiceType service) {
  switch (service) {
    case ServiceType::consensus:
      return Token::gen;
    case ServiceType::storage:
      return Token::nex;
    case ServiceType::cross_border:
      return Token::aur;
    default:
      return Token::flx;
  }
}

/// What an operation on the chain counts as.
ServiceType service_of(const Operation& operation);

/// How much of a service was used: operations, gigabyte-hours, whatever its price is for.
struct Usage {
  ServiceType service{};
  std::uint64_t units{};
};

/// Base units of `token_of(service)` for one unit, indexed by ServiceType.
using PriceTable = std::array<Amount, service_type_count>;

/// One bill a token. Nothing where a sum is over the largest amount.
std::optional<Balances> charge(std::span<const Usage> usage, const PriceTable& prices);

/// Two bills as one: the services' and what scaling for them costs.
std::optional<Balances> merge(const Balances& a, const Balances& b);

/// What amounts are worth in AUR base units, by the tokens' multipliers (GEN 1000, NEX 100, FLX 10, AUR 1).
std::optional<Amount> worth_in_aur(const Balances& amounts);

}  // namespace mnrt::policies
