#include "policies/consensus/vote_gate.hpp"

#include <algorithm>
#include <iterator>

#include "policies/consensus/evidence.hpp"
#include "policies/limits.hpp"

namespace mnrt::policies {
namespace {

constexpr Round first_round{0};

}  // namespace

VoteGate::Votes* VoteGate::of(Height height) {
  if (set_.empty() || next(height) < open_ || height > next(open_)) return nullptr;
  return &heights_[height];
}

VoteGate::Check VoteGate::check_all(Votes& votes) {
  votes.check_all = true;
  Check check;
  for (auto* step : {&votes.prepares, &votes.commits}) {
    for (auto& [signer, mail] : step->held) check.push_back(std::move(mail));
    step->held.clear();
  }
  return check;
}

/// Whether this is a word of another block or round than all before.
bool VoteGate::unusual(Votes& votes, Round round, const Digest& digest) {
  if (!votes.digest) votes.digest = digest;
  return round != first_round || *votes.digest != digest;
}

VoteGate::Check VoteGate::open(Height height, const ValidatorSet& set) {
  Check check;
  const bool again = !set_.empty() && (height == open_ || set != set_);
  open_ = height;
  set_ = set;
  for (auto& [at, votes] : heights_)
    if (next(at) < height && !std::exchange(votes.is_closed, true) && votes.signatures != 0)
      closed_.push_back({at, votes.validators, votes.signatures});
  std::erase_if(heights_, [&](const auto& entry) { return entry.first + limits::heard_heights < height; });
  heights_[height].validators = set.size();
  if (again)
    for (auto& [at, votes] : heights_)
      if (at >= height && votes.digest) std::ranges::move(check_all(votes), std::back_inserter(check));
  return check;
}

VoteGate::Check VoteGate::arrived(const ConsensusMessage& vote, VoteMail mail) {
  auto* votes = of(height_of(vote));
  const auto& signer = signer_of(vote);
  if (votes == nullptr || votes->check_all || !index_of(set_, signer)) return {std::move(mail)};
  const auto* prepare = std::get_if<Signed<Prepare>>(&vote);
  const auto* commit = std::get_if<Signed<Commit>>(&vote);
  if (prepare == nullptr && commit == nullptr) return {std::move(mail)};
  const auto& digest = prepare != nullptr ? prepare->body.digest : commit->body.digest;
  auto& step = prepare != nullptr ? votes->prepares : votes->commits;
  if (unusual(*votes, round_of(vote), digest) || signer == self_ || step.checked.contains(signer) ||
      step.held.contains(signer)) {
    auto check = check_all(*votes);
    check.push_back(std::move(mail));
    return check;
  }
  const bool seated = self_ && index_of(set_, *self_);
  // Mine is one of the quorum. Without a seat I have no use for Prepares.
  auto needed = seated ? quorum(set_.size()) - 1 : quorum(set_.size());
  if (!seated && prepare != nullptr) needed = 0;
  if (mail.height >= open_ && step.checked.size() < needed) {
    step.checked.insert(signer);
    return {std::move(mail)};
  }
  step.held.emplace(signer, std::move(mail));
  return {};
}

VoteGate::Check VoteGate::heard(const ConsensusMessage& message) {
  auto* votes = of(height_of(message));
  if (votes == nullptr || votes->check_all) return {};
  if (std::holds_alternative<Signed<RoundChange>>(message)) return check_all(*votes);
  const bool mine = signer_of(message) == self_;
  if (const auto* proposal = std::get_if<Signed<Proposal>>(&message)) {
    const auto& block = proposal->body.block;
    return !block || unusual(*votes, proposal->body.round, block->digest) ? check_all(*votes) : Check{};
  }
  if (!mine) return {};
  // Said again: the height has been open for too long.
  const auto* prepare = std::get_if<Signed<Prepare>>(&message);
  auto& step = prepare != nullptr ? votes->prepares : votes->commits;
  const auto& digest =
      prepare != nullptr ? prepare->body.digest : std::get<Signed<Commit>>(message).body.digest;
  if (unusual(*votes, round_of(message), digest) || std::exchange(step.mine, true)) return check_all(*votes);
  return {};
}

VoteGate::Check VoteGate::failed(Height height) {
  auto* votes = of(height);
  return votes == nullptr ? Check{} : check_all(*votes);
}

VoteGate::Check VoteGate::doubted(Height height, const Address& signer) {
  Check check;
  const auto votes = heights_.find(height);
  if (votes == heights_.end()) return check;
  for (auto* step : {&votes->second.prepares, &votes->second.commits}) {
    auto held = step->held.extract(signer);
    if (held.empty()) continue;
    step->checked.insert(signer);
    check.push_back(std::move(held.mapped()));
  }
  return check;
}

bool VoteGate::waits_for_mine(Height height) {
  auto* votes = height < open_ ? nullptr : of(height);
  if (votes == nullptr || votes->commits.mine || votes->commits.held.empty()) return false;
  return !std::exchange(votes->waiting, true);
}

VoteGate::Check VoteGate::waited(Height height) {
  auto* votes = height < open_ ? nullptr : of(height);
  return votes == nullptr || votes->commits.mine ? Check{} : check_all(*votes);
}

void VoteGate::paid(Height height, std::size_t signatures) {
  if (auto* votes = of(height)) votes->signatures += signatures;
}

}  // namespace mnrt::policies
