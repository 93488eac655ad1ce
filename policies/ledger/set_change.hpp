#pragma once

#include <cstdint>

#include "policies/ledger/operation.hpp"
#include "policies/ledger/outcome.hpp"
#include "policies/ledger/overlay.hpp"
#include "policies/ledger/parameters.hpp"

namespace mnrt::policies {

// How the set of validators changes (protocol section 1, Set changes). A seat is bonded; it says in each
// block that it is ready; a quorum of the set's seats votes for the change; twenty blocks later it becomes
// the next height's set, all of it at once, as soon as all that join are ready.

/// How many blocks lie between the one that decides a change of the set and the last one of the old set.
inline constexpr std::uint64_t set_change_blocks = 20;

/// A seat joins when it was ready for as many blocks, without more than ready_lag_blocks in a row that had no
/// `ready`: one answers each block only where links are quicker than blocks.
inline constexpr std::uint64_t ready_blocks_min = 20;

/// How far the height that a `ready` names may be behind the block's parent.
inline constexpr std::uint64_t ready_lag_blocks = 3;

/// A change that hasn't taken effect by then is dropped.
inline constexpr std::uint64_t set_change_lapses_blocks = 1'000;

/// How long a bond stays after its seat has left.
inline constexpr std::int64_t unbonding_ms = 21ll * 24 * 60 * 60 * 1'000;

/// What one operator may hold of n seats: max(1, f).
constexpr std::size_t seats_per_operator(std::size_t n) {
  return faulty_max(n) > 1 ? faulty_max(n) : 1;
}

/// Why a seat's `ready` is refused in a block of that height: seat_unknown (no bond), seat_unbonding,
/// seat_in_use (in the set), ready_too_old (or of a height that isn't final), ready_already.
Refusal ready_fault(const Ready& ready, const Address& seat, Height block, const StateReader& rows);

/// Whether a change that is voted on, or decided, lets the seat join. Only then is its `ready` free: a bond
/// alone would buy a place in every block's reserved lane.
bool is_asked_to_join(const Address& seat, const StateReader& rows);

/// Whether a bond lets its seat join at the end of a block: large and old enough, staying, and ready for the
/// last twenty blocks.
bool may_join(const BondRow& bond, Height height, const Parameters& parameters);

/// What a change makes of a set. set_change_malformed: a seat to join is in it, one to leave isn't, nothing
/// changes, or the set would be empty or over 100 seats. seat_unknown: no bond is held for one that joins.
/// too_many_seats: an operator of one that joins would hold more than it may.
Refusal changed_set(const SetChangeRow::Proposal& change, Overlay& state, ValidatorSet& set);

/// Marks an offender's seat to go with the next change of the set. Nothing where it has no seat, or is
/// marked.
void remove_at_next_change(const Address& seat, Height height, Overlay& state);

/// At the end of a block: what was decided long enough ago becomes the set of the next height. The set never
/// becomes empty: a last offender keeps its seat until another one joins.
void change_set(Height height, const Parameters& parameters, Overlay& state);

}  // namespace mnrt::policies
