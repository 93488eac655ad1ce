#include "policies/consensus/heard_book.hpp"

#include <algorithm>
#include <ranges>

#include "policies/limits.hpp"

namespace mnrt::policies {

bool HeardBook::is_kept(Height height) const {
  return heights_.empty() || height.value + limits::heard_heights > heights_.rbegin()->first.value;
}

std::optional<SignedStatement> HeardBook::add(const Address& signer, const SignedStatement& said) {
  const auto height = said.body.height;
  if (!is_kept(height)) return std::nullopt;
  auto& by_signer = heights_[height].said[signer];
  while (!is_kept(heights_.begin()->first)) heights_.erase(heights_.begin());
  const auto same = [&](const auto& known) { return known.body == said.body; };
  if (std::ranges::any_of(by_signer, same)) return std::nullopt;
  auto first = against(signer, said.body);
  by_signer.push_back(said);
  if (by_signer.size() > limits::heard_statements_max) by_signer.erase(by_signer.begin());
  return first;
}

std::optional<SignedStatement> HeardBook::against(const Address& signer, const Statement& said) const {
  const auto at = heights_.find(said.height);
  if (at == heights_.end()) return std::nullopt;
  const auto by_signer = at->second.said.find(signer);
  if (by_signer == at->second.said.end()) return std::nullopt;
  const auto first = std::ranges::find_if(by_signer->second,
                                          [&](const auto& known) { return contradict(known.body, said); });
  return first == by_signer->second.end() ? std::nullopt : std::optional(*first);
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

std::vector<Heard> HeardBook::disputed(Height height) const {
  std::vector<Heard> found;
  const auto at = heights_.find(height);
  if (at == heights_.end()) return found;
  const auto& [final, said, reported] = at->second;
  bool agreed = !final;
  std::optional<Digest> only;
  for (const auto& [signer, statements] : said)
    for (const auto& statement : statements) {
      const auto& body = statement.body;
      if (final && body.digest == *final) continue;
      found.push_back({signer, statement});
      agreed =
          agreed && body.kind != Statement::Kind::round_change && only.value_or(body.digest) == body.digest;
      only = body.digest;
    }
  if (agreed) found.clear();
  return found;
}

std::vector<Heard> HeardBook::disputed_from(Height from) const {
  std::vector<Heard> found;
  for (const auto& [height, at] : heights_ | std::views::reverse) {
    if (height < from) break;
    for (auto& heard : disputed(height)) {
      if (found.size() == limits::hearsay_max) return found;
      found.push_back(std::move(heard));
    }
  }
  return found;
}

}  // namespace mnrt::policies
