#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace mnrt::policies {

/// A number that all nodes compute with. Genesis fixes each one's value and range; `ChangeParameter` moves
/// it.
enum class Parameter : std::uint8_t {
  block_bytes_max,  ///< bytes of all transactions in a block
  block_transactions_max,
  base_fee_units,          ///< FLX base units for each fee unit
  infrastructure_fee_ppb,  ///< of a transferred amount
  row_deposit_units,       ///< FLX base units for each new state row
  service_ttl_seconds_max,
  services_max,
  lease_ms,
  lease_blocks,
  epoch_blocks,          ///< after which a parameter change takes effect; also the beacon's boundary
  withdrawal_share_ppb,  ///< of the treasury, per token in the withdrawal window
  withdrawal_window_ms,
  withdrawal_delay_ms,
  bond_units_min,  ///< GEN base units
  count_,
};

constexpr std::size_t parameter_count = static_cast<std::size_t>(Parameter::count_);

struct ParameterValue {
  std::uint64_t value{};
  std::uint64_t lowest{};
  std::uint64_t highest{};
  friend bool operator==(const ParameterValue&, const ParameterValue&) = default;
};

using Parameters = std::array<ParameterValue, parameter_count>;

/// snake_case, as the API and the configuration write it.
std::string_view name_of(Parameter parameter);
std::optional<Parameter> parameter_from_name(std::string_view name);

/// What a genesis has unless its maker says otherwise; docs/formats.md lists values and ranges.
Parameters default_parameters();

inline std::uint64_t value_of(const Parameters& all, Parameter parameter) {
  return all[static_cast<std::size_t>(parameter)].value;
}

}  // namespace mnrt::policies
