#include "sims/prepare_checker.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "policies/validator_set.hpp"
#include "sims/trace.hpp"

namespace mnrt::sims {
namespace {

constexpr std::size_t heights_max = 64;

}  // namespace

std::optional<std::string> PrepareChecker::signed_by(std::size_t node, const policies::Note& note,
                                                     std::size_t seats) {
  const auto step = field_of(note, "step");
  const auto height = std::stoull(field_of(note, "height"));
  const auto round = std::stoull(field_of(note, "round"));
  const auto digest = field_of(note, "digest");
  auto& rounds = heights_[height];
  if (step == "prepare") {
    rounds[round].prepares[digest].insert(node);
    if (round != 0 && !may_prepare(rounds, round, digest, policies::quorum(seats)))
      return fmt::format(
          "node {} prepared {} at height {} in round {}, and no quorum of RoundChanges allows it", node,
          digest, height, round);
  } else if (step == "round_change") {
    std::optional<Claim> claim;
    if (const auto colon = digest.find(':'); colon != std::string::npos)
      claim = {std::stoull(digest.substr(0, colon)), digest.substr(colon + 1)};
    rounds[round].changes.try_emplace(node, std::move(claim));
  }
  if (heights_.size() > heights_max) heights_.erase(heights_.begin());
  return std::nullopt;
}

bool PrepareChecker::may_prepare(const Rounds& rounds, std::uint64_t round, const std::string& digest,
                                 std::size_t quorum) const {
  const auto& changes = rounds.at(round).changes;
  const auto enough = [&](auto fits) {
    return static_cast<std::size_t>(
               std::ranges::count_if(changes, [&](const auto& change) { return fits(change.second); })) +
               liars_ >=
           quorum;
  };
  if (enough([](const auto& claim) { return !claim; })) return true;
  for (const auto& [prepared, at] : rounds) {
    if (prepared >= round) break;
    const auto prepares = at.prepares.find(digest);
    if (prepares == at.prepares.end() || prepares->second.size() + liars_ < quorum) continue;
    const auto claims_it = [&](const auto& claim) {
      return claim && claim->round == prepared && claim->digest == digest;
    };
    const bool is_claimed = liars_ != 0 || std::ranges::any_of(changes, [&](const auto& change) {
                              return claims_it(change.second);
                            });
    if (is_claimed &&
        enough([&](const auto& claim) { return !claim || claim->round < prepared || claims_it(claim); }))
      return true;
  }
  return false;
}

}  // namespace mnrt::sims
