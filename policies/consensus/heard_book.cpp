#include "policies/consensus/heard_book.hpp"

#include <algorithm>
#include <iterator>
#include <ranges>

#include "policies/limits.hpp"

namespace mnrt::policies {

bool HeardBook::is_kept(Height height) const {
  return heights_.empty() || height.value + limits::heard_heights > heights_.rbegin()->first.value;
}

void HeardBook::reached(Height height, Round round) {
  if (!is_kept(height)) return;
  auto& at = heights_[height];
  at.reached = std::max(at.reached, round);
  while (!is_kept(heights_.begin()->first)) heights_.erase(heights_.begin());
}

std::optional<SignedStatement> HeardBook::add(const Address& signer, const SignedStatement& said) {
  const auto height = said.body.height;
  reached(height, Round{0});
  if (!is_kept(height)) return std::nullopt;
  const auto first = against(signer, said.body);
  auto& at = heights_[height];
  auto& by_signer = at.said[signer];
  auto& kept = by_signer.first;
  const bool is_first = kept.try_emplace({said.body.round, said.body.kind}, said).second;
  const bool is_second = !is_first && first && !by_signer.against;
  if (is_second) by_signer.against = said;
  late_ = late_ || ((is_first || is_second) && at.final && said.body.digest != *at.final);
  if (kept.size() > limits::heard_statements_max) forget_one(kept, at.reached);
  return first;
}

void HeardBook::forget_one(std::map<Step, SignedStatement>& kept, Round reached) {
  const auto is_last = [&](auto entry) {
    const auto kind = entry->first.second;
    return std::none_of(std::next(entry), kept.end(),
                        [&](auto& later) { return later.first.second == kind; });
  };
  for (auto entry = std::prev(kept.end()); entry->first.first > reached; --entry) {
    if (!is_last(entry)) return void(kept.erase(entry));
    if (entry == kept.begin()) break;
  }
  auto oldest = kept.begin();
  while (is_last(oldest)) ++oldest;
  kept.erase(oldest);
}

std::optional<SignedStatement> HeardBook::against(const Address& signer, const Statement& said) const {
  const auto at = heights_.find(said.height);
  if (at == heights_.end()) return std::nullopt;
  const auto by_signer = at->second.said.find(signer);
  if (by_signer == at->second.said.end()) return std::nullopt;
  const auto first = std::ranges::find_if(
      by_signer->second.first, [&](const auto& known) { return contradict(known.second.body, said); });
  return first == by_signer->second.first.end() ? std::nullopt : std::optional(first->second);
}

void HeardBook::closed(Height height, const Digest& final) {
  if (is_kept(height)) heights_[height].final = final;
}

bool HeardBook::is_first_report(Height height, const Address& offender) {
  return !is_kept(height) || heights_[height].reported.insert(offender).second;
}

bool HeardBook::is_reported(Height height, const Address& offender) const {
  const auto at = heights_.find(height);
  return at != heights_.end() && at->second.reported.contains(offender);
}

/// Whether anybody spoke of another block than the final one, or, where none is, than the others.
bool HeardBook::is_disputed(const AtHeight& at) {
  std::optional<Digest> only = at.final;
  const auto differs = [&](const SignedStatement& said) {
    if (said.body.kind == Statement::Kind::round_change) return true;
    if (!only) only = said.body.digest;
    return said.body.digest != *only;
  };
  return std::ranges::any_of(at.said, [&](const auto& entry) {
    return entry.second.against || std::ranges::any_of(entry.second.first | std::views::values, differs);
  });
}

std::vector<Heard> HeardBook::disputed(Height height) const {
  return told_of(heights_.find(height), heights_.upper_bound(height));
}

std::vector<Heard> HeardBook::disputed_from(Height from) const {
  return told_of(heights_.lower_bound(from), heights_.end());
}

std::vector<Heard> HeardBook::told_of(Heights::const_iterator from, Heights::const_iterator to) const {
  std::vector<Heard> told;
  for (const bool ahead : {false, true})
    for (const auto& [height, at] : std::ranges::subrange(from, to) | std::views::reverse) {
      if (!is_disputed(at)) continue;
      const auto tell = [&](const Address& signer, const SignedStatement& said) {
        if ((said.body.round > at.reached) == ahead && said.body.digest != at.final &&
            told.size() < limits::hearsay_max)
          told.push_back({signer, said});
      };
      for (const auto& [signer, said] : at.said) {
        for (const auto& first : said.first | std::views::values) tell(signer, first);
        if (said.against) tell(signer, *said.against);
      }
    }
  return told;
}

}  // namespace mnrt::policies
