#include "policies/consensus/seals.hpp"

#include <algorithm>

namespace mnrt::policies {

SealSet seals_from(const std::vector<Signed<Commit>>& commits, Round round, const ValidatorSet& set) {
  SealSet seals{.round = round, .signers = std::vector<bool>(set.size()), .signatures = {}};
  for (auto& commit : commits) add_seal(seals, commit, set);
  return seals;
}

std::vector<Signed<Commit>> commits_from(const SealSet& seals, const Commit& body, const ValidatorSet& set) {
  std::vector<Signed<Commit>> commits;
  for (std::size_t seat = 0; seat < std::min(set.size(), seals.signers.size()); ++seat)
    if (seals.signers[seat] && commits.size() < seals.signatures.size())
      commits.push_back({body, set[seat].address, seals.signatures[commits.size()]});
  return commits;
}

bool add_seal(SealSet& seals, const Signed<Commit>& commit, const ValidatorSet& set) {
  auto seat = index_of(set, commit.signer);
  if (!seat || seals.signers.size() != set.size() || seals.signers[*seat] || commit.body.round != seals.round)
    return false;
  auto before =
      std::count(seals.signers.begin(), seals.signers.begin() + static_cast<std::ptrdiff_t>(*seat), true);
  seals.signers[*seat] = true;
  seals.signatures.insert(seals.signatures.begin() + before, commit.signature);
  return true;
}

bool is_seal_quorum(const SealSet& seals, std::size_t seats) {
  auto sealed = static_cast<std::size_t>(std::count(seals.signers.begin(), seals.signers.end(), true));
  return seals.signers.size() == seats && seals.signatures.size() == sealed && seats > 0 &&
         sealed >= quorum(seats);
}

}  // namespace mnrt::policies
