#include "policies/consensus/vote_box.hpp"

#include <functional>

#include "policies/consensus/evidence.hpp"

namespace mnrt::policies {

bool RoundChangeBox::add(const Signed<RoundChange>& change) {
  auto [kept, is_new] = highest_.try_emplace(change.signer, change);
  if (is_new || change.body.round < kept->second.body.round) return true;
  if (change.body.round == kept->second.body.round) return !contradict(kept->second, change);
  kept->second = change;
  return true;
}

std::vector<Signed<RoundChange>> RoundChangeBox::of(Round round) const {
  std::vector<Signed<RoundChange>> found;
  for (auto& [signer, change] : highest_)
    if (change.body.round == round) found.push_back(change);
  return found;
}

std::size_t RoundChangeBox::at_least(Round round) const {
  return static_cast<std::size_t>(
      std::ranges::count_if(highest_, [&](auto& entry) { return entry.second.body.round >= round; }));
}

std::optional<Round> RoundChangeBox::jump(Round mine, std::size_t f) const {
  std::vector<Round> above;
  for (auto& [signer, change] : highest_)
    if (change.body.round > mine) above.push_back(change.body.round);
  if (above.size() <= f) return std::nullopt;
  std::ranges::sort(above, std::greater{});
  return above[f];
}

}  // namespace mnrt::policies
