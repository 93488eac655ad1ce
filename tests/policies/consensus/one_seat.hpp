#pragma once

#include <optional>
#include <vector>

#include "policies/consensus/consensus.hpp"
#include "tests/policies/consensus/values.hpp"

namespace mnrt::policies::testing {

/// One validator among n on top of genesis, whose others a test plays by hand. Seat r mod n leads round r of
/// height 1. Times in the tests are milliseconds after the start; the wall clock reads genesis + 1 s + that.
struct OneSeat {
  ConsensusConfig config;
  ChainTip tip;
  Consensus core;
  Env env{Instant{0}, BlockTime{genesis_time.ms + 1'000}};
  Effects fx;  ///< of the last step

  static ConsensusConfig config_of(std::size_t me) {
    return {.self = seat(me),
            .chain_id = chain,
            .block_time_ms = 5'000,
            .min_block_time_ms = 250,
            .timeout_ms = 2'000,
            .proposal_timeout_ms = 1'000};
  }
  static ChainTip genesis(std::size_t n) { return {Height{0}, chain, genesis_time, {}, {}, set_of(n)}; }

  OneSeat(std::size_t n, std::size_t me, std::optional<SignState> disk = std::nullopt)
      : OneSeat(config_of(me), genesis(n), std::move(disk)) {}

  OneSeat(ConsensusConfig with, ChainTip on, std::optional<SignState> disk)
      : config(with), tip(on), core(with, on, std::move(disk)) {
    fx = core.start(env);
  }

  void set_ms(std::int64_t ms) { env = {Instant{ms * 1'000'000}, BlockTime{genesis_time.ms + 1'000 + ms}}; }

  const Effects& step(const Event& event) { return fx = core.step(event, env); }
  const Effects& receive(ConsensusMessage message) { return step(Received{std::move(message)}); }

  /// The timer that was set last for that kind fires when it is due.
  const Effects& fire(Timer::Kind kind, std::int64_t at_ms) {
    set_ms(at_ms);
    return step(TimerFired{kind, core.height(), core.round()});
  }

  template <class Body>
  std::vector<Body> sent() const {
    std::vector<Body> found;
    for (auto& outgoing : fx.send)
      if (auto* body = std::get_if<Body>(&outgoing.body)) found.push_back(*body);
    return found;
  }

  template <class Kind>
  std::vector<Kind> asked() const {
    std::vector<Kind> found;
    for (auto& ask : fx.ask)
      if (auto* one = std::get_if<Kind>(&ask)) found.push_back(*one);
    return found;
  }

  bool noted(std::string_view code) const {
    for (auto& note : fx.notes)
      if (note.code == code) return true;
    return false;
  }

  std::optional<std::int64_t> deadline_ms(Timer::Kind kind) const {
    std::optional<std::int64_t> found;
    for (auto& timer : fx.timers)
      if (timer.kind == kind) found = timer.deadline.ns / 1'000'000;
    return found;
  }

  /// What was just sent comes back signed, once.
  void loop_back() {
    auto& me = *config.self;
    for (auto outgoing : std::vector(fx.send)) {
      auto message = std::visit([&](auto& body) { return ConsensusMessage{Signed{body, me, Signature{}}}; },
                                outgoing.body);
      receive(message);
    }
  }

  /// A fresh block of the leader of round 0, received and found valid.
  std::shared_ptr<const Block> accept_first_block(std::uint64_t number = 1) {
    auto block = timely(0, number);
    receive(by(0, Proposal{h1, Round{0}, block, {}}));
    step(BlockChecked{h1, Round{0}, block->digest, ""});
    return block;
  }

  /// Its own fresh block, as leader of round 0: what it proposes and prepares has come back.
  std::shared_ptr<const Block> propose_first_block() {
    fire(Timer::Kind::propose, 5'000);
    auto block = timely(0, 1);
    step(BlockBuilt{h1, Round{0}, block});
    loop_back();
    loop_back();
    return block;
  }

  /// A block whose time is what this node's clock reads, shifted.
  std::shared_ptr<const Block> timely(std::size_t proposer, std::uint64_t number,
                                      std::int64_t shift_ms = 0) const {
    auto block = *block_of(proposer, number);
    block.header.time = BlockTime{env.wall.ms + shift_ms};
    return std::make_shared<const Block>(block);
  }
};

}  // namespace mnrt::policies::testing
