// The rules of one height: what each message is good for, and what follows from all that is held.
#include <algorithm>
#include <string>
#include <utility>

#include "policies/address.hpp"
#include "policies/consensus/consensus.hpp"
#include "policies/consensus/leader.hpp"
#include "policies/consensus/round_timing.hpp"
#include "policies/consensus/seals.hpp"

namespace mnrt::policies {
namespace {

constexpr std::int64_t clock_wait_ms_max = 1'000;

}  // namespace

const Address& Consensus::leader(Round round) const {
  return leader_of(open_.set, tip_.height, tip_.proposer, round);
}

bool Consensus::leading() const {
  return signing() && leader(open_.round) == *config_.self;
}

void Consensus::take(const Signed<Proposal>& message, const Env& env, Effects& fx) {
  auto& body = message.body;
  if (open_.decided || body.round < open_.round || (body.round == open_.round && open_.accepted)) return;

  auto verdict = judge(message, {.height = open_.height,
                                 .chain_id = config_.chain_id,
                                 .parent = tip_.digest,
                                 .parent_time = tip_.time,
                                 .set = open_.set,
                                 .leader = leader(body.round)});
  auto refuse = [&](std::string_view reason) {
    note(fx, Note::Level::warning, "proposal_refused", {{"reason", std::string(reason)}});
  };
  if (verdict != ProposalVerdict::fresh && verdict != ProposalVerdict::reproposed)
    return refuse(name_of(verdict));
  bool mine = message.signer == config_.self;
  auto& block = body.block;
  if (verdict == ProposalVerdict::fresh && !mine && !in_time_window(block->header.time, env.wall, body.round))
    return refuse("outside_time_window");

  if (body.round > open_.round) enter(body.round, env, fx);
  open_.accepted = message;
  open_.blocks.put(block);
  if (mine) open_.my_proposal = message;
  if (mine) arm_resend(env, fx);
  if (signing() && !open_.blocks.is_valid(block->digest))
    fx.ask.push_back(CheckBlock{open_.height, body.round, block});
}

void Consensus::take(const Signed<Prepare>& message, const Env& env, Effects& fx) {
  if (!open_.prepares.add(message) || message.signer != config_.self || message.body.round != open_.round)
    return;
  open_.my_prepare = message;
  arm_resend(env, fx);
}

void Consensus::take(const Signed<Commit>& message, const Env& env, Effects& fx) {
  if (!open_.commits.add(message) || message.signer != config_.self || message.body.round != open_.round)
    return;
  open_.my_commit = message;
  arm_resend(env, fx);
}

void Consensus::take(const Signed<RoundChange>& message, const Env& env, Effects& fx) {
  // Nobody may use a claim without proof, so an honest leader must not either.
  if (!is_supported(message.body, open_.set))
    return note(fx, Note::Level::warning, "round_change_refused", {{"reason", "claim_not_proved"}});
  if (!open_.round_changes.add(message) || message.signer != config_.self) return;
  if (open_.my_round_change && open_.my_round_change->body.round > message.body.round) return;
  open_.my_round_change = message;
  arm_resend(env, fx);
}

/// Whether a quorum has come as far as this round, which was left before.
bool Consensus::is_shared_round() const {
  if (open_.accepted || open_.round_changes.at_least(open_.round) >= quorum(open_.set.size())) return true;
  // Before a crash a justified proposal led here, else my RoundChange would have.
  const auto& mine = guard_.state();
  return mine.height == open_.height && mine.round == open_.round &&
         (!mine.last_round_change || mine.last_round_change->round < mine.round);
}

/// Does what follows from all that is held, whichever event brought it. Repeating it changes nothing.
void Consensus::settle(const Env& env, Effects& fx) {
  decide(env, fx);
  if (open_.decided || !signing()) return;
  follow(env, fx);
  if (open_.round != Round{0} && !open_.deadlines[static_cast<std::size_t>(Timer::Kind::round)])
    arm_round(env, fx);
  propose(env, fx);
  prepare(fx);
  commit(fx);
}

/// A quorum of Commits of one round is final, whatever this node thought of the block.
void Consensus::decide(const Env& env, Effects& fx) {
  if (open_.committed) return;
  if (!open_.decided) open_.decided = open_.commits.quorum(quorum(open_.set.size()));
  if (!open_.decided) return;
  auto [round, digest] = *open_.decided;
  auto decided = block(digest);
  if (!decided) return fetch(digest, env, fx);
  open_.committed = true;
  fx.commit = Decision{decided, seals_from(open_.commits.of(*open_.decided), round, open_.set)};
  note(fx, Note::Level::debug, "block_decided", {{"digest", to_hex(digest.bytes)}});
}

/// f + 1 validators are above: at least one of them is honest, and this round will see no quorum without
/// them.
void Consensus::follow(const Env& env, Effects& fx) {
  auto round = open_.round_changes.jump(open_.round, faulty_max(open_.set.size()));
  if (!round) return;
  if (*round > next(open_.round)) note(fx, Note::Level::info, "rounds_jumped");
  change_round(*round, env, fx);
}

void Consensus::propose(const Env& env, Effects& fx) {
  auto& state = guard_.state();
  if (!leading() || open_.build_asked || state.proposed_at(open_.height, open_.round)) return;
  if (open_.round == Round{0}) {
    if (env.now >= proposal_due()) ask_for_block(env, fx);
    return;
  }
  auto changes = provable_changes();
  if (changes.size() < quorum(open_.set.size())) return;
  auto prepared = highest_prepared(changes);
  open_.justification = std::move(changes);
  if (!prepared) return ask_for_block(env, fx);
  if (auto known = block(prepared->digest)) {
    note(fx, Note::Level::info, "block_reproposed", {{"digest", to_hex(prepared->digest.bytes)}});
    return send_proposal(known, fx);
  }
  fetch(prepared->digest, env, fx);
}

/// This round's RoundChanges; without those that claim blocks which nobody sends, where a quorum does without
/// them. A liar may hold the only copy of a block that others prepared and lost. Had it been committed, no
/// quorum would be without its claim, and honest claimants have it on disk.
std::vector<Signed<RoundChange>> Consensus::provable_changes() const {
  auto changes = open_.round_changes.of(open_.round);
  if (open_.unfound.empty()) return changes;
  auto found = changes;
  std::erase_if(found, [&](const auto& change) {
    const auto& claim = change.body.prepared;
    return claim && open_.unfound.contains(claim->digest) && !block(claim->digest);
  });
  return found.size() < quorum(open_.set.size()) ? changes : found;
}

void Consensus::ask_for_block(const Env& env, Effects& fx) {
  auto behind_ms = tip_.time.ms - env.wall.ms + 1;
  if (behind_ms > 0) {
    // Block time never runs backwards. The clock is read again soon: it may be set right meanwhile.
    if (behind_ms > clock_wait_ms_max && !std::exchange(open_.clock_noted, true))
      note(fx, Note::Level::warning, "clock_behind_chain", {{"behind_ms", std::to_string(behind_ms)}});
    auto& again = open_.deadlines[static_cast<std::size_t>(Timer::Kind::propose)];
    if (again && *again > env.now) return;
    return arm(Timer::Kind::propose, after_ms(env.now, std::min(behind_ms, clock_wait_ms_max)), fx);
  }
  open_.build_asked = true;
  fx.ask.push_back(BuildBlock{open_.height, open_.round, env.wall, tip_.seals});
}

void Consensus::send_proposal(std::shared_ptr<const Block> block, Effects& fx) {
  Proposal proposal{open_.height, open_.round, std::move(block), open_.justification};
  guard_.record(proposal);
  note(fx, Note::Level::debug, "block_proposed", {{"digest", to_hex(proposal.block->digest.bytes)}});
  fx.send.push_back({std::nullopt, std::move(proposal)});
}

void Consensus::prepare(Effects& fx) {
  if (!open_.accepted || open_.prepare_sent) return;
  auto& digest = open_.accepted->body.block->digest;
  Prepare prepare{open_.height, open_.round, digest};
  if (!open_.blocks.is_valid(digest) || !guard_.allows(prepare)) return;
  guard_.record(prepare);
  open_.prepare_sent = true;
  open_.blocks.mark_prepared(digest, open_.round);
  fx.send.push_back({std::nullopt, prepare});
}

void Consensus::commit(Effects& fx) {
  if (!open_.accepted || open_.commit_sent) return;
  auto block = open_.accepted->body.block;
  auto prepares = open_.prepares.of({open_.round, block->digest});
  auto needed = quorum(open_.set.size());
  if (!open_.blocks.is_valid(block->digest) || prepares.size() < needed) return;
  prepares.resize(needed);
  PreparedCertificate certificate{open_.round, block->digest, std::move(prepares)};
  if (!guard_.allows(open_.height, certificate)) return;
  open_.commit_sent = true;
  fx.send.push_back({std::nullopt, guard_.record(open_.height, certificate, std::move(block))});
}

void Consensus::enter(Round round, const Env& env, Effects& fx) {
  open_.round = round;
  open_.accepted.reset();
  open_.justification.clear();
  open_.build_asked = open_.prepare_sent = open_.commit_sent = false;
  open_.wanted.reset();
  open_.my_proposal.reset();
  open_.my_prepare.reset();
  open_.my_commit.reset();
  open_.blocks.sweep();
  open_.deadlines = {};
  arm_round(env, fx);
  note(fx, Note::Level::info, "round_entered");
  heard_.reached(open_.height, round);
  tell_heard(std::nullopt, heard_.disputed(open_.height), fx);
}

void Consensus::change_round(Round round, const Env& env, Effects& fx) {
  RoundChange change{open_.height, round, guard_.certificate_of(open_.height)};
  if (!guard_.allows(change)) return;
  guard_.record(change);
  enter(round, env, fx);
  fx.send.push_back({std::nullopt, std::move(change)});
}

void Consensus::fetch(const Digest& digest, const Env& env, Effects& fx) {
  if (open_.wanted == digest) return;
  open_.wanted = digest;
  fx.ask.push_back(FetchBlock{open_.height, digest, holders_of(digest)});
  arm_resend(env, fx);
}

/// Who signed for a block, those that keep it on disk first.
std::vector<Address> Consensus::holders_of(const Digest& digest) const {
  std::vector<Address> holders;
  auto add = [&](const Address& address) {
    if (address != config_.self && std::ranges::find(holders, address) == holders.end())
      holders.push_back(address);
  };
  if (open_.decided)
    for (auto& commit : open_.commits.of(*open_.decided)) add(commit.signer);
  for (auto& change : open_.justification) {
    if (auto& claim = change.body.prepared; claim && claim->digest == digest) add(change.signer);
  }
  for (auto& change : open_.justification) {
    auto& claim = change.body.prepared;
    if (claim && claim->digest == digest)
      for (auto& prepare : claim->prepares) add(prepare.signer);
  }
  return holders;
}

}  // namespace mnrt::policies
