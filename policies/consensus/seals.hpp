#pragma once

#include <cstddef>
#include <vector>

#include "policies/consensus/messages.hpp"
#include "policies/validator_set.hpp"

namespace mnrt::policies {

/// The Commits of one round and digest as a seal set; those of strangers to the set are left out.
SealSet seals_from(const std::vector<Signed<Commit>>& commits, Round round, const ValidatorSet& set);

/// The Commits that a seal set of well-formed shape stands for.
std::vector<Signed<Commit>> commits_from(const SealSet& seals, const Commit& body, const ValidatorSet& set);

/// Puts one more seal in. False if its seat has one, isn't in the set, or the commit is of another round.
bool add_seal(SealSet& seals, const Signed<Commit>& commit, const ValidatorSet& set);

/// Whether a seal set has the shape of a final block's: a flag for each seat, a signature for each flag, a
/// quorum of them. Says nothing about the signatures themselves.
bool is_seal_quorum(const SealSet& seals, std::size_t seats);

}  // namespace mnrt::policies
