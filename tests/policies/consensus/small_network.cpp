#include "tests/policies/consensus/small_network.hpp"

#include <algorithm>

#include "policies/consensus/evidence.hpp"
#include "policies/consensus/seals.hpp"

namespace mnrt::policies::testing {
namespace {

std::string text(const Digest& digest) {
  std::uint64_t number = 0;
  for (std::size_t i = 24; i < 32; ++i) number = number << 8 | digest.bytes[i];
  return "b" + std::to_string(number);
}

std::string text(const std::optional<PreparedCertificate>& claim) {
  return claim ? "prepared " + std::to_string(claim->round.value) + "/" + text(claim->digest)
               : "nothing prepared";
}

std::string content(const Proposal& p) {
  return text(p.block->digest);
}
std::string content(const Prepare& p) {
  return text(p.digest);
}
std::string content(const Commit& c) {
  return text(c.digest);
}
std::string content(const RoundChange& r) {
  return text(r.prepared);
}

}  // namespace

std::string describe(const ConsensusMessage& message) {
  constexpr const char* kinds[] = {"proposal", "prepare", "commit", "round change"};
  auto body = std::visit([](auto& m) { return content(m.body); }, message);
  return std::string(kinds[message.index()]) + " " + std::to_string(height_of(message).value) + "/" +
         std::to_string(round_of(message).value) + " " + body;
}

SmallNetwork::SmallNetwork(NetworkSpec spec)
    : spec_(std::move(spec)), draw_(spec_.seed), set_(set_of(spec_.validators)), nodes_(spec_.validators) {
  for (auto& node : nodes_) {
    node.chain.push_back({nullptr, {Height{0}, chain, genesis_time, {}, {}, set_}});
    if (spec_.skew_ms_max > 0) node.skew_ms = draw_.between(-spec_.skew_ms_max, spec_.skew_ms_max);
  }
  for (std::size_t i = 0; i < nodes_.size(); ++i) restart(i);
}

Env SmallNetwork::env(const Node& node) const {
  return {Instant{now_us_ * 1'000}, BlockTime{genesis_time.ms + 1'000 + now_us_ / 1'000 + node.skew_ms}};
}

void SmallNetwork::at(std::int64_t us, Act act) {
  queue_.emplace(us, std::move(act));
}

void SmallNetwork::at_node(std::size_t node, std::int64_t us, Act act) {
  at(us, [this, node, life = nodes_[node].life, act = std::move(act)] {
    if (nodes_[node].life == life && nodes_[node].core) act();
  });
}

void SmallNetwork::run_ms(std::int64_t ms) {
  run_until([] { return false; }, ms);
}

bool SmallNetwork::run_until(const std::function<bool()>& done, std::int64_t ms_max) {
  auto end_us = now_us_ + ms_max * 1'000;
  while (!done()) {
    if (!broken_.empty() || queue_.empty() || queue_.begin()->first > end_us) {
      now_us_ = std::max(now_us_, end_us);
      return false;
    }
    now_us_ = std::max(now_us_, queue_.begin()->first);
    auto act = std::move(queue_.begin()->second);
    queue_.erase(queue_.begin());
    act();
  }
  return true;
}

void SmallNetwork::crash(std::size_t index) {
  auto& node = nodes_[index];
  node.core.reset();
  ++node.life;
  node.generation.clear();
}

void SmallNetwork::restart(std::size_t index) {
  auto& node = nodes_[index];
  if (node.core) return;
  ++node.life;
  node.free_us = now_us_;
  node.core.emplace(ConsensusConfig{.self = seat(index),
                                    .chain_id = chain,
                                    .block_time_ms = spec_.block_time_ms,
                                    .min_block_time_ms = spec_.min_block_time_ms,
                                    .timeout_ms = spec_.timeout_ms,
                                    .proposal_timeout_ms = spec_.proposal_timeout_ms},
                    node.chain.back().tip, node.sign_state);
  perform(index, node.core->start(env(node)));
  reconnect(index);
}

void SmallNetwork::reconnect(std::size_t index) {
  for (std::size_t other = 0; other < nodes_.size(); ++other) {
    if (other == index || !nodes_[other].core || !nodes_[index].core) continue;
    at_node(other, now_us_ + 1'000, [=, this] { step(other, Reconnected{seat(index)}); });
    at_node(index, now_us_ + 1'000, [=, this] { step(index, Reconnected{seat(other)}); });
  }
}

void SmallNetwork::add_transaction(std::size_t node) {
  if (nodes_[node].core) step(node, TransactionWaiting{Instant{now_us_ * 1'000}});
}

void SmallNetwork::step(std::size_t index, const Event& event) {
  auto& node = nodes_[index];
  perform(index, node.core->step(event, env(node)));
}

/// First in, first out: rows are synced one after the other, and nothing overtakes.
void SmallNetwork::perform(std::size_t index, Effects fx) {
  auto& node = nodes_[index];
  node.free_us = std::max(node.free_us, now_us_);
  if (fx.persist) node.free_us += draw_.between(0, spec_.weather.sync_us_max);
  at_node(index, node.free_us, [this, index, fx = std::move(fx)] { emit(index, fx); });
}

void SmallNetwork::emit(std::size_t index, const Effects& fx) {
  auto& node = nodes_[index];
  if (fx.persist) node.sign_state = fx.persist;
  for (auto& outgoing : fx.send) {
    if (!node.sign_state || !covers(*node.sign_state, outgoing.body))
      breaks("a signature that the disk doesn't cover");
    auto message = std::visit([&](auto& body) { return ConsensusMessage{by(index, body)}; }, outgoing.body);
    if (trace)
      trace->push_back(std::to_string(now_us_) + " " + std::to_string(index) + " signs " + describe(message));
    sign(index, message);
    if (auto* proposal = std::get_if<Proposal>(&outgoing.body);
        proposal && highest_prepared(proposal->justification))
      ++reproposed_;
    send(index, outgoing.to, message);
    misbehave(index, message);
    at_node(index, now_us_, [=, this] { step(index, Received{message}); });
  }
  for (auto& again : fx.resend) send(index, again.to, again.message);
  if (fx.commit) store(index, fx.commit->block, fx.commit->seals);
  for (auto& ask : fx.ask) answer(index, ask);
  for (auto& timer : fx.timers) {
    auto generation = ++node.generation[timer.kind];
    at_node(index, std::max(now_us_, timer.deadline.ns / 1'000), [=, this] {
      if (nodes_[index].generation[timer.kind] == generation)
        step(index, TimerFired{timer.kind, timer.height, timer.round});
    });
  }
  for (auto& found : fx.evidence) {
    evidence_.push_back(found);
    if (fault(this->index(found.offender)) == Fault::none) breaks("evidence against an honest validator");
  }
  for (auto& note : fx.notes) ++notes_[std::string(note.code)];
}

std::size_t SmallNetwork::count(std::string_view note) const {
  auto found = notes_.find(note);
  return found == notes_.end() ? 0 : found->second;
}

void SmallNetwork::answer(std::size_t node, const Ask& ask) {
  std::visit([&](auto& one) { answer(node, one); }, ask);
}

std::shared_ptr<const Block> SmallNetwork::make_block(std::size_t proposer, const Node& node, BlockTime time,
                                                      SealSet seals) {
  auto& tip = node.chain.back().tip;
  Block block;
  block.header.chain_id = chain;
  block.header.height = next(tip.height);
  block.header.time = time;
  block.header.parent = tip.digest;
  block.header.proposer = seat(proposer);
  block.header.parent_seals = std::move(seals);
  block.digest = digest(++blocks_made_);
  return std::make_shared<const Block>(std::move(block));
}

void SmallNetwork::answer(std::size_t index, const BuildBlock& ask) {
  auto& node = nodes_[index];
  auto open = next(node.chain.back().tip.height);
  if (ask.height > open) breaks("a block asked for above the open height");
  if (ask.height != open) return;  // sync was faster than the disk
  if (ask.height > h1 && !is_seal_quorum(ask.parent_seals, set_.size()))
    breaks("parent seals without a quorum");
  auto block = make_block(index, node, ask.time, ask.parent_seals);
  at_node(index, now_us_ + draw_.between(0, spec_.weather.work_us_max),
          [=, this] { step(index, BlockBuilt{ask.height, ask.round, block}); });
}

void SmallNetwork::answer(std::size_t index, const CheckBlock& ask) {
  at_node(index, now_us_ + draw_.between(0, spec_.weather.work_us_max),
          [=, this] { step(index, BlockChecked{ask.height, ask.round, ask.block->digest, ""}); });
}

void SmallNetwork::answer(std::size_t index, const FetchBlock& ask) {
  for (auto& address : ask.from) {
    auto holder = this->index(address);
    if (holder == index) breaks("a node fetches from itself");
    carry(index, holder, [=, this] {
      auto block = nodes_[holder].core->block(ask.digest);
      for (auto& stored : nodes_[holder].chain)
        if (stored.block && stored.block->digest == ask.digest) block = stored.block;
      if (block) carry(holder, index, [=, this] { step(index, BlockFetched{block}); });
    });
  }
}

void SmallNetwork::answer(std::size_t index, const Sync& ask) {
  carry(index, this->index(ask.peer),
        [=, this] { answer(this->index(ask.peer), SendFinal{ask.from, seat(index)}); });
}

void SmallNetwork::answer(std::size_t index, const SendFinal& ask) {
  auto& node = nodes_[index];
  if (ask.height.value >= node.chain.size()) return;
  auto& found = node.chain[ask.height.value];
  auto to = this->index(ask.to);
  carry(index, to, [=, this] {
    if (nodes_[to].chain.size() == ask.height.value) store(to, found.block, found.tip.seals);
  });
}

void SmallNetwork::answer(std::size_t index, const TellHeard& ask) {
  for (std::size_t to = 0; to < nodes_.size(); ++to) {
    if (to == index || (ask.to && this->index(*ask.to) != to)) continue;
    carry(index, to, [=, this] {
      for (auto& heard : ask.heard)
        if (nodes_[to].core->contradicted_by(heard)) step(to, Overheard{heard});
    });
  }
}

void SmallNetwork::store(std::size_t index, std::shared_ptr<const Block> block, SealSet seals) {
  auto& waiting = nodes_[index];
  waiting.free_us = std::max(waiting.free_us, now_us_) + draw_.between(0, spec_.weather.sync_us_max);
  at_node(index, waiting.free_us, [=, this] {
    auto& node = nodes_[index];
    if (node.chain.size() != block->header.height.value) return;
    check_final(index, *block, seals);
    if (auto beside = node.core->sign_state_beside(block->header.height)) node.sign_state = beside;
    node.chain.push_back(
        {block,
         {block->header.height, block->digest, block->header.time, block->header.proposer, seals, set_}});
    if (trace)
      trace->push_back(std::to_string(now_us_) + " " + std::to_string(index) + " stores " +
                       text(block->digest) + " at " + std::to_string(block->header.height.value));
    step(index, NewTip{node.chain.back().tip});
  });
}

void SmallNetwork::send(std::size_t from, std::optional<Address> to, const ConsensusMessage& message) {
  for (std::size_t other = 0; other < nodes_.size(); ++other) {
    if (other == from || (to && *to != seat(other))) continue;
    if (std::holds_alternative<Signed<Commit>>(message) && draw_.chance(spec_.weather.commits_lost_percent))
      continue;
    carry(from, other, [=, this] { step(other, Received{message}); });
  }
}

void SmallNetwork::carry(std::size_t from, std::size_t to, std::function<void()> deliver) {
  auto& weather = spec_.weather;
  int copies = draw_.chance(weather.doubled_percent) ? 2 : 1;
  for (int i = 0; i < copies; ++i) {
    if (nodes_[from].cut || nodes_[to].cut || draw_.chance(weather.lost_percent)) continue;
    at(now_us_ + draw_.between(weather.delay_us_min, weather.delay_us_max), [=, this] {
      if (nodes_[to].core && !nodes_[to].cut) deliver();
    });
  }
}

/// A faulty validator has an honest one's key and adds its lies. It can sign what it likes, but not for
/// others.
void SmallNetwork::misbehave(std::size_t index, const ConsensusMessage& honest) {
  auto kind = fault(index);
  if (kind == Fault::none) return;
  auto say = [&](const ConsensusMessage& lie, std::size_t parity) {
    sign(index, lie);
    for (std::size_t other = parity; other < nodes_.size(); other += 2)
      if (other != index) carry(index, other, [=, this] { step(other, Received{lie}); });
  };
  if (auto* proposal = std::get_if<Signed<Proposal>>(&honest)) {
    auto lie = *proposal;
    if (kind == Fault::hides_certificates) lie = hiding(index, lie);
    auto& header = proposal->body.block->header;
    if (kind == Fault::equivocates)
      lie.body.block = make_block(index, nodes_[index], header.time, header.parent_seals);
    if (!(lie == *proposal)) {
      say(lie, draw_() % 2);
      for (std::size_t parity : {0u, 1u}) {
        say(by(index, Prepare{lie.body.height, lie.body.round, lie.body.block->digest}), parity);
        say(by(index, Commit{lie.body.height, lie.body.round, lie.body.block->digest}), parity);
      }
    }
  }
  if (auto* change = std::get_if<Signed<RoundChange>>(&honest)) {
    auto lie = *change;
    lie.body.prepared.reset();
    if (kind == Fault::cries_round_change)
      lie.body.round.value += static_cast<std::uint32_t>(draw_.between(1, 40));
    for (std::size_t parity : {0u, 1u}) say(lie, parity);
  }
  // Votes for whatever anyone proposes, late or not.
  if (auto* commit = std::get_if<Signed<Commit>>(&honest); commit && kind == Fault::equivocates)
    say(by(index, RoundChange{commit->body.height, next(commit->body.round), std::nullopt}), draw_() % 2);
}

/// A leader that wants a prepared block gone: leaves out the round changes that claim it, itself included,
/// and strips the certificates of those that it can't do without.
Signed<Proposal> SmallNetwork::hiding(std::size_t index, const Signed<Proposal>& honest) {
  auto lie = honest;
  auto& changes = lie.body.justification;
  if (changes.empty()) return honest;
  for (auto& change : changes)
    if (change.signer == seat(index)) change.body.prepared.reset();
  auto spare = static_cast<std::ptrdiff_t>(changes.size()) - static_cast<std::ptrdiff_t>(quorum(set_.size()));
  std::erase_if(changes, [&](auto& change) { return change.body.prepared && spare-- > 0; });
  bool hidden = true;
  for (auto& change : changes)
    if (change.body.prepared) hidden = false, change.body.prepared->prepares.clear();
  auto& header = honest.body.block->header;
  if (!hidden && draw_.chance(50)) return lie;
  lie.body.block = make_block(index, nodes_[index], header.time, header.parent_seals);
  // A claim of its own above all others, for want of Prepares without them.
  for (auto& change : changes)
    if (!hidden && change.signer == seat(index))
      change.body.prepared = PreparedCertificate{Round{lie.body.round.value - 1}, lie.body.block->digest, {}};
  return lie;
}

/// An honest validator signs one thing for each step of a round, and no round change hides its commits.
void SmallNetwork::sign(std::size_t index, const ConsensusMessage& message) {
  auto height = height_of(message).value;
  auto& said = signed_[{index, height, round_of(message).value, message.index()}];
  said.insert(describe(message));
  auto& commits = commits_[{index, height}];
  auto& changes = changes_[{index, height}];
  if (auto* commit = std::get_if<Signed<Commit>>(&message)) commits.push_back(commit->body);
  if (auto* change = std::get_if<Signed<RoundChange>>(&message)) changes.push_back(change->body);
  if (fault(index) != Fault::none) return;
  if (said.size() > 1) breaks("two signatures for one step: " + describe(message));
  for (auto& change : changes)
    for (auto& commit : commits) {
      if (change.round <= commit.round) continue;
      bool told = change.prepared &&
                  (change.prepared->round > commit.round ||
                   (change.prepared->round == commit.round && change.prepared->digest == commit.digest));
      if (!told) breaks("a round change hides a commit");
    }
}

void SmallNetwork::check_final(std::size_t index, const Block& block, const SealSet& seals) {
  auto height = block.header.height.value;
  auto [known, is_first] = final_.try_emplace(height, block.digest);
  if (known->second != block.digest) breaks("two final blocks at height " + std::to_string(height));
  auto& parent = nodes_[index].chain.back().tip;
  if (block.header.parent != parent.digest) breaks("a final block on another parent");
  if (block.header.time <= parent.time) breaks("block time didn't grow");
  if (!is_seal_quorum(seals, set_.size())) return breaks("a final block without a quorum of seals");
  for (std::size_t i = 0; i < set_.size(); ++i) {
    const Commit sealed{block.header.height, seals.round, block.digest};
    auto& commits = commits_[{i, height}];
    if (seals.signers[i] && std::ranges::find(commits, sealed) == commits.end())
      breaks("a seal that nobody signed");
  }
}

std::size_t SmallNetwork::away() const {
  auto is_away = [](auto& node) { return node.cut || !node.core; };
  return static_cast<std::size_t>(std::ranges::count_if(nodes_, is_away));
}

std::uint64_t SmallNetwork::lowest_honest() const {
  std::uint64_t lowest = ~0ull;
  for (std::size_t i = 0; i < nodes_.size(); ++i)
    if (fault(i) == Fault::none) lowest = std::min(lowest, height(i));
  return lowest;
}

std::uint64_t SmallNetwork::highest() const {
  std::uint64_t highest = 0;
  for (std::size_t i = 0; i < nodes_.size(); ++i) highest = std::max(highest, height(i));
  return highest;
}

void SmallNetwork::breaks(std::string what) {
  if (broken_.empty()) broken_ = "at " + std::to_string(now_us_) + " us: " + std::move(what);
}

}  // namespace mnrt::policies::testing
