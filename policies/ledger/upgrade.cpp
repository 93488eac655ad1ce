#include "policies/ledger/upgrade.hpp"

#include <algorithm>
#include <utility>

#include "policies/ledger/operations.hpp"

namespace mnrt::policies {
namespace {

using Proposal = UpgradeRow::Proposal;

/// Takes the seats' votes back wherever they stand, and those of seats that left the set.
void withdraw(const std::vector<Address>& seats, const ValidatorSet& set, std::vector<Proposal>& proposals) {
  for (auto& proposal : proposals)
    std::erase_if(proposal.votes, [&](const Address& seat) {
      return std::ranges::binary_search(seats, seat) || !index_of(set, seat);
    });
  std::erase_if(proposals, [](const Proposal& proposal) { return proposal.votes.empty(); });
}

}  // namespace

std::uint32_t protocol_version_of(const StateReader& state) {
  const auto row = state.read(upgrade_key());
  return row ? std::get<UpgradeRow>(*row).version : UpgradeRow{}.version;
}

Refusal apply(const Upgrade& operation, OperationContext& context) {
  auto& state = context.state;
  const auto set = state.find<ValidatorsRow>(validators_key())->validators;
  std::vector<Address> seats;
  for (const auto& seat : set)
    if (seat.operated_by == context.transaction.body.sender) seats.push_back(seat.address);
  if (seats.empty()) return Refusal::not_a_validator;
  const auto earliest = context.block.height + value_of(context.parameters, Parameter::epoch_blocks);
  if (operation.version <= context.block.protocol_version || operation.height < earliest)
    return Refusal::upgrade_malformed;

  auto& row = state.change<UpgradeRow>(upgrade_key());
  auto& proposals = row.proposals;
  if (std::ranges::any_of(proposals, &Proposal::decided)) return Refusal::upgrade_decided;
  const auto place_of = [](const Proposal& one) { return std::pair{one.version, one.height}; };
  const auto named = std::pair{operation.version, operation.height};
  const auto before = std::ranges::find(proposals, named, place_of);
  if (before != proposals.end() && std::ranges::includes(before->votes, seats)) return Refusal::voted_already;

  withdraw(seats, set, proposals);
  auto place = std::ranges::lower_bound(proposals, named, {}, place_of);
  if (place == proposals.end() || place_of(*place) != named)
    place = proposals.insert(place, {.version = operation.version, .height = operation.height, .votes = {}});
  place->votes.insert(place->votes.end(), seats.begin(), seats.end());
  std::ranges::sort(place->votes);
  place->decided = place->votes.size() >= quorum(set.size());
  return Refusal::none;
}

void change_version(Height height, Overlay& state) {
  const auto* row = state.find<UpgradeRow>(upgrade_key());
  if (row == nullptr) return;
  auto after = *row;
  std::erase_if(after.proposals, [&](const Proposal& proposal) {
    if (proposal.height > next(height)) return false;
    if (proposal.decided) after.version = proposal.version;
    return true;
  });
  // Once one is decided the others have no chance.
  if (std::ranges::any_of(after.proposals, &Proposal::decided))
    std::erase_if(after.proposals, [](const Proposal& proposal) { return !proposal.decided; });
  if (after != *row) state.change<UpgradeRow>(upgrade_key()) = std::move(after);
}

}  // namespace mnrt::policies
