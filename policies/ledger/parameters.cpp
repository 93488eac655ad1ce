#include "policies/ledger/parameters.hpp"

#include "policies/limits.hpp"

namespace mnrt::policies {
namespace {

struct Facts {
  Parameter parameter;
  std::string_view name;
  ParameterValue value;  ///< value, lowest, highest
};

constexpr std::uint64_t day_ms = 24ull * 60 * 60 * 1'000;

constexpr std::array<Facts, parameter_count> facts{{
    // Two transactions of the largest size must fit beside the reserved tenth.
    {Parameter::block_bytes_max,
     "block_bytes_max",
     {1'048'576, 3 * limits::transaction_bytes_max, limits::block_bytes_max}},
    {Parameter::block_transactions_max,
     "block_transactions_max",
     {1'000, 20, limits::block_transactions_max}},
    {Parameter::base_fee_units, "base_fee_units", {1, 1, 1'000'000'000}},
    {Parameter::infrastructure_fee_ppb, "infrastructure_fee_ppb", {1'000'000, 0, 100'000'000}},
    {Parameter::row_deposit_units, "row_deposit_units", {1'000'000, 1, 1'000'000'000'000}},
    {Parameter::service_ttl_seconds_max, "service_ttl_seconds_max", {300, 30, 86'400}},
    {Parameter::services_max, "services_max", {1'000, 1, 10'000}},
    {Parameter::lease_ms, "lease_ms", {30'000, 10'000, 3'600'000}},
    {Parameter::lease_blocks, "lease_blocks", {6, 6, 1'000}},
    {Parameter::epoch_blocks, "epoch_blocks", {720, 20, 20'000}},
    {Parameter::withdrawal_share_ppb, "withdrawal_share_ppb", {100'000'000, 0, 100'000'000}},
    {Parameter::withdrawal_window_ms, "withdrawal_window_ms", {30 * day_ms, 30 * day_ms, 360 * day_ms}},
    {Parameter::withdrawal_delay_ms, "withdrawal_delay_ms", {day_ms, day_ms, 30 * day_ms}},
    {Parameter::bond_units_min, "bond_units_min", {1'000'000'000'000, 1'000'000'000, 1'000'000'000'000'000}},
}};

static_assert([] {
  for (std::size_t i = 0; i < facts.size(); ++i) {
    const auto& [parameter, name, value] = facts[i];
    if (static_cast<std::size_t>(parameter) != i) return false;
    if (value.lowest > value.value || value.value > value.highest) return false;
  }
  return true;
}());

}  // namespace

std::string_view name_of(Parameter parameter) {
  const auto index = static_cast<std::size_t>(parameter);
  return index < facts.size() ? facts[index].name : "unknown";
}

std::optional<Parameter> parameter_from_name(std::string_view name) {
  for (const auto& one : facts)
    if (one.name == name) return one.parameter;
  return std::nullopt;
}

Parameters default_parameters() {
  Parameters all;
  for (std::size_t i = 0; i < all.size(); ++i) all[i] = facts[i].value;
  return all;
}

}  // namespace mnrt::policies
