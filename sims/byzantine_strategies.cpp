// What dishonest nodes say instead of the truth.
#include <algorithm>
#include <limits>
#include <map>
#include <string>
#include <utility>

#include "policies/consensus/evidence.hpp"
#include "policies/consensus/justification.hpp"
#include "sims/byzantine.hpp"

namespace mnrt::sims {

using namespace policies;

namespace {

template <class Body>
void sort_by_signer(std::vector<Signed<Body>>& messages) {
  std::ranges::sort(messages, {}, &Signed<Body>::signer);
}

}  // namespace

bool Byzantine::equivocate(const To& to, const Message& message) {
  const auto height = height_of(message);
  const auto [first, second] = halves(height, to);
  auto& conspiracy = deps_.conspiracy;
  if (const auto* proposal = std::get_if<Signed<Proposal>>(&message)) {
    const auto& body = proposal->body;
    if (!conspiracy.other(height, body.block->digest))
      conspiracy.set_other(*body.block, changed(*body.block, [](Header& header) { ++header.time.ms; }));
    fired("proposal");
    // Now and then everyone hears both: that must become evidence.
    const bool open = one_in(8);
    post(open ? to : first, message);
    say(open ? to : second,
        Proposal{height, body.round, conspiracy.other(height, body.block->digest), body.justification});
    return true;
  }
  const auto retold = [&]<class Vote>(const Signed<Vote>& vote) {
    const auto other = conspiracy.other(height, vote.body.digest);
    if (!other && !one_in(3)) return false;
    fired("vote");
    const auto digest = other ? other->digest : any_digest();
    post(first, message);
    say(second, Vote{height, vote.body.round, digest});
    if (other) say(second, Commit{height, vote.body.round, digest});
    return true;
  };
  if (const auto* prepare = std::get_if<Signed<Prepare>>(&message)) return retold(*prepare);
  if (const auto* commit = std::get_if<Signed<Commit>>(&message)) return retold(*commit);
  return false;
}

bool Byzantine::withhold(const To& to, const Message& message) {
  fired();
  if (!one_in(4)) post(halves(height_of(message), to).first, message);
  return true;
}

bool Byzantine::replay() {
  if (one_in(2)) return false;
  fired();
  for (int times = 0; times < 3; ++times)
    post(some(everyone()), old_frames_[deps_.chance.below(old_frames_.size())]);
  return false;
}

bool Byzantine::delay(const To& to, const Message& message) {
  fired();
  post(to, message, deps_.chance.between(200'000, 9'000'000));
  return true;
}

bool Byzantine::conflict(const To& to, const Message& message) {
  const auto height = height_of(message);
  const auto round = round_of(message);
  if (const auto* change = std::get_if<Signed<RoundChange>>(&message)) {
    fired("two_claims");
    const auto [first, second] = halves(height, to);
    const bool open = one_in(4);
    post(open ? to : first, message);
    if (change->body.prepared)
      say(open ? to : second, RoundChange{height, round, std::nullopt});
    else
      say(open ? to : second, RoundChange{height, next(round), std::nullopt});
    return true;
  }
  if (std::holds_alternative<Signed<Commit>>(message) && one_in(3)) {
    fired("hidden_commit");
    say(some(everyone()), RoundChange{height, next(round), std::nullopt});
  }
  if (std::holds_alternative<Signed<Prepare>>(message) && one_in(4)) {
    fired("far_round");
    constexpr std::uint32_t last = std::numeric_limits<std::uint32_t>::max();
    const std::uint32_t rounds[]{round.value + 2, round.value + 40, 1u << 31, last - 1, last};
    say(some(everyone()), RoundChange{height, {rounds[deps_.chance.below(5)]}, std::nullopt});
  }
  return false;
}

PreparedCertificate Byzantine::forged_certificate(Height height, Round below) {
  const auto of_mine = [&](Round round, const Digest& digest) {
    return signed_by_me(Prepare{height, round, digest});
  };
  const Round claimed{below.value == 0 ? 0 : static_cast<std::uint32_t>(deps_.chance.below(below.value))};
  PreparedCertificate forged{claimed, any_digest(), {}};
  // Real Prepares of one block, as many as were heard.
  std::map<Address, Signed<Prepare>> real;
  for (const auto& one : prepares_) {
    const bool same = real.empty() || (one.body.round == real.begin()->second.body.round &&
                                       one.body.digest == real.begin()->second.body.digest);
    if (one.body.height == height && same) real.emplace(one.signer, one);
  }
  const auto take_real = [&](std::size_t most) {
    for (const auto& [signer, one] : real)
      if (forged.prepares.size() < most) forged.prepares.push_back(one);
    if (!real.empty()) {
      forged.digest = real.begin()->second.body.digest;
      forged.round = real.begin()->second.body.round;
    }
  };
  const auto needed = quorum(deps_.validators.size());
  switch (deps_.chance.below(7)) {
    case 0:  // none at all
      break;
    case 1:
      take_real(needed - 1);
      break;
    case 2: {  // mine, under every name
      for (const auto& validator : deps_.validators) {
        auto prepare = of_mine(claimed, forged.digest);
        prepare.signer = validator.address;
        forged.prepares.push_back(std::move(prepare));
      }
      break;
    }
    case 3:  // real, of another round
      take_real(needed);
      forged.round.value += 1;
      break;
    case 4:  // real, said of the round that is asked for
      take_real(needed);
      forged.round = below;
      break;
    case 5:  // real, for another block
      take_real(needed);
      forged.digest = any_digest();
      break;
    default:  // real, mine twice
      take_real(needed - 2);
      forged.prepares.push_back(of_mine(forged.round, forged.digest));
      forged.prepares.push_back(of_mine(forged.round, forged.digest));
      break;
  }
  sort_by_signer(forged.prepares);
  return forged;
}

bool Byzantine::forge_round_change(const To& to, const Message& message) {
  const auto height = height_of(message);
  if (const auto* change = std::get_if<Signed<RoundChange>>(&message)) {
    fired("claim");
    const auto [first, second] = halves(height, to);
    post(first, message);
    say(second, RoundChange{height, change->body.round, forged_certificate(height, change->body.round)});
    return true;
  }
  if (one_in(3)) {
    fired("unasked");
    const auto round = next(round_of(message));
    say(some(everyone()), RoundChange{height, round, forged_certificate(height, round)});
  }
  return false;
}

bool Byzantine::hide_certificate(const To& to, const Message& message) {
  const auto height = height_of(message);
  if (const auto* change = std::get_if<Signed<RoundChange>>(&message)) {
    if (!change->body.prepared) return false;
    fired("round_change");
    say(to, RoundChange{height, change->body.round, std::nullopt});
    return true;
  }
  // A block that some prepared and nobody decided is what there is to hide.
  if (std::holds_alternative<Signed<Commit>>(message) && one_in(2)) return fired("commit"), true;
  const auto* proposal = std::get_if<Signed<Proposal>>(&message);
  if (!proposal) return false;
  const auto& body = proposal->body;
  const auto highest = highest_prepared(body.justification);
  if (!highest) {
    if (one_in(3)) return false;
    fired("proposal");
    post(some(to), message);
    return true;
  }
  lead_without(to, body, highest->round);
  return true;
}

/// Chooses round changes that don't speak of the highest certificate, and proposes something new.
void Byzantine::lead_without(const To& to, const Proposal& body, Round highest) {
  fired("leader");
  std::vector<Signed<RoundChange>> chosen{signed_by_me(RoundChange{body.height, body.round, std::nullopt})};
  const auto heard = heard_changes(body.height, body.round);
  const auto needed = quorum(deps_.validators.size());
  const auto choose = [&](auto wanted) {
    for (const auto& one : heard)
      if (one.signer != self_ && chosen.size() < needed && wanted(one.body.prepared)) chosen.push_back(one);
  };
  choose([](const auto& claim) { return !claim; });
  choose([&](const auto& claim) { return claim && claim->round < highest; });
  // Too few without it: it is cut off, which its signature shows.
  choose([&](const auto& claim) { return claim && claim->round == highest; });
  for (auto& one : chosen)
    if (one.body.prepared && one.body.prepared->round == highest) one.body.prepared.reset();
  sort_by_signer(chosen);
  say(to, Proposal{body.height, body.round, as_mine(*body.block, 1), std::move(chosen)});
}

bool Byzantine::forge_justification(const To& to, const Message& message) {
  const auto height = height_of(message);
  const auto round = round_of(message);
  if (std::holds_alternative<Signed<Prepare>>(message)) {
    if (!one_in(2) || proposals_.empty() || proposals_.back().body.height != height) return false;
    fired("out_of_turn");
    const auto& newest = *proposals_.back().body.block;
    auto changes = heard_changes(height, next(round));
    if (one_in(2)) changes = {signed_by_me(RoundChange{height, next(round), std::nullopt})};
    const bool later = one_in(2);
    say(everyone(), Proposal{height, later ? next(round) : round, as_mine(newest, 1), std::move(changes)});
    return false;
  }
  const auto* proposal = std::get_if<Signed<Proposal>>(&message);
  if (!proposal) return false;
  auto body = proposal->body;
  auto& changes = body.justification;
  if (changes.empty()) {
    if (!one_in(2)) return false;
    fired("in_round_0");
    changes = {signed_by_me(RoundChange{height, {1}, std::nullopt})};
    say(to, std::move(body));
    return true;
  }
  fired("quorum");
  auto& one = changes[deps_.chance.below(changes.size())];
  switch (deps_.chance.below(6)) {
    case 0:
      changes.resize(quorum(deps_.validators.size()) - 1);
      break;
    case 1:
      one.body.round.value += 1;
      break;
    case 2:
      changes.push_back(changes.back());
      break;
    case 3:
      one = signed_by_me(RoundChange{height, round, forged_certificate(height, round)});
      sort_by_signer(changes);
      break;
    case 4:  // of another height, if one is known
      if (!round_changes_.empty()) one = round_changes_.front();
      sort_by_signer(changes);
      break;
    default:
      body.block = as_mine(*body.block, 1);
      break;
  }
  say(to, std::move(body));
  return true;
}

/// Votes for what was shown instead.
bool Byzantine::retell(const To& to, const Message& message) {
  const auto retold = [&]<class Vote>(const Signed<Vote>& vote) {
    const auto other = deps_.conspiracy.other(vote.body.height, vote.body.digest);
    if (!other) return false;
    say(to, Vote{vote.body.height, vote.body.round, other->digest});
    return true;
  };
  if (const auto* prepare = std::get_if<Signed<Prepare>>(&message)) return retold(*prepare);
  if (const auto* commit = std::get_if<Signed<Commit>>(&message)) return retold(*commit);
  return false;
}

bool Byzantine::wrong_time(const To& to, const Message& message) {
  const auto* proposal = std::get_if<Signed<Proposal>>(&message);
  if (!proposal) return retell(to, message);
  const auto& body = proposal->body;
  if (body.block->header.proposer != self_) return false;
  auto other = deps_.conspiracy.other(body.height, body.block->digest);
  if (!other) {
    constexpr std::int64_t offsets_ms[]{400,    495,    500,    501,    520,      2'000,     600'000,
                                        -1'000, -2'400, -2'499, -2'501, -600'000, -3'600'000};
    const auto offset_ms = offsets_ms[deps_.chance.below(std::size(offsets_ms))];
    other = changed(*body.block, [&](Header& header) { header.time.ms = deps_.now().ms + offset_ms; });
    deps_.conspiracy.set_other(*body.block, other);
  }
  fired();
  say(to, Proposal{body.height, body.round, other, body.justification});
  return true;
}

bool Byzantine::silent(const Message& message) {
  if (!std::holds_alternative<Signed<Proposal>>(message)) return false;
  fired();
  return true;
}

/// Each twin is honest, to its own half of the validators; now and then to all.
bool Byzantine::split(const To& to, const Message& message) {
  fired();
  const auto [first, second] = halves(height_of(message), to);
  const bool is_second = deps_.node != deps_.identity;
  post(one_in(8) ? to : is_second ? second : first, message);
  return true;
}

bool Byzantine::mutate(const To& to, const Message& message) {
  if (one_in(2)) return false;
  fired("message");
  if (one_in(3)) post(to, message);
  auto& chance = deps_.chance;
  if (one_in(6) && !proposals_.empty()) {
    post(to, Message{proposals_[chance.below(proposals_.size())]});
    return true;
  }
  const auto change = [&]<class Body>(const Signed<Body>& real) {
    auto body = real.body;
    switch (chance.below(6)) {
      case 0:
        body.round.value += 1;
        return say(to, std::move(body));
      case 1:
        body.round.value -= 1;
        return say(to, std::move(body));
      case 2:
        body.height.value += one_in(2) ? 1 : ~std::uint64_t{};
        return say(to, std::move(body));
      case 3: {  // under another's name
        auto copy = real;
        copy.signer = deps_.validators[chance.below(deps_.validators.size())].address;
        return post(to, Message{copy});
      }
      case 4: {
        auto copy = real;
        copy.body.round.value += 1;  // not signed anew
        return post(to, Message{copy});
      }
      default:
        break;
    }
    if constexpr (requires { body.digest; }) {
      if (one_in(2)) return say(to, Commit{body.height, body.round, body.digest});
      return say(to, Body{body.height, body.round, any_digest()});
    } else if constexpr (requires { body.prepared; }) {
      return say(to, Body{body.height, body.round, forged_certificate(body.height, body.round)});
    } else {
      return say(to, Body{body.height, body.round, as_mine(*body.block, 7), body.justification});
    }
  };
  std::visit(change, message);
  return true;
}

}  // namespace mnrt::sims
