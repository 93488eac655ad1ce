#include "actors/peers.hpp"

#include <algorithm>
#include <caf/all.hpp>
#include <map>
#include <memory>
#include <utility>
#include <vector>

#include "actors/core_notes.hpp"
#include "actors/exceptions.hpp"
#include "actors/ledger_view.hpp"
#include "actors/mail/common.hpp"
#include "actors/mail/core.hpp"
#include "actors/mail/peers.hpp"
#include "actors/mail/validator.hpp"
#include "actors/stored_finals.hpp"
#include "messages/block_codec.hpp"
#include "messages/consensus_codec.hpp"
#include "messages/peer_codec.hpp"
#include "policies/consensus/evidence.hpp"
#include "policies/consensus/vote_gate.hpp"
#include "policies/limits.hpp"
#include "policies/peer_budgets.hpp"
#include "policies/sync.hpp"

namespace mnrt::actors {
namespace {

/// Admitted transactions have waited long enough for others to share their envelope.
struct FlushGossip {};

/// This node's Commit should have joined the others' by now.
struct VoteOverdue {
  policies::Height height;
};

}  // namespace
}  // namespace mnrt::actors

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(mnrt::actors::FlushGossip)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(mnrt::actors::VoteOverdue)

namespace mnrt::actors {
namespace {

namespace limits = policies::limits;
using messages::SharedBytes;
using policies::Address;
using policies::Height;
using policies::PeerWork;
using Ticket = policies::PeerBudgets::Ticket;

constexpr std::chrono::seconds tick_interval{1};
constexpr std::uint64_t ticks_per_status = 5;
constexpr std::chrono::milliseconds gossip_delay{10};
constexpr std::chrono::milliseconds own_vote_delay{100};  ///< after a quorum but one of others' Commits
constexpr std::chrono::seconds doubted_delay{1};          ///< in which held votes are checked
constexpr std::chrono::seconds role_timeout{5};

/// A link that is up.
struct Link {
  bool compared{};  ///< its tip, which is another one, was asked for since the last tick
};

/// A block of the open height that core wants.
struct Wanted {
  policies::FetchBlock ask;
  std::size_t turn{};  ///< which of its holders is asked
};

struct State {
  PeersDeps deps;
  std::map<Address, Link> links;
  policies::PeerBudgets budgets;
  SignerSets sets;
  std::optional<policies::VoteGate> votes;
  std::optional<policies::SyncPlan> plan;
  std::optional<Wanted> wanted;
  std::vector<SharedBytes> gossip;
  std::size_t gossip_bytes{};
  bool flush_waits{};
  std::uint64_t ticks{};
};

using peers_impl = peers_actor::extend<caf::reacts_to<FlushGossip>, caf::reacts_to<VoteOverdue>>;
using Peers = peers_impl::stateful_pointer<State>;

policies::Instant now(Peers self) {
  return {self->clock().now().time_since_epoch().count()};
}

void note(Peers self, policies::Note::Level level, std::string_view code, const Address& peer,
          std::string reason) {
  self->state.deps.notes->add(
      "peers", {.level = level,
                .code = code,
                .fields = {{"peer", policies::to_bech32m(peer)}, {"reason", std::move(reason)}}});
}

// --- out

void send(Peers self, std::vector<Address> to, const messages::PeerMessage& message) {
  if (to.empty()) return;
  self->send(self->state.deps.transport,
             SendFrame{std::move(to), std::make_shared<const policies::Bytes>(encode_peer(message))});
}

/// To a peer that asked, or is stuck: what it gets counts.
void answer(Peers self, const Address& to, const messages::PeerMessage& message) {
  auto frame = std::make_shared<const policies::Bytes>(encode_peer(message));
  self->state.budgets.sent(to, frame->size());
  self->send(self->state.deps.transport, SendFrame{{to}, std::move(frame)});
}

/// The validators of the open height but this node.
std::vector<Address> other_validators(Peers self) {
  std::vector<Address> others;
  if (!self->state.sets.now) return others;
  for (const auto& validator : *self->state.sets.now)
    if (validator.address != self->state.deps.self) others.push_back(validator.address);
  return others;
}

LedgerView ledger(Peers self) {
  return LedgerView{self->state.deps.store->snapshot()};
}

Height tip_height(Peers self) {
  return {self->state.sets.open.value - 1};
}

void send_status(Peers self, std::vector<Address> to) {
  if (self->state.sets.open.value == 0) return;
  send(self, std::move(to), messages::PeerStatus{tip_height(self), self->state.sets.tip});
}

void flush_gossip(Peers self) {
  auto& state = self->state;
  state.flush_waits = false;
  state.gossip_bytes = 0;
  if (!state.gossip.empty())
    send(self, other_validators(self), messages::GossipFrames{std::exchange(state.gossip, {})});
}

void take_gossip(Peers self, const Gossip& gossip) {
  auto& state = self->state;
  for (const auto& frame : gossip.frames) {
    if (state.gossip.size() == limits::gossip_frames_max || state.gossip_bytes >= limits::gossip_bytes_max)
      flush_gossip(self);
    state.gossip.push_back(frame);
    state.gossip_bytes += frame->size();
  }
  if (!std::exchange(state.flush_waits, true)) self->delayed_send(self, gossip_delay, FlushGossip{});
}

/// Sends what sync wants asked, if anything.
void drive_sync(Peers self) {
  auto& state = self->state;
  if (!state.plan) return;
  if (const auto request = state.plan->next(now(self)))
    send(self, {request->peer}, messages::FinalAsked{request->from, request->count});
}

void ask_for_block(Peers self) {
  auto& wanted = *self->state.wanted;
  const auto& from = wanted.ask.from;
  if (from.empty()) return;
  send(self, {from[wanted.turn % from.size()]}, messages::BlockAsked{wanted.ask.height, wanted.ask.digest});
}

void on_ask(Peers self, const policies::FetchBlock& ask) {
  auto& wanted = self->state.wanted;
  const auto turn = wanted && wanted->ask.digest == ask.digest ? wanted->turn + 1 : 0;
  wanted = Wanted{ask, turn};
  ask_for_block(self);
}

void on_ask(Peers self, const policies::Sync& ask) {
  auto& state = self->state;
  if (!state.plan || !state.links.contains(ask.peer)) return;
  state.plan->heard(ask.peer, ask.from);
  drive_sync(self);
}

void on_ask(Peers self, const policies::SendFinal& ask) {
  auto found = stored_finals(ledger(self), ask.height, 1);
  if (found.frames.empty()) return;
  answer(self, ask.to, found);
  send_status(self, {ask.to});
}

void on_ask(Peers self, const policies::TellHeard& ask) {
  send(self, ask.to ? std::vector{*ask.to} : other_validators(self), messages::HeardStatements{ask.heard});
}

void on_ask(Peers, const policies::BuildBlock&) {}  // core's own
void on_ask(Peers, const policies::CheckBlock&) {}  // core's own

// --- in

/// A place of this peer's, given back with the answer: a time-out would end the waiting, not the work.
std::optional<Ticket> begin(Peers self, const PeerWork& work) {
  const auto ticket = self->state.budgets.begin(work);
  if (!ticket) note(self, policies::Note::Level::debug, "peer_frame_dropped", work.from, "busy");
  return ticket;
}

/// Has signatures checked; what holds goes to core.
void check(Peers self, std::vector<policies::VoteMail> mails) {
  for (auto& mail : mails) {
    const auto ticket = begin(self, {.from = mail.from,
                                     .kind = PeerWork::Kind::consensus,
                                     .bytes = mail.frame->size(),
                                     .height = mail.height});
    if (!ticket) {
      check(self, self->state.votes->failed(mail.height));
      continue;
    }
    self->request(self->state.deps.validator, caf::infinite, CheckConsensus{mail.frame, self->state.sets})
        .then(
            [self, ticket = *ticket, height = mail.height, from = mail.from](CheckedConsensus& checked) {
              self->state.budgets.end(ticket);
              auto& votes = *self->state.votes;
              if (checked.messages.empty()) {
                note(self, policies::Note::Level::warning, "peer_frame_refused", from,
                     std::string{checked.refusal});
                votes.paid(height, checked.signatures);
                if (checked.said) self->send(self->state.deps.core, StatementHeard{*checked.said});
                return check(self, votes.failed(height));
              }
              const auto message = checked.messages.front().value();
              votes.paid(policies::height_of(*message), checked.signatures);
              // Core answers a late one with a block to its signer: not where another repeats it.
              const bool is_late = policies::height_of(*message) < self->state.sets.open;
              if (!is_late || policies::signer_of(*message) == from)
                self->send(self->state.deps.core, ConsensusMail{std::move(checked.messages)});
              check(self, votes.heard(*message));
            },
            [self, ticket = *ticket, height = mail.height](const caf::error&) {
              self->state.budgets.end(ticket);
              check(self, self->state.votes->failed(height));
            });
  }
}

void on_frame(Peers self, const Address& from, const messages::ConsensusFrame& mail) {
  auto& state = self->state;
  if (!state.sets.now) return;
  const auto vote = messages::decode_vote(*mail.frame);
  if (!vote) return check(self, {{{}, from, mail.frame}});
  const auto height = policies::height_of(*vote);
  check(self, state.votes->arrived(*vote, {height, from, mail.frame}));
  if (state.votes->waits_for_mine(height)) self->delayed_send(self, own_vote_delay, VoteOverdue{height});
}

void on_frame(Peers self, const Address& from, const messages::GossipFrames& mail) {
  const auto ticket =
      begin(self, {.from = from, .kind = PeerWork::Kind::gossip, .frames = mail.frames.size()});
  if (!ticket) return;
  self->request(self->state.deps.validator, caf::infinite,
                CheckFrames{.frames = mail.frames, .from_peer = true})
      .then([self, ticket = *ticket](const CheckedFrames&) { self->state.budgets.end(ticket); },
            [self, ticket = *ticket](const caf::error&) { self->state.budgets.end(ticket); });
}

/// From memory while it is being decided, else from the store, with the seals that made it final.
void on_frame(Peers self, const Address& from, const messages::BlockAsked& asked) {
  if (!self->state.budgets.may_ask(from)) return;
  self->request(self->state.deps.core, role_timeout, BlockWanted{asked.digest})
      .then(
          [self, from, asked](const BlockHeld& held) {
            if (!self->state.budgets.may_get(from)) return;
            if (held.block)
              return answer(self, from,
                            messages::BlockFrame{std::make_shared<const policies::Bytes>(
                                messages::encode_block(*held.block))});
            auto found = stored_finals(ledger(self), asked.height, 1);
            if (!found.frames.empty()) answer(self, from, found);
          },
          [](const caf::error&) {});
}

void on_frame(Peers self, const Address& from, const messages::BlockFrame& mail) {
  auto& wanted = self->state.wanted;
  if (!wanted || std::ranges::find(wanted->ask.from, from) == wanted->ask.from.end()) return;
  auto block = messages::decode_block(*mail.frame);
  if (!block || (*block)->digest != wanted->ask.digest)
    return note(self, policies::Note::Level::warning, "peer_frame_refused", from, "not_the_block_asked_for");
  wanted.reset();
  self->send(self->state.deps.core, FetchedBlock{std::move(*block)});
}

void on_frame(Peers self, const Address& from, const messages::FinalAsked& asked) {
  if (self->state.budgets.may_ask(from))
    answer(self, from, stored_finals(ledger(self), asked.from, asked.count));
}

void take_finals(Peers self, const Address& from, CheckedFinals& checked, bool awaited) {
  auto& state = self->state;
  if (!checked.refusal.empty())
    note(self, policies::Note::Level::warning, "peer_frame_refused", from, std::string{checked.refusal});
  const auto through = checked.decisions.empty() ? Height{} : checked.decisions.back()->block->header.height;
  if (awaited) state.plan->answered(from, through, now(self));
  if (!checked.decisions.empty()) self->send(state.deps.core, FinalsArrived{std::move(checked.decisions)});
  drive_sync(self);
}

void on_frame(Peers self, const Address& from, const messages::FinalFrames& mail) {
  auto& state = self->state;
  if (!state.plan) return;
  const bool awaited = state.plan->awaits(from);
  if (mail.frames.empty()) {
    if (awaited) state.plan->failed(from, now(self));
    return drive_sync(self);
  }
  const auto ticket = begin(self, {.from = from, .kind = PeerWork::Kind::finals});
  if (!ticket) return;
  self->request(state.deps.validator, caf::infinite, CheckFinals{mail.frames, state.sets})
      .then(
          [self, ticket = *ticket, from, awaited](CheckedFinals& checked) {
            self->state.budgets.end(ticket);
            take_finals(self, from, checked, awaited);
          },
          [self, ticket = *ticket, from](const caf::error&) {
            self->state.budgets.end(ticket);
            self->state.plan->unread(from);
            drive_sync(self);
          });
}

/// What is held unchecked may be what it contradicts: core hears of that first.
void on_frame(Peers self, const Address&, const messages::HeardStatements& mail) {
  auto delay = caf::actor_clock::duration_type{};
  for (const auto& heard : mail.heard) {
    auto held = self->state.votes->doubted(heard.said.body.height, heard.signer);
    if (!held.empty()) delay = doubted_delay;
    check(self, std::move(held));
  }
  self->delayed_send(self->state.deps.core, delay, HeardByPeer{mail.heard});
}

void on_frame(Peers self, const Address& from, const messages::PeerStatus& status) {
  auto& state = self->state;
  if (!state.plan) return;
  state.plan->heard(from, status.tip);
  // Two chains of one length would never ask each other for anything.
  const auto link = state.links.find(from);
  const bool differs = status.tip == tip_height(self) && status.digest != state.sets.tip;
  if (differs && link != state.links.end() && !std::exchange(link->second.compared, true))
    send(self, {from}, messages::FinalAsked{status.tip, 1});
  drive_sync(self);
}

void arrived(Peers self, const FrameArrived& mail) {
  if (!self->state.links.contains(mail.from) || mail.from == self->state.deps.self) return;
  const auto message = messages::decode_peer(*mail.frame);
  if (!message)
    return note(self, policies::Note::Level::warning, "peer_frame_refused", mail.from,
                std::string{name_of(message.error())});
  std::visit([&](const auto& one) { on_frame(self, mail.from, one); }, *message);
}

void changed(Peers self, const LinkChanged& link) {
  auto& state = self->state;
  note(self, policies::Note::Level::info, link.up ? "link_up" : "link_down", link.peer, "transport");
  if (!link.up) {
    state.links.erase(link.peer);
    if (state.plan) state.plan->lost(link.peer);
    return drive_sync(self);
  }
  state.links.try_emplace(link.peer);
  send_status(self, {link.peer});
  self->send(state.deps.core, LinkMade{link.peer});
}

std::vector<Address> linked(Peers self) {
  std::vector<Address> peers;
  for (const auto& [peer, link] : self->state.links) peers.push_back(peer);
  return peers;
}

void opened(Peers self, const HeightOpened& mail) {
  auto& sets = self->state.sets;
  if (sets.open == mail.height) return check(self, self->state.votes->open(mail.height, *mail.validators));
  sets = {mail.height, mail.validators, mail.before, mail.tip};
  check(self, self->state.votes->open(mail.height, *mail.validators));
  for (const auto& closed : self->state.votes->take_closed())
    note_votes_checked(*self->state.deps.notes, closed);
  self->state.wanted.reset();
  const auto tip = tip_height(self);
  if (!self->state.plan) self->state.plan.emplace(tip);
  self->state.plan->stored(tip);
  if (self->state.deps.self)
    send_status(self, policies::told_of_tip(*sets.now, *self->state.deps.self, tip, linked(self)));
  drive_sync(self);
}

void tick(Peers self) {
  auto& state = self->state;
  state.budgets.second_passed();
  for (auto& [peer, link] : state.links) link.compared = false;
  if (++state.ticks % ticks_per_status == 0) send_status(self, linked(self));
  drive_sync(self);
  self->delayed_send(self, tick_interval, Tick{});
}

peers_impl::behavior_type peers(Peers self, PeersDeps deps) {
  self->state.votes.emplace(deps.self);
  self->state.deps = std::move(deps);
  self->set_exception_handler(note_and_end(*self->state.deps.notes, "peers"));
  self->request(self->state.deps.core, caf::infinite, HeightAsked{})
      .then([self](const HeightOpened& mail) { opened(self, mail); },
            [self](const caf::error&) {});  // core tells of the next one by itself
  self->send(self->state.deps.transport, TellLinks{});
  self->delayed_send(self, tick_interval, Tick{});
  return {
      [](const Ping&) { return Pong{}; },
      [](const Crash&) { throw AskedToCrash{}; },
      [self](const FrameArrived& mail) { arrived(self, mail); },
      [self](const LinkChanged& mail) { changed(self, mail); },
      [self](const SendConsensus& mail) {
        const messages::ConsensusFrame frame{
            std::make_shared<const policies::Bytes>(messages::encode_consensus(*mail.message))};
        send(self, mail.to ? std::vector{*mail.to} : other_validators(self), frame);
        check(self, self->state.votes->heard(*mail.message));
      },
      [self](const PeerAsk& mail) { std::visit([&](const auto& ask) { on_ask(self, ask); }, mail.ask); },
      [self](const Gossip& mail) { take_gossip(self, mail); },
      [self](const HeightOpened& mail) { opened(self, mail); },
      [self](const Tick&) { tick(self); },
      [self](const ChecksLost&) {
        for (const auto& work : self->state.budgets.lost())
          if (work.kind == PeerWork::Kind::consensus) check(self, self->state.votes->failed(work.height));
      },
      [self](const PeersAsked&) {
        return PeersFacts{self->state.links.size(), self->state.plan && self->state.plan->is_behind()};
      },
      [self](const FlushGossip&) { flush_gossip(self); },
      [self](const VoteOverdue& mail) { check(self, self->state.votes->waited(mail.height)); },
  };
}

}  // namespace

peers_actor spawn_peers(caf::actor_system& system, PeersDeps deps) {
  return system.spawn(peers, std::move(deps));
}

}  // namespace mnrt::actors
