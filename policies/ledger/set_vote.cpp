#include <algorithm>
#include <utility>

#include "policies/ledger/operations.hpp"
#include "policies/ledger/set_change.hpp"
#include "policies/limits.hpp"

namespace mnrt::policies {
namespace {

using Proposal = SetChangeRow::Proposal;

bool ascending(const std::vector<Address>& seats) {
  return std::ranges::adjacent_find(seats, std::ranges::greater_equal{}) == seats.end();
}

std::vector<Address> seats_of(const Address& operated_by, const ValidatorSet& set) {
  std::vector<Address> seats;
  for (const auto& seat : set)
    if (seat.operated_by == operated_by) seats.push_back(seat.address);
  return seats;
}

/// Bonds are looked at again when the change takes effect; here so that nobody votes for what can't.
Refusal check_joins(const std::vector<Address>& joins, OperationContext& context) {
  for (const auto& seat : joins) {
    const auto* bond = context.state.find<BondRow>(bond_key(seat));
    if (bond == nullptr) return Refusal::seat_unknown;
    if (bond->unbonding) return Refusal::seat_unbonding;
    if (bond->amount.units < value_of(context.parameters, Parameter::bond_units_min))
      return Refusal::bond_too_low;
  }
  return Refusal::none;
}

/// Room for one more: where there is none, the undecided one with the fewest votes goes, the oldest of
/// several. A few who fill the list with proposals of their own so keep nobody else's out for long.
bool make_room(std::vector<Proposal>& proposals) {
  if (proposals.size() < limits::set_proposals_max) return true;
  const auto weight = [](const Proposal& one) {
    return std::pair{one.decided.has_value(), one.votes.size()};
  };
  const auto least = std::ranges::min_element(proposals, {}, weight);
  if (least->decided) return false;
  proposals.erase(least);
  return true;
}

/// Adds the seats' votes to those of seats that are still in the set; false where all of them were there.
bool add_votes(const std::vector<Address>& seats, const ValidatorSet& set, std::vector<Address>& votes) {
  std::erase_if(votes, [&](const Address& seat) { return !index_of(set, seat); });
  const auto before = votes.size();
  votes.insert(votes.end(), seats.begin(), seats.end());
  std::ranges::sort(votes);
  votes.erase(std::ranges::unique(votes).begin(), votes.end());
  return votes.size() > before;
}

}  // namespace

Refusal apply(const VoteSetChange& operation, OperationContext& context) {
  auto& state = context.state;
  const auto set = state.find<ValidatorsRow>(validators_key())->validators;
  const auto seats = seats_of(context.transaction.body.sender, set);
  if (seats.empty()) return Refusal::not_a_validator;
  if (!ascending(operation.joins) || !ascending(operation.leaves)) return Refusal::set_change_malformed;
  if (const auto refusal = check_joins(operation.joins, context); refusal != Refusal::none) return refusal;

  Proposal named{.joins = operation.joins,
                 .leaves = operation.leaves,
                 .proposed = context.block.height,
                 .votes = {},
                 .decided = {}};
  auto changed = set;
  if (const auto refusal = changed_set(named, state, changed); refusal != Refusal::none) return refusal;

  auto& proposals = state.change<SetChangeRow>(set_change_key()).proposals;
  auto proposal = std::ranges::find_if(proposals, [&](const Proposal& one) {
    return one.joins == operation.joins && one.leaves == operation.leaves;
  });
  if (proposal == proposals.end()) {
    if (!make_room(proposals)) return Refusal::set_proposals_full;
    proposal = proposals.insert(proposals.end(), std::move(named));
  }
  if (!add_votes(seats, set, proposal->votes)) return Refusal::voted_already;
  if (!proposal->decided && proposal->votes.size() >= quorum(set.size()))
    proposal->decided = context.block.height;
  return Refusal::none;
}

}  // namespace mnrt::policies
