#include "policies/ledger/set_change.hpp"

#include <algorithm>

#include "policies/limits.hpp"

namespace mnrt::policies {
namespace {

using Proposal = SetChangeRow::Proposal;

bool all_may_join(const Proposal& proposal, Height height, const Parameters& parameters, Overlay& state) {
  return std::ranges::all_of(proposal.joins, [&](const Address& seat) {
    const auto* bond = state.find<BondRow>(bond_key(seat));
    return bond != nullptr && may_join(*bond, height, parameters);
  });
}

/// Offenders whose time has come leave the set, the last one never. Who has no seat any more is forgotten.
void remove_offenders(Height height, std::vector<SetChangeRow::Removal>& removals, ValidatorSet& set) {
  std::erase_if(removals, [&](const auto& removal) {
    const auto seat = index_of(set, removal.seat);
    if (!seat) return true;
    if (removal.decided + set_change_blocks > height || set.size() == 1) return false;
    set.erase(set.begin() + static_cast<std::ptrdiff_t>(*seat));
    return true;
  });
}

}  // namespace

bool may_join(const BondRow& bond, Height height, const Parameters& parameters) {
  return !bond.unbonding && bond.amount.units >= value_of(parameters, Parameter::bond_units_min) &&
         bond.bonded + value_of(parameters, Parameter::epoch_blocks) <= height &&
         height <= bond.ready + ready_lag_blocks && bond.ready_blocks >= ready_blocks_min;
}

Refusal changed_set(const Proposal& change, Overlay& state, ValidatorSet& set) {
  const auto before = set;
  for (const auto& seat : change.leaves) {
    const auto place = index_of(set, seat);
    if (!place) return Refusal::set_change_malformed;
    set.erase(set.begin() + static_cast<std::ptrdiff_t>(*place));
  }
  for (const auto& seat : change.joins) {
    const auto* bond = state.find<BondRow>(bond_key(seat));
    if (bond == nullptr) return Refusal::seat_unknown;
    const auto place = std::ranges::lower_bound(set, seat, {}, &Validator::address);
    if (place != set.end() && place->address == seat) return Refusal::set_change_malformed;
    set.insert(place, bond->seat);
  }
  if ((change.joins.empty() && change.leaves.empty()) || set.empty() || set.size() > limits::validators_max)
    return Refusal::set_change_malformed;
  // What was few enough may be too many for a smaller set. Who began with more than that, by genesis, may
  // keep it, but not add to it.
  const auto has_too_many = [](const ValidatorSet& in, const Address& operated_by) {
    const auto held = std::ranges::count(in, operated_by, &Validator::operated_by);
    return static_cast<std::size_t>(held) > seats_per_operator(in.size());
  };
  for (const auto& seat : set) {
    const bool joins = std::ranges::binary_search(change.joins, seat.address);
    if (has_too_many(set, seat.operated_by) && (joins || !has_too_many(before, seat.operated_by)))
      return Refusal::too_many_seats;
  }
  return Refusal::none;
}

void remove_at_next_change(const Address& seat, Height height, Overlay& state) {
  if (!index_of(state.find<ValidatorsRow>(validators_key())->validators, seat)) return;
  using Removal = SetChangeRow::Removal;
  auto& removals = state.change<SetChangeRow>(set_change_key()).removals;
  const auto place = std::ranges::lower_bound(removals, seat, {}, &Removal::seat);
  if (place != removals.end() && place->seat == seat) return;
  removals.insert(place, {.seat = seat, .decided = height});
}

void change_set(Height height, const Parameters& parameters, Overlay& state) {
  const auto* row = state.find<SetChangeRow>(set_change_key());
  if (row == nullptr) return;
  const auto before = state.find<ValidatorsRow>(validators_key())->validators;
  auto after = before;
  auto left = *row;
  // One voted change a block: the next is judged against the set that this one makes.
  bool changed = false;
  std::erase_if(left.proposals, [&](const Proposal& proposal) {
    if (height >= proposal.proposed + set_change_lapses_blocks) return true;
    if (changed || !proposal.decided || *proposal.decided + set_change_blocks > height) return false;
    auto next = before;
    if (changed_set(proposal, state, next) != Refusal::none) return true;
    if (!all_may_join(proposal, height, parameters, state)) return false;
    after = std::move(next);
    changed = true;
    return true;
  });
  remove_offenders(height, left.removals, after);
  if (left == *row) return;
  if (left == SetChangeRow{})
    state.erase(set_change_key());
  else
    state.change<SetChangeRow>(set_change_key()) = left;
  if (after == before) return;
  state.change<ValidatorsRow>(validators_key()).validators = after;
  state.change<SealingSetRow>(sealing_set_key(height)).validators = before;
}

}  // namespace mnrt::policies
