#include "sims/lease_checker.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "policies/ledger/parameters.hpp"
#include "policies/ledger/state.hpp"
#include "policies/validator_set.hpp"

namespace mnrt::sims {
namespace {

template <class Row>
Row row_of(const actors::LedgerView& ledger, const policies::StateKey& key) {
  return std::get<Row>(*ledger.read(key));
}

}  // namespace

std::optional<std::string> fault_of_succession(const actors::LedgerView& ledger) {
  const auto owner = row_of<policies::OwnerRow>(ledger, policies::owner_key());
  const auto set = row_of<policies::ValidatorsRow>(ledger, policies::validators_key()).validators;
  const auto parameters = row_of<policies::ParametersRow>(ledger, policies::parameters_key()).values;
  if (!owner.deposed || owner.epoch.value != 1)
    return fmt::format("the owner is gone, and the epoch is {}", owner.epoch.value);
  const auto lease_ms = static_cast<std::int64_t>(value_of(parameters, policies::Parameter::lease_ms));
  const auto blocks = std::max<std::uint64_t>(value_of(parameters, policies::Parameter::lease_blocks),
                                              2 * (policies::faulty_max(set.size()) + 1));
  const auto tip = ledger.tip();
  for (policies::Height height{1}; tip && *tip && height <= **tip; height = next(height)) {
    const auto block = ledger.header(height);
    if (!block || !*block) return fmt::format("block {} is not there", height.value);
    const auto& header = (*block)->header;
    const bool over = header.time.ms >= owner.renewed_time.ms + lease_ms &&
                      height.value >= owner.renewed_height.value + blocks;
    if (header.owner_epoch.value != (over ? 1u : 0u))
      return fmt::format("block {} is of epoch {}: {} ms and {} blocks after the last renewal", height.value,
                         header.owner_epoch.value, header.time.ms - owner.renewed_time.ms,
                         height.value - owner.renewed_height.value);
  }
  return std::nullopt;
}

std::optional<std::string> fault_of_succession(const std::optional<actors::api::NodeReport>& report,
                                               std::size_t seats) {
  if (!report) return "a node doesn't say how it is";
  if (report->owner_status == "Failed" && report->epoch == policies::Epoch{1} &&
      report->immortality == "armed" && report->failures_tolerated == seats - policies::quorum(seats))
    return std::nullopt;
  return fmt::format("a node says that the owner is {} in epoch {}, and immortality {}", report->owner_status,
                     report->epoch.value, report->immortality);
}

}  // namespace mnrt::sims
