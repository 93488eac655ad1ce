#include "policies/consensus/consensus.hpp"

#include <algorithm>
#include <string>
#include <type_traits>
#include <utility>

#include "policies/check.hpp"
#include "policies/consensus/evidence.hpp"
#include "policies/consensus/leader.hpp"
#include "policies/consensus/round_timing.hpp"
#include "policies/consensus/seals.hpp"
#include "policies/limits.hpp"

namespace mnrt::policies {
namespace {

constexpr std::int64_t lease_block_time_ms = 1'000;

}  // namespace

Consensus::Consensus(ConsensusConfig config, ChainTip tip, const std::optional<SignState>& disk)
    : config_(std::move(config)), tip_(std::move(tip)), guard_(disk.value_or(SignState{})) {
  MNRT_CHECK(!tip_.validators.empty());
  mute_ = mute_of(disk);
  open_.height = next(tip_.height);
}

Effects Consensus::start(const Env& env) {
  Effects fx;
  open(env, fx);
  note_mute(fx);
  settle(env, fx);
  finish(fx);
  return fx;
}

Effects Consensus::step(const Event& event, const Env& env) {
  Effects fx;
  std::visit([&](const auto& e) { on(e, env, fx); }, event);
  settle(env, fx);
  finish(fx);
  return fx;
}

void Consensus::finish(Effects& fx) {
  // What a later signature of this same step has overtaken is not signed any more: the disk wouldn't cover
  // it.
  std::erase_if(fx.send, [&](auto& outgoing) { return !covers(guard_.state(), outgoing.body); });
  if (guard_.take_changed()) fx.persist = guard_.state();
}

Height Consensus::height() const {
  return open_.height;
}
Round Consensus::round() const {
  return open_.round;
}

bool Consensus::signing() const {
  return mute_ == Mute::no && config_.self && index_of(open_.set, *config_.self) &&
         guard_.state().height <= open_.height;
}

std::optional<SignState> Consensus::sign_state_beside(Height height) const {
  // A node that refuses to sign must not heal itself by following the chain: its next start would find a
  // fresh state. A stop goes along, so it heals nothing; without it the node couldn't go on once it is
  // settled.
  const auto& stopped = guard_.state().stopped;
  if (!config_.self || (mute_ != Mute::no && !stopped) || guard_.state().height >= height)
    return std::nullopt;
  SignState bare;
  bare.height = height;
  bare.stopped = stopped;
  return bare;
}

std::shared_ptr<const Block> Consensus::block(const Digest& digest) const {
  if (auto block = open_.blocks.find(digest)) return block;
  auto& prepared = guard_.state().prepared_block;
  return prepared && prepared->digest == digest ? prepared : nullptr;
}

/// Begins the height after the tip, or takes it up again where the sign state left it.
void Consensus::open(const Env& env, Effects& fx) {
  open_ = OpenHeight{};
  open_.height = next(tip_.height);
  open_.set = tip_.validators;
  open_.parent_committed = env.now;
  auto& state = guard_.state();
  bool resumed = state.height == open_.height && signing();
  if (resumed) open_.round = state.round;
  arm_round(env, fx);
  if (resumed) repeat_signed(env, fx);
}

/// What was signed before a crash may not have left. Every one of these is covered by the stored state as it
/// is.
void Consensus::repeat_signed(const Env& env, Effects& fx) {
  auto& state = guard_.state();
  if (state.prepared_block && state.certificate) {
    open_.blocks.put(state.prepared_block);
    // It was valid before its Commit was signed.
    open_.blocks.mark_valid(state.prepared_block->digest);
    open_.blocks.mark_prepared(state.prepared_block->digest, state.certificate->round);
  }
  // The proposal died with the crash, and its round allows no other: waiting for it would only cost the
  // time-out.
  if (state.proposed && !state.committed) return change_round(next(open_.round), env, fx);

  auto repeat = [&](auto body) { fx.send.push_back({std::nullopt, std::move(body)}); };
  if (state.last_round_change) repeat(*state.last_round_change);
  // A later round's proposal would need the justification, and that isn't kept.
  if (state.proposed && open_.round == Round{0} && block(*state.proposed))
    send_proposal(block(*state.proposed), fx);
  if (state.prepared) repeat(Prepare{open_.height, open_.round, *state.prepared});
  if (state.committed) repeat(Commit{open_.height, open_.round, *state.committed});
  open_.prepare_sent = state.prepared.has_value();
  open_.commit_sent = state.committed.has_value();
}

void Consensus::on(const Received& event, const Env& env, Effects& fx) {
  receive(event.message, env, fx);
}

void Consensus::receive(const ConsensusMessage& message, const Env& env, Effects& fx) {
  auto height = height_of(message);
  if (!index_of(open_.set, signer_of(message)) && !index_of(tip_set_, signer_of(message))) return;
  if (height > open_.height) return receive_ahead(message, env, fx);
  if (height < open_.height)
    receive_late(message, env, fx);
  else if (index_of(open_.set, signer_of(message)))
    std::visit([&](const auto& m) { take(m, env, fx); }, message);
  hear(message, fx);
}

void Consensus::receive_late(const ConsensusMessage& message, const Env& env, Effects& fx) {
  auto& signer = signer_of(message);
  auto* commit = std::get_if<Signed<Commit>>(&message);
  bool of_tip = height_of(message) == tip_.height;
  // The next header carries every seal that its proposer holds: these count as presence.
  if (commit && of_tip && commit->body.digest == tip_.digest && add_seal(tip_.seals, *commit, tip_set_))
    return;
  // A race over the tip is ordinary; a round change, or a seal sent twice, comes from a node that is stuck
  // there.
  bool stuck = !of_tip || commit || std::holds_alternative<Signed<RoundChange>>(message);
  if (!stuck || signer == config_.self || !seldom(answered_[signer], env.now)) return;
  fx.ask.push_back(SendFinal{height_of(message), signer});
  tell_heard(signer, heard_.disputed_from({}), fx);
}

void Consensus::receive_ahead(const ConsensusMessage& message, const Env& env, Effects& fx) {
  auto& signer = signer_of(message);
  if (height_of(message) > next(open_.height)) {
    if (!seldom(sync_asked_, env.now)) return;
    fx.ask.push_back(Sync{open_.height, signer});
    return tell_heard(signer, heard_.disputed_from({}), fx);
  }
  // Most likely this height is final soon; if not, the re-send timer finds mail waiting for the next one.
  if (!open_.decided) arm_resend(env, fx);
  auto decided = open_.decided ? block(open_.decided->second) : nullptr;
  bool leads = decided && leader_of(open_.set, open_.height, decided->header.proposer, Round{0}) == signer;
  if (auto first = ahead_.add(message, leads)) report(*first, message, fx);
}

bool Consensus::seldom(std::optional<Instant>& last, Instant now) const {
  if (last && now < after_ms(*last, config_.timeout_ms / 2)) return false;
  last = now;
  return true;
}

void Consensus::on(const BlockBuilt& event, const Env&, Effects& fx) {
  if (event.height != open_.height || event.round != open_.round || !open_.build_asked || open_.decided)
    return;
  open_.blocks.put(event.block);
  open_.blocks.mark_valid(event.block->digest);
  if (leading() && !guard_.state().proposed_at(open_.height, open_.round)) send_proposal(event.block, fx);
}

void Consensus::on(const BlockChecked& event, const Env& env, Effects& fx) {
  if (event.height != open_.height) return;
  if (event.refusal.empty()) return open_.blocks.mark_valid(event.digest);
  if (event.round != open_.round || !open_.accepted || open_.accepted->body.block->digest != event.digest)
    return;
  note(fx, Note::Level::warning, "block_refused", {{"reason", event.refusal}});
  // An invalid block is no proposal, and none will follow in this round.
  if (signing() && !open_.decided) change_round(next(open_.round), env, fx);
}

void Consensus::on(const BlockFetched& event, const Env&, Effects&) {
  if (!event.block || event.block->digest != open_.wanted || event.block->header.height != open_.height)
    return;
  open_.blocks.put(event.block);
  open_.wanted.reset();
}

void Consensus::on(const TransactionWaiting& event, const Env& env, Effects& fx) {
  if (open_.waiting_since && *open_.waiting_since <= event.since) return;
  auto before = proposal_due();
  open_.waiting_since = event.since;
  if (open_.round == Round{0} && proposal_due() < before) arm_round(env, fx);
}

void Consensus::on(const LeaseUrgent& event, const Env& env, Effects& fx) {
  if (std::exchange(lease_urgent_, event.urgent) != event.urgent && open_.round == Round{0})
    arm_round(env, fx);
}

void Consensus::on(const TimerFired& event, const Env& env, Effects& fx) {
  if (event.height != open_.height || event.round != open_.round) return;
  auto& deadline = open_.deadlines[static_cast<std::size_t>(event.kind)];
  if (!deadline) return;
  // A clock that rounds may fire early, and a timer that was replaced may still fire: neither must end the
  // waiting.
  if (env.now < *deadline) return arm(event.kind, *deadline, fx);
  deadline.reset();
  bool may_leave = signing() && !open_.decided;
  switch (event.kind) {
    case Timer::Kind::propose:
      return;
    case Timer::Kind::proposal:
      if (may_leave && !open_.accepted) change_round(next(open_.round), env, fx);
      return;
    case Timer::Kind::round:
      if (may_leave) change_round(next(open_.round), env, fx);
      return;
    case Timer::Kind::resend:
      if (!open_.decided) {
        resend(std::nullopt, fx);
        if (heard_.take_late()) tell_newest_heard(fx);
        auto peer = ahead_.someone();
        if (peer && seldom(sync_asked_, env.now)) fx.ask.push_back(Sync{open_.height, *peer});
      }
      if (open_.wanted) {
        if (!open_.decided) open_.unfound.insert(*open_.wanted);
        fx.ask.push_back(FetchBlock{open_.height, *open_.wanted, holders_of(*open_.wanted)});
      }
      if (!open_.committed) arm_resend(env, fx);
      return;
  }
}

void Consensus::on(const Reconnected& event, const Env&, Effects& fx) {
  if (event.peer == config_.self) return;
  resend(event.peer, fx);
  tell_heard(event.peer, heard_.disputed_from({}), fx);
}

void Consensus::on(const NewTip& event, const Env& env, Effects& fx) {
  if (event.tip.height < open_.height) return;
  MNRT_CHECK(!event.tip.validators.empty());
  bool adjacent = event.tip.height == open_.height;
  bool was_signing = signing();
  std::optional<RivalFinal> rival;
  if (adjacent && open_.decided && open_.decided->second != event.tip.digest) {
    const auto round = open_.decided->first;
    rival = RivalFinal{open_.height, open_.decided->second,
                       seals_from(open_.commits.of(*open_.decided), round, open_.set), open_.set};
  }
  tip_ = event.tip;
  tip_set_ = adjacent ? std::move(open_.set) : ValidatorSet{};
  if (adjacent)
    for (auto& commit : open_.commits.of({tip_.seals.round, tip_.digest}))
      add_seal(tip_.seals, commit, tip_set_);
  heard_.reached(tip_.height, tip_.seals.round);
  for (auto& commit : commits_from(tip_.seals, {tip_.height, tip_.seals.round, tip_.digest}, tip_set_))
    hear(commit, fx);
  heard_.closed(tip_.height, tip_.digest);
  if (rival) on(*rival, env, fx);
  heard_.take_late();
  tell_newest_heard(fx);
  auto kept = ahead_.take();
  if (mute_ == Mute::state_ahead && guard_.state().height <= next(tip_.height)) mute_ = Mute::no;
  open(env, fx);
  // They were held against the keys of the set before; a changed set has other keys. Re-sending brings them
  // again.
  if (tip_set_ != open_.set) kept.clear();
  if (signing() != was_signing)
    note(fx, Note::Level::info, signing() ? "validator_signs" : "validator_rests");
  std::erase_if(answered_, [&](auto& entry) {
    return !index_of(tip_set_, entry.first) && !index_of(open_.set, entry.first);
  });
  for (auto& message : kept) receive(message, env, fx);
}

/// When round 0's block is due: after the block time, or as soon as a transaction waits and the chain may
/// grow again.
Instant Consensus::proposal_due() const {
  auto block_time_ms = config_.block_time_ms;
  if (lease_urgent_)
    block_time_ms = std::min(block_time_ms, std::max(config_.min_block_time_ms, lease_block_time_ms));
  auto due = after_ms(open_.parent_committed, block_time_ms);
  if (!open_.waiting_since) return due;
  return std::min(
      due, std::max(*open_.waiting_since, after_ms(open_.parent_committed, config_.min_block_time_ms)));
}

void Consensus::arm(Timer::Kind kind, Instant deadline, Effects& fx) {
  open_.deadlines[static_cast<std::size_t>(kind)] = deadline;
  fx.timers.push_back({kind, deadline, open_.height, open_.round});
}

void Consensus::arm_round(const Env& env, Effects& fx) {
  if (!signing() || open_.decided) return;
  bool first = open_.round == Round{0};
  // Who went ahead waits: once time-outs are all of the longest length, whoever is a round ahead would stay
  // ahead, and no round would ever see a quorum.
  if (!first && !is_shared_round()) return;
  auto due = first ? proposal_due() : env.now;
  auto round_ms = backed_off_ms(config_.timeout_ms, open_.round);
  // It backs off as well: a fixed wait shorter than the network's delay would end every round.
  auto proposal_ms = std::min(round_ms, backed_off_ms(config_.proposal_timeout_ms, open_.round));
  if (first && leading() && !open_.build_asked) arm(Timer::Kind::propose, due, fx);
  if (!open_.accepted) arm(Timer::Kind::proposal, after_ms(due, proposal_ms), fx);
  arm(Timer::Kind::round, after_ms(due, round_ms), fx);
}

void Consensus::arm_resend(const Env& env, Effects& fx) {
  if (open_.deadlines[static_cast<std::size_t>(Timer::Kind::resend)]) return;
  arm(Timer::Kind::resend, after_ms(env.now, backed_off_ms(config_.timeout_ms, open_.round) / 2), fx);
}

void Consensus::resend(std::optional<Address> to, Effects& fx) const {
  auto again = [&](const auto& message) {
    if (message) fx.resend.push_back({to, *message});
  };
  again(open_.my_proposal);
  again(open_.my_prepare);
  again(open_.my_commit);
  again(open_.my_round_change);
}

void Consensus::note(Effects& fx, Note::Level level, std::string_view code,
                     std::vector<std::pair<std::string_view, std::string>> more) const {
  Note note{level, code, {}};
  note.fields.emplace_back("height", std::to_string(open_.height.value));
  note.fields.emplace_back("round", std::to_string(open_.round.value));
  for (auto& field : more) note.fields.push_back(std::move(field));
  fx.notes.push_back(std::move(note));
}

}  // namespace mnrt::policies
