#include <algorithm>
#include <string_view>

#include "policies/ledger/accounts.hpp"
#include "policies/ledger/expiry.hpp"
#include "policies/ledger/operations.hpp"
#include "policies/limits.hpp"
#include "policies/registry/service_rules.hpp"

namespace mnrt::policies {
namespace {

/// A live service: one whose time has come counts as gone, swept or not.
const ServiceRow* find_live(OperationContext& context, const std::string& id) {
  const auto* row = context.state.find<ServiceRow>(service_key(id));
  return row != nullptr && row->expires > context.block.time ? row : nullptr;
}

Refusal find_own(OperationContext& context, const std::string& id, const ServiceRow*& row) {
  row = find_live(context, id);
  if (row == nullptr) return Refusal::service_unknown;
  return row->owner == context.transaction.body.sender ? Refusal::none : Refusal::service_not_yours;
}

BlockTime expiry_after(BlockTime now, std::uint32_t ttl_seconds) {
  return {now.ms + std::int64_t{ttl_seconds} * 1'000};
}

}  // namespace

Refusal apply(const RegisterService& operation, OperationContext& context) {
  const auto ttl_max = value_of(context.parameters, Parameter::service_ttl_seconds_max);
  if (!is_well_formed(operation) || operation.ttl_seconds > ttl_max) return Refusal::service_malformed;
  if (find_live(context, operation.id) != nullptr) return Refusal::service_exists;

  auto& state = context.state;
  const auto key = service_key(operation.id);
  if (state.find<ServiceRow>(key) != nullptr) delete_service(state, operation.id);
  if (state.pools().services >= value_of(context.parameters, Parameter::services_max))
    return Refusal::registry_full;
  const auto deposit = Amount{value_of(context.parameters, Parameter::row_deposit_units)};
  if (const auto refusal = hold_deposit(state, context.sender, deposit); refusal != Refusal::none)
    return refusal;

  const auto expires = expiry_after(context.block.time, operation.ttl_seconds);
  state.change<ServiceRow>(key) = {.owner = context.transaction.body.sender,
                                   .kind = operation.kind,
                                   .version = operation.version,
                                   .endpoints = operation.endpoints,
                                   .labels = operation.labels,
                                   .ttl_seconds = operation.ttl_seconds,
                                   .registered = context.block.height,
                                   .expires = expires,
                                   .deposit = deposit};
  index_expiry(state, expires, operation.id);
  state.change_pools().services += 1;
  return Refusal::none;
}

Refusal apply(const RenewService& operation, OperationContext& context) {
  const ServiceRow* row = nullptr;
  if (const auto refusal = find_own(context, operation.id, row); refusal != Refusal::none) return refusal;
  const auto before = row->expires;
  const auto after = expiry_after(context.block.time, row->ttl_seconds);
  context.state.change<ServiceRow>(service_key(operation.id)).expires = after;
  if (span_of(before) == span_of(after)) return Refusal::none;
  unindex_expiry(context.state, before, operation.id);
  index_expiry(context.state, after, operation.id);
  return Refusal::none;
}

Refusal apply(const RemoveService& operation, OperationContext& context) {
  const ServiceRow* row = nullptr;
  if (const auto refusal = find_own(context, operation.id, row); refusal != Refusal::none) return refusal;
  delete_service(context.state, operation.id);
  return Refusal::none;
}

}  // namespace mnrt::policies
