#include "policies/consensus/sign_guard.hpp"

#include <tuple>
#include <utility>

#include "policies/check.hpp"

namespace mnrt::policies {
namespace {

using Place = std::pair<Height, Round>;

Place place_of(const SignState& state) {
  return {state.height, state.round};
}

}  // namespace

bool SignGuard::free_at(Height height, Round round, const std::optional<Digest>& signed_there,
                        const Digest& digest) const {
  if (state_.stopped) return false;
  auto place = Place{height, round};
  if (place != place_of(state_)) return place > place_of(state_);
  return !signed_there || *signed_there == digest;
}

bool SignGuard::allows(const Proposal& proposal) const {
  return proposal.block && free_at(proposal.height, proposal.round, state_.proposed, proposal.block->digest);
}

bool SignGuard::allows(const Prepare& prepare) const {
  return free_at(prepare.height, prepare.round, state_.prepared, prepare.digest);
}

bool SignGuard::allows(Height height, const PreparedCertificate& certificate) const {
  return free_at(height, certificate.round, state_.committed, certificate.digest);
}

bool SignGuard::allows(const RoundChange& change) const {
  if (state_.stopped) return false;
  if (state_.height == change.height && state_.last_round_change == change) return true;
  if (Place{change.height, change.round} <= place_of(state_) || change.round == Round{0}) return false;
  return change.prepared == certificate_of(change.height);
}

void SignGuard::move_to(Height height, Round round) {
  if (Place{height, round} == place_of(state_)) return;
  changed_ = true;
  if (height > state_.height) {
    state_ = SignState{};
    state_.height = height;
  }
  state_.round = round;
  state_.proposed = state_.prepared = state_.committed = std::nullopt;
}

void SignGuard::write(std::optional<Digest>& step, const Digest& digest) {
  changed_ = changed_ || !step;
  step = digest;
}

void SignGuard::record(const Proposal& proposal) {
  MNRT_CHECK(allows(proposal));
  move_to(proposal.height, proposal.round);
  write(state_.proposed, proposal.block->digest);
}

void SignGuard::record(const Prepare& prepare) {
  MNRT_CHECK(allows(prepare));
  move_to(prepare.height, prepare.round);
  write(state_.prepared, prepare.digest);
}

Commit SignGuard::record(Height height, const PreparedCertificate& certificate,
                         std::shared_ptr<const Block> block) {
  MNRT_CHECK(allows(height, certificate));
  MNRT_CHECK(block && block->digest == certificate.digest);
  move_to(height, certificate.round);
  if (!state_.committed) {
    state_.certificate = certificate;
    state_.prepared_block = std::move(block);
  }
  write(state_.committed, certificate.digest);
  return {height, certificate.round, certificate.digest};
}

void SignGuard::record(const RoundChange& change) {
  MNRT_CHECK(allows(change));
  if (state_.height == change.height && state_.last_round_change == change) return;
  move_to(change.height, change.round);
  state_.last_round_change = change;
}

void SignGuard::stop(SignStop why) {
  const bool outweighs = std::holds_alternative<KeyElsewhere>(why);
  if (state_.stopped && (!outweighs || std::holds_alternative<KeyElsewhere>(*state_.stopped))) return;
  state_.stopped = std::move(why);
  changed_ = true;
}

void SignGuard::go_on() {
  state_.stopped.reset();
  changed_ = true;
}

std::optional<PreparedCertificate> SignGuard::certificate_of(Height height) const {
  return state_.height == height ? state_.certificate : std::nullopt;
}

bool covers(const SignState& synced, const ConsensusBody& body) {
  struct {
    const SignState& synced;
    bool here(Height height, Round round) const { return place_of(synced) == Place{height, round}; }
    bool operator()(const Proposal& p) const {
      return here(p.height, p.round) && p.block && synced.proposed == p.block->digest;
    }
    bool operator()(const Prepare& p) const { return here(p.height, p.round) && synced.prepared == p.digest; }
    bool operator()(const Commit& c) const {
      // Without its certificate on disk a later round change would hide the commit.
      return here(c.height, c.round) && synced.committed == c.digest && synced.certificate &&
             synced.certificate->round == c.round && synced.certificate->digest == c.digest;
    }
    bool operator()(const RoundChange& r) const {
      return synced.height == r.height && synced.last_round_change == r;
    }
  } covered{synced};
  return !synced.stopped && std::visit(covered, body);
}

}  // namespace mnrt::policies
