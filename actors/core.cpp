#include "actors/core.hpp"

#include <caf/all.hpp>
#include <deque>
#include <map>
#include <memory>
#include <stdexcept>
#include <utility>
#include <variant>

#include "actors/block_rows.hpp"
#include "actors/core_notes.hpp"
#include "actors/exceptions.hpp"
#include "actors/hearsay.hpp"
#include "actors/mail/common.hpp"
#include "actors/mail/core.hpp"
#include "actors/mail/core_timer.hpp"
#include "actors/mail/duties.hpp"
#include "actors/mail/journal.hpp"
#include "actors/mail/peers.hpp"
#include "actors/own_account.hpp"
#include "messages/consensus_codec.hpp"
#include "policies/check.hpp"
#include "policies/crypto/ed25519.hpp"
#include "policies/limits.hpp"

namespace mnrt::actors {
namespace {

namespace limits = policies::limits;
using policies::Effects;
using policies::Event;
using policies::Refusal;

constexpr std::chrono::seconds journal_timeout{10};

/// Effects on their way: performed in order, each when its rows and all earlier rows are synced.
struct Waiting {
  Effects effects;
  bool durable{};
};

struct State {
  CoreDeps deps;
  std::uint64_t session{};
  std::unique_ptr<Chain> chain;
  std::unique_ptr<policies::Consensus> consensus;
  std::unique_ptr<policies::Pool> pool;
  std::optional<policies::SignState> synced_sign_state;
  std::deque<Waiting> waiting;
  bool releasing{};  ///< `release` is on the stack: what it causes joins the queue
  std::map<policies::Timer::Kind, std::uint64_t> timer_generations;
  std::optional<policies::Height> storing;                       ///< a final block on its way to the disk
  std::deque<std::shared_ptr<const policies::Decision>> synced;  ///< final blocks that wait for their turn
  std::uint64_t last_block_transactions{};
  bool lease_urgent{};
};

using Core = core_actor::stateful_pointer<State>;

// Free functions that call each other: an event makes effects, effects make events.
void step(Core self, const Event& event);
void perform(Core self, Effects effects);

policies::Env env(Core self) {
  return {{self->clock().now().time_since_epoch().count()}, self->state.deps.wall->now()};
}

/// Sends rows to the journal. A failed append or a time-out ends the actor: its memory is ahead of the disk.
template <class Then>
void append(Core self, messages::Batch rows, Then then) {
  self->request(self->state.deps.journal, journal_timeout, Append{self->state.session, std::move(rows)})
      .then(
          [self, then](const Appended& appended) {
            if (!appended.result) return self->quit(caf::sec::runtime_error);
            then();
          },
          [self](const caf::error& why) { self->quit(why); });
}

// --- effects

/// Signs, and gives the message back to consensus like any other: a vote counts only now that it is durable.
void emit(Core self, const policies::Outgoing& outgoing) {
  auto& state = self->state;
  const auto signed_by_me = [&]<class Body>(const Body& body) -> policies::ConsensusMessage {
    // Once more, against what is on the disk and not what is in memory: nothing else makes it safe to sign.
    MNRT_CHECK(state.synced_sign_state && policies::covers(*state.synced_sign_state, body));
    note_signed(*state.deps.notes, body);
    const auto bytes = messages::signing_bytes_of(state.chain->chain_id(), body);
    return policies::Signed<Body>{body, *state.deps.seat, state.deps.signer->sign(KeyRole::consensus, bytes)};
  };
  auto message = std::visit(signed_by_me, outgoing.body);
  if (state.deps.peers)
    self->send(state.deps.peers,
               SendConsensus{outgoing.to, std::make_shared<const policies::ConsensusMessage>(message)});
  step(self, policies::Received{std::move(message)});
}

void emit(Core self, const policies::Resend& again) {
  if (self->state.deps.peers)
    self->send(self->state.deps.peers,
               SendConsensus{again.to, std::make_shared<const policies::ConsensusMessage>(again.message)});
}

void emit(Core self, const policies::Timer& timer) {
  const auto generation = ++self->state.timer_generations[timer.kind];
  const caf::actor_clock::time_point deadline{std::chrono::nanoseconds{timer.deadline.ns}};
  const auto now = self->clock().now();
  self->delayed_send(self, deadline > now ? deadline - now : caf::actor_clock::duration_type{},
                     ConsensusTimer{timer, generation});
}

void emit(Core self, const policies::BuildBlock& order) {
  auto& state = self->state;
  if (next(state.chain->tip().height) != order.height) return;
  auto built = state.chain->build(order, *state.pool, *state.deps.seat, *state.deps.signer);
  for (const auto& dropped : built.dropped) {
    state.pool->remove(dropped.transaction);
    note_dropped(*state.deps.notes, dropped);
  }
  if (!built.block) {
    // No answer: the round ends without a proposal, and another leader finds out for itself.
    const auto stop = state.chain->stop_reason();
    state.deps.notes->add(
        "core", {.level = policies::Note::Level::error,
                 .code = "block_not_proposed",
                 .fields = {{"height", std::to_string(order.height.value)},
                            {"reason", stop.empty() ? std::string{name_of(built.invalid->refusal)} : stop}}});
    return;
  }
  step(self, policies::BlockBuilt{order.height, order.round, std::move(built.block)});
}

void emit(Core self, const policies::CheckBlock& order) {
  auto& state = self->state;
  if (next(state.chain->tip().height) != order.height) return;
  step(self, policies::BlockChecked{order.height, order.round, order.block->digest,
                                    state.chain->check(order.block, *state.pool)});
}

/// What others have, or are to hear: a lone validator has no one to speak to.
template <class Order>
void emit(Core self, const Order& order) {
  if (self->state.deps.peers) self->send(self->state.deps.peers, PeerAsk{policies::Ask{order}});
}

HeightOpened open_height(Core self) {
  const auto& tip = self->state.chain->tip();
  const auto shared = [](const policies::ValidatorSet& set) {
    return set.empty() ? nullptr : std::make_shared<const policies::ValidatorSet>(set);
  };
  return {next(tip.height), shared(tip.validators), shared(self->state.chain->sealing_validators()),
          tip.digest};
}

void tell_peers_height(Core self) {
  if (self->state.deps.peers) self->send(self->state.deps.peers, open_height(self));
}

void announce(Core self, const std::shared_ptr<const FinalBlock>& block) {
  const auto& header = block->block->header;
  self->state.deps.notes->add("core", {.level = policies::Note::Level::info,
                                       .code = "block_final",
                                       .fields = {{"height", std::to_string(header.height.value)},
                                                  {"digest", describe(block->block->digest)},
                                                  {"transactions", std::to_string(block->outcomes.size())},
                                                  {"round", std::to_string(block->seals.round.value)}}});
  for (const auto& observer : self->state.deps.observers) self->send(observer, BlockFinal{block});
}

void tell_what_waits(Core self) {
  if (auto since = self->state.pool->waiting_since()) step(self, policies::TransactionWaiting{*since});
}

/// While the owner's last renewal is older than half its lease, blocks come faster (protocol, section 2).
void tell_lease(Core self) {
  auto& state = self->state;
  const auto owner = state.chain->state().read(policies::owner_key());
  const auto parameters = state.chain->state().read(policies::parameters_key());
  if (!owner || !parameters) return;
  const auto lease_ms =
      value_of(std::get<policies::ParametersRow>(*parameters).values, policies::Parameter::lease_ms);
  const auto age_ms = state.deps.wall->now().ms - std::get<policies::OwnerRow>(*owner).renewed_time.ms;
  const bool urgent = age_ms > static_cast<std::int64_t>(lease_ms / 2);
  if (std::exchange(state.lease_urgent, urgent) != urgent) step(self, policies::LeaseUrgent{urgent});
}

void store_next(Core self);

/// A final block on the tip, decided here or sealed by others: the first of them to come is stored.
void store(Core self, const policies::Decision& decision) {
  auto& state = self->state;
  state.storing = decision.block->header.height;
  auto commit = std::make_shared<Chain::Commit>(state.chain->commit(decision));
  if (auto beside = state.consensus->sign_state_beside(decision.block->header.height))
    commit->rows.push_back(sign_state_row(*beside));
  append(self, std::exchange(commit->rows, {}), [self, commit] {
    auto& state = self->state;
    state.storing.reset();
    state.chain->advance(*commit);
    state.pool->committed(commit->block->block->transactions);
    state.pool->drop_uncovered(commit->block->block->transactions, state.chain->state());
    state.pool->sweep(next(state.chain->tip().height));
    note_displaced(*state.deps.notes, state.pool->take_displaced());
    state.last_block_transactions = commit->block->outcomes.size();
    announce(self, commit->block);
    tell_peers_height(self);  // before what consensus sends for that height
    step(self, policies::NewTip{state.chain->tip()});
    // Without a seat it never leads, and where little waits there was room: what its clients sent has to
    // reach those who lead.
    const bool little_waits = state.pool->bytes() <= limits::gossip_bytes_max;
    if (state.deps.peers && (!state.consensus->signing() || little_waits))
      self->send(state.deps.peers, Gossip{state.pool->overdue(state.consensus->height(), env(self).now)});
    tell_lease(self);
    tell_what_waits(self);
    store_next(self);
  });
}

bool is_storable(Core self, policies::Height height) {
  const auto& chain = *self->state.chain;
  return !self->state.storing && height == next(chain.tip().height) && chain.stop_reason().empty();
}

/// Whether a block of the next height stands on the tip. If a quorum sealed what it stands on instead, there
/// are two chains, and consensus hears of it.
bool follows_tip(Core self, const policies::Header& header) {
  const auto& chain = *self->state.chain;
  if (header.parent == chain.tip().digest) return true;
  if (auto rival = chain.rival_of_tip(header)) step(self, std::move(*rival));
  return false;
}

void emit(Core self, const policies::Decision& decision) {
  const auto& header = decision.block->header;
  if (is_storable(self, header.height) && follows_tip(self, header)) store(self, decision);
}

void store_next(Core self) {
  auto& state = self->state;
  while (!state.synced.empty() && state.synced.front()->block->header.height <= state.chain->tip().height)
    state.synced.pop_front();
  if (state.synced.empty() || !is_storable(self, state.synced.front()->block->header.height)) return;
  if (!follows_tip(self, state.synced.front()->block->header)) return state.synced.clear();
  const auto decision = std::move(state.synced.front());
  state.synced.pop_front();
  state.deps.notes->add("core",
                        {.level = policies::Note::Level::debug,
                         .code = "block_synced",
                         .fields = {{"height", std::to_string(decision->block->header.height.value)}}});
  store(self, *decision);
}

/// Blocks that others made final. Those that don't follow what is here are left out: sync asks again. One
/// that stands where the tip does is the other half of a split.
void take_finals(Core self, FinalsArrived& finals) {
  auto& synced = self->state.synced;
  for (auto& decision : finals.decisions) {
    const auto height = decision->block->header.height;
    if (auto rival = self->state.chain->rival_of_tip(*decision)) step(self, std::move(*rival));
    const auto newest =
        synced.empty() ? self->state.chain->tip().height : synced.back()->block->header.height;
    if (height == next(newest) && synced.size() < limits::synced_blocks_max)
      synced.push_back(std::move(decision));
  }
  store_next(self);
}

void emit(Core self, const Effects& effects) {
  for (const auto& note : effects.notes) self->state.deps.notes->add("core", note);
  for (const auto& evidence : effects.evidence) {
    note_evidence(*self->state.deps.notes, evidence);
    if (const auto& duties = self->state.deps.duties)
      self->send(duties, EvidenceFound{std::make_shared<const policies::Evidence>(evidence)});
  }
  for (const auto& outgoing : effects.send) emit(self, outgoing);
  for (const auto& again : effects.resend) emit(self, again);
  if (effects.commit) emit(self, *effects.commit);
  for (const auto& ask : effects.ask) std::visit([&](const auto& order) { emit(self, order); }, ask);
  for (const auto& timer : effects.timers) emit(self, timer);
}

void release(Core self) {
  auto& state = self->state;
  if (std::exchange(state.releasing, true)) return;
  while (!state.waiting.empty() && state.waiting.front().durable) {
    auto effects = std::move(state.waiting.front().effects);
    state.waiting.pop_front();
    emit(self, effects);
  }
  state.releasing = false;
}

/// Persist, then send, then commit: effects join one queue and leave it in order, each when its rows and all
/// earlier ones are synced. One without rows never overtakes; nothing at all doesn't wait.
void perform(Core self, Effects effects) {
  auto& state = self->state;
  if (effects.empty()) return;
  if (state.waiting.size() >= limits::effects_queue_max) throw std::runtime_error("effects wait without end");
  auto persist = std::move(effects.persist);
  state.waiting.push_back({std::move(effects), !persist});
  if (!persist) return release(self);
  append(self, {sign_state_row(*persist)}, [self, synced = *persist] {
    self->state.synced_sign_state = synced;
    for (auto& one : self->state.waiting) {  // acknowledgements come in order
      if (one.durable) continue;
      one.durable = true;
      break;
    }
    release(self);
  });
}

void step(Core self, const Event& event) {
  perform(self, self->state.consensus->step(event, env(self)));
}

// --- start

/// An earlier core may have ended between the sync of its last block and the word to those who wait for it.
/// Said twice is harmless, unsaid leaves clients waiting.
void announce_tip(Core self) {
  const auto height = self->state.chain->tip().height;
  if (height.value == 0) return;
  auto block = LedgerView{self->state.deps.store->snapshot()}.block(height);
  if (!block) throw_error(block.error());
  if (*block) announce(self, std::make_shared<const FinalBlock>(std::move(**block)));
}

void begin(Core self, std::uint64_t session) {
  auto& state = self->state;
  state.session = session;
  auto chain = Chain::open(*state.deps.store, state.deps.chain);
  if (!chain) throw_error(chain.error());
  state.chain = std::move(*chain);
  state.pool =
      std::make_unique<policies::Pool>(state.deps.pool, own_address(*state.deps.signer, KeyRole::account));
  auto config = state.deps.consensus;
  config.self = state.deps.seat;
  config.chain_id = state.chain->chain_id();
  auto signed_last = LedgerView{state.deps.store->snapshot()}.sign_state();
  if (!signed_last) throw_error(signed_last.error());
  state.synced_sign_state = std::move(*signed_last);
  state.consensus =
      std::make_unique<policies::Consensus>(config, state.chain->tip(), state.synced_sign_state);
  announce_tip(self);
  tell_peers_height(self);
  perform(self, state.consensus->start(env(self)));
  tell_lease(self);
  self->delayed_send(self, state.deps.sweep_interval, Tick{});
}

// --- mail

Admitted admit(Core self, const Admit& admit) {
  auto& state = self->state;
  Admitted admitted;
  admitted.refusals.reserve(admit.transactions.size());
  const bool had_none = !state.pool->waiting_since();
  // Refused before `step`, never after: what joins the pool may make effects.
  const bool busy = state.waiting.size() >= limits::effects_queue_max / 2;
  const auto context = state.chain->next_context(state.deps.wall->now());
  const auto now = env(self).now;
  for (const auto& transaction : admit.transactions) {
    admitted.refusals.push_back(busy ? Refusal::busy
                                     : state.pool->admit(*transaction, state.chain->state(), context, now));
    // Each time: a small pool remembers fewer of them than one mail may displace.
    note_displaced(*state.deps.notes, state.pool->take_displaced());
  }
  if (had_none) tell_what_waits(self);
  return admitted;
}

CoreFacts facts(Core self) {
  const auto& state = self->state;
  return {.height = state.chain->tip().height,
          .round = state.consensus->round(),
          .last_block = state.chain->tip().time,
          .pool_transactions = state.pool->size(),
          .pool_bytes = state.pool->bytes(),
          .last_block_transactions = state.last_block_transactions,
          .signing = state.consensus->signing(),
          .stop_reason = state.chain->stop_reason()};
}

core_actor::behavior_type core(Core self, CoreDeps deps) {
  self->state.deps = std::move(deps);
  self->set_exception_handler(note_and_end(*self->state.deps.notes, "core", self->state.deps.halt));
  // Awaited: other mail waits until the store shows everything that an earlier core appended.
  self->request(self->state.deps.journal, journal_timeout, Open{"core"})
      .await(
          [self](const Opened& opened) {
            if (!opened.session) return self->quit(caf::sec::runtime_error);
            begin(self, *opened.session);
          },
          [self](const caf::error& why) { self->quit(why); });
  return {
      [](const Ping&) { return Pong{}; },
      [](const Crash&) { throw AskedToCrash{}; },
      [self](const Admit& mail) { return admit(self, mail); },
      [self](const ConsensusMail& mail) {
        for (const auto& message : mail.messages) {
          if (const auto* proposal = std::get_if<policies::Signed<policies::Proposal>>(&**message))
            follows_tip(self, proposal->body.block->header);
          step(self, policies::Received{**message});
        }
      },
      [self](FetchedBlock& mail) { step(self, policies::BlockFetched{std::move(mail.block)}); },
      [self](FinalsArrived& mail) { take_finals(self, mail); },
      [self](const HeardByPeer& mail) {
        const auto& state = self->state;
        for (const auto& event : contradictions(mail.heard, *state.consensus, state.chain->chain_id()))
          step(self, event);
      },
      [self](const StatementHeard& mail) { step(self, policies::Overheard{*mail.heard}); },
      [self](const LinkMade& mail) { step(self, policies::Reconnected{mail.peer}); },
      [self](const BlockWanted& wanted) { return BlockHeld{self->state.consensus->block(wanted.digest)}; },
      [self](const HeightAsked&) { return open_height(self); },
      [self](const ConsensusTimer& fired) {
        if (self->state.timer_generations[fired.timer.kind] != fired.generation) return;
        step(self, policies::TimerFired{fired.timer.kind, fired.timer.height, fired.timer.round});
      },
      [self](const Tick&) {
        self->state.pool->sweep(next(self->state.chain->tip().height));
        tell_lease(self);
        self->delayed_send(self, self->state.deps.sweep_interval, Tick{});
      },
      [self](const NonceAsked& asked) {
        return NonceFound{
            self->state.pool->next_nonce(asked.address, asked.lane, self->state.chain->state())};
      },
      [self](const PendingAsked& asked) {
        return PendingFound{self->state.pool->pending(asked.id) != nullptr};
      },
      [self](const CoreAsked&) { return facts(self); },
  };
}

}  // namespace

core_actor spawn_core(caf::actor_system& system, CoreDeps deps) {
  return system.spawn(core, std::move(deps));
}

}  // namespace mnrt::actors
