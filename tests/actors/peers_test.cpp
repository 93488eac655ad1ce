#include "actors/peers.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <vector>

#include "actors/mail/common.hpp"
#include "actors/mail/core.hpp"
#include "actors/mail/peers.hpp"
#include "actors/mail/validator.hpp"
#include "actors/seeded_signer.hpp"
#include "actors/verifier.hpp"
#include "messages/consensus_codec.hpp"
#include "messages/peer_codec.hpp"
#include "policies/limits.hpp"
#include "tests/actors/asking.hpp"

namespace mnrt::tests {
namespace {

using namespace actors;
namespace limits = policies::limits;
using policies::Address;
using policies::Height;

Address seat(std::uint8_t number) {
  Address address;
  address.bytes[0] = number;
  return address;
}

policies::SigningKey key_of(std::uint8_t number) {
  return key_from_text(std::string{"seat "} + std::to_string(number));
}

messages::SharedBytes some_bytes(std::size_t size = 16) {
  return std::make_shared<const policies::Bytes>(size, std::uint8_t{7});
}

/// The role with stubs around it: four seats, of which it holds the first; height 8 is open.
struct Peers {
  Bench bench;
  MemoryStore store;
  SilentNotes notes;
  std::vector<SendFrame> sent;
  std::size_t checks{};    ///< that the validator holds, and never answers
  std::size_t gossiped{};  ///< transactions handed to the validator
  bool answers_gossip{true};
  std::shared_ptr<const policies::Block> held;  ///< by core, whichever is wanted
  std::size_t links_made{};
  std::size_t passed_on{};    ///< consensus messages that core got
  verifier_actor verifies{};  ///< if any, in the validator's place
  peers_actor role;

  Peers() {
    policies::ValidatorSet set;
    for (std::uint8_t number = 1; number <= 4; ++number) {
      policies::Validator validator;
      validator.address = seat(number);
      validator.consensus_key = key_of(number).public_key();
      set.push_back(validator);
    }
    auto shared = std::make_shared<const policies::ValidatorSet>(set);
    auto core = bench.system.spawn([this, shared](caf::event_based_actor*) -> caf::behavior {
      return {[shared](const HeightAsked&) {
                return HeightOpened{Height{8}, shared, shared, policies::Digest{{7}}};
              },
              [this](const BlockWanted&) { return BlockHeld{held}; },
              [this](const ConsensusMail&) { ++passed_on; }, [](const FinalsArrived&) {},
              [this](const LinkMade&) { ++links_made; }};
    });
    auto validator = bench.system.spawn([this](caf::event_based_actor* self) -> caf::behavior {
      return {[this, self](const CheckConsensus& check) {
                ++checks;
                auto answer = self->make_response_promise<CheckedConsensus>();
                if (verifies) answer.delegate(verifies, check);
                return answer;
              },
              [this, self](const CheckFrames& check) -> caf::result<CheckedFrames> {
                gossiped += check.frames.size();
                CHECK(check.from_peer);
                if (answers_gossip) return CheckedFrames{};
                return self->make_response_promise<CheckedFrames>();
              }};
    });
    auto transport = bench.system.spawn([this](caf::event_based_actor*) -> caf::behavior {
      return {[this](const SendFrame& mail) { sent.push_back(mail); }, [](const TellLinks&) {}};
    });
    role = spawn_peers(bench.system, {.chain_id = {},
                                      .self = seat(1),
                                      .store = &store,
                                      .notes = &notes,
                                      .core = caf::actor_cast<core_actor>(core),
                                      .validator = caf::actor_cast<validator_actor>(validator),
                                      .transport = caf::actor_cast<transport_actor>(transport)});
    bench.scheduler.drain();
  }
  ~Peers() {
    caf::anon_send_exit(role, caf::exit_reason::user_shutdown);
    if (verifies) caf::anon_send_exit(verifies, caf::exit_reason::user_shutdown);
  }

  template <class Mail>
  void tell(Mail mail) {
    caf::anon_send(role, std::move(mail));
    bench.scheduler.drain();
  }
  void link(std::uint8_t number) {
    tell(LinkChanged{seat(number), true});
    sent.clear();
  }
  void arrive(std::uint8_t from, const messages::PeerMessage& message) {
    tell(FrameArrived{seat(from), std::make_shared<const policies::Bytes>(encode_peer(message))});
  }
  void pass_ms(std::int64_t ms) { bench.scheduler.run_until(policies::after_ms(bench.scheduler.now(), ms)); }

  /// The requests for final blocks that were sent, and to whom.
  std::vector<std::pair<Address, messages::FinalAsked>> finals_asked() const {
    std::vector<std::pair<Address, messages::FinalAsked>> asked;
    for (const auto& mail : sent)
      if (const auto message = messages::decode_peer(*mail.frame))
        if (const auto* one = std::get_if<messages::FinalAsked>(&*message))
          asked.emplace_back(mail.to.front(), *one);
    return asked;
  }
};

TEST_CASE("a new link is told the tip, and core of the link") {
  Peers peers;
  peers.tell(LinkChanged{seat(2), true});
  CHECK(peers.links_made == 1);
  REQUIRE(peers.sent.size() == 1);
  CHECK(peers.sent.front().to == std::vector{seat(2)});
  const auto message = messages::decode_peer(*peers.sent.front().frame);
  REQUIRE(message);
  CHECK(std::get<messages::PeerStatus>(*message).tip == Height{7});
}

TEST_CASE("what comes without a link, or as bytes of no meaning, goes nowhere") {
  Peers peers;
  peers.arrive(2, messages::ConsensusFrame{some_bytes()});
  CHECK(peers.checks == 0);
  peers.link(2);
  peers.tell(FrameArrived{seat(2), some_bytes()});
  CHECK(peers.checks == 0);
  peers.arrive(2, messages::ConsensusFrame{some_bytes()});
  CHECK(peers.checks == 1);
}

TEST_CASE("a peer that floods has only so many frames in checking, and takes no other's place") {
  Peers peers;
  peers.link(2);
  peers.link(3);
  for (std::size_t i = 0; i < 3 * limits::peer_checks_max; ++i)
    peers.arrive(2, messages::ConsensusFrame{some_bytes()});
  CHECK(peers.checks == limits::peer_checks_max);
  peers.arrive(3, messages::ConsensusFrame{some_bytes()});
  CHECK(peers.checks == limits::peer_checks_max + 1);
}

TEST_CASE("a place is free when its work is done: neither time nor a new link ends what still waits") {
  Peers peers;
  peers.link(2);
  const auto flood = [&] {
    for (std::size_t i = 0; i < 2 * limits::peer_checks_max; ++i)
      peers.arrive(2, messages::ConsensusFrame{some_bytes()});
  };
  flood();
  peers.pass_ms(20'000);
  peers.tell(LinkChanged{seat(2), false});
  peers.tell(LinkChanged{seat(2), true});
  flood();
  CHECK(peers.checks == limits::peer_checks_max);
  // A validator that began anew has forgotten all of it.
  peers.tell(ChecksLost{});
  flood();
  CHECK(peers.checks == 2 * limits::peer_checks_max);
}

TEST_CASE("a vote whose check was lost is checked by others' votes instead") {
  Peers peers;
  for (std::uint8_t number = 2; number <= 4; ++number) peers.link(number);
  for (std::uint8_t number = 2; number <= 4; ++number) {
    const policies::Signed<policies::Prepare> vote{{Height{8}, {}, {}}, seat(number), {}};
    peers.arrive(number, messages::ConsensusFrame{std::make_shared<const policies::Bytes>(
                             messages::encode_consensus(policies::ConsensusMessage{vote}))});
  }
  CHECK(peers.checks == 2);
  peers.tell(ChecksLost{});
  CHECK(peers.checks == 3);
}

TEST_CASE("gossip has places of its own, and takes no vote's") {
  Peers peers;
  peers.answers_gossip = false;
  peers.link(2);
  const std::vector envelope(limits::peer_gossip_frames_max / 2, some_bytes());
  for (int i = 0; i < 4; ++i) peers.arrive(2, messages::GossipFrames{envelope});
  CHECK(peers.gossiped == limits::peer_gossip_frames_max);
  peers.arrive(2, messages::ConsensusFrame{some_bytes()});
  CHECK(peers.checks == 1);
}

TEST_CASE("votes beyond a quorum are checked only once something is out of order") {
  Peers peers;
  const auto prepared_by = [&](std::uint8_t number, std::uint8_t block) {
    policies::Signed<policies::Prepare> vote{{Height{8}, {}, {}}, seat(number), {}};
    vote.body.digest.bytes[0] = block;
    peers.arrive(number, messages::ConsensusFrame{std::make_shared<const policies::Bytes>(
                             messages::encode_consensus(policies::ConsensusMessage{vote}))});
  };
  for (std::uint8_t number = 2; number <= 4; ++number) peers.link(number);
  for (std::uint8_t number = 2; number <= 4; ++number) prepared_by(number, 1);
  CHECK(peers.checks == 2);  // with its own, a quorum
  prepared_by(2, 9);
  CHECK(peers.checks == 4);
}

TEST_CASE("who is stuck at an old height says so himself: nobody has blocks sent to others") {
  Peers peers;
  peers.verifies = spawn_verifier(peers.bench.system, {}, peers.notes);
  for (std::uint8_t number = 2; number <= 3; ++number) peers.link(number);
  const policies::RoundChange body{Height{7}, policies::Round{1}, {}};
  const policies::Signed<policies::RoundChange> late{body, seat(3),
                                                     key_of(3).sign(messages::signing_bytes_of({}, body))};
  const messages::ConsensusFrame frame{
      std::make_shared<const policies::Bytes>(messages::encode_consensus(policies::ConsensusMessage{late}))};
  peers.arrive(2, frame);
  CHECK(peers.checks == 1);
  CHECK(peers.passed_on == 0);
  peers.arrive(3, frame);
  CHECK(peers.passed_on == 1);
}

TEST_CASE("a peer that asks and asks is answered so many times a second") {
  Peers peers;
  peers.link(2);
  const auto ask_often = [&] {
    peers.sent.clear();
    for (int i = 0; i < 100; ++i) peers.arrive(2, messages::FinalAsked{Height{1}, 1});
    return peers.sent.size();
  };
  CHECK(ask_often() == limits::peer_answers_max);
  CHECK(ask_often() == 0);
  peers.pass_ms(1'100);
  CHECK(ask_often() == limits::peer_answers_max);
}

TEST_CASE("a peer that asks for large blocks gets so many bytes a second") {
  Peers peers;
  peers.link(2);
  policies::SignedTransaction large;
  large.frame = some_bytes(limits::transaction_bytes_max);
  policies::Block block;
  block.transactions.assign(limits::block_bytes_max / limits::transaction_bytes_max,
                            std::make_shared<const policies::SignedTransaction>(large));
  peers.held = std::make_shared<const policies::Block>(block);
  const auto bytes_got = [&] {
    peers.sent.clear();
    for (std::size_t i = 0; i < limits::peer_answers_max; ++i)
      peers.arrive(2, messages::BlockAsked{Height{8}, {}});
    std::size_t bytes = 0;
    for (const auto& mail : peers.sent) bytes += mail.frame->size();
    return bytes;
  };
  const auto got = bytes_got();
  CHECK(got >= limits::peer_answer_bytes_max);
  CHECK(got < limits::peer_answer_bytes_max + limits::frame_bytes_max);
  peers.pass_ms(1'100);
  CHECK(bytes_got() == got);
}

TEST_CASE("what the pool took from clients goes to every other validator, in one envelope") {
  Peers peers;
  peers.tell(Gossip{{some_bytes(), some_bytes()}});
  peers.tell(Gossip{{some_bytes()}});
  CHECK(peers.sent.empty());
  peers.pass_ms(20);
  REQUIRE(peers.sent.size() == 1);
  CHECK(peers.sent.front().to == std::vector{seat(2), seat(3), seat(4)});
  const auto message = messages::decode_peer(*peers.sent.front().frame);
  REQUIRE(message);
  CHECK(std::get<messages::GossipFrames>(*message).frames.size() == 3);
}

TEST_CASE("what peers gossip is checked like a client's") {
  Peers peers;
  peers.link(2);
  peers.arrive(2, messages::GossipFrames{{some_bytes(), some_bytes()}});
  CHECK(peers.gossiped == 2);
}

TEST_CASE("a peer that is ahead is asked for blocks, and another when it has none") {
  Peers peers;
  peers.link(2);
  peers.link(3);
  peers.arrive(2, messages::PeerStatus{Height{9}, {}});
  peers.arrive(3, messages::PeerStatus{Height{9}, {}});
  REQUIRE(peers.finals_asked().size() == 1);
  CHECK(peers.finals_asked().front().first == seat(2));
  CHECK(peers.finals_asked().front().second.from == Height{8});
  CHECK(peers.finals_asked().front().second.count == 2);
  peers.arrive(2, messages::FinalFrames{});
  REQUIRE(peers.finals_asked().size() == 2);
  CHECK(peers.finals_asked().back().first == seat(3));
}

TEST_CASE("a peer whose chain has my length and another tip is asked for it, once a second") {
  Peers peers;
  peers.link(2);
  peers.arrive(2, messages::PeerStatus{Height{7}, policies::Digest{{7}}});
  peers.arrive(2, messages::PeerStatus{Height{6}, policies::Digest{{6}}});
  CHECK(peers.finals_asked().empty());
  for (int i = 0; i < 2; ++i) peers.arrive(2, messages::PeerStatus{Height{7}, policies::Digest{{8}}});
  REQUIRE(peers.finals_asked().size() == 1);
  CHECK(peers.finals_asked().front().second.from == Height{7});
  peers.pass_ms(1'100);
  peers.arrive(2, messages::PeerStatus{Height{7}, policies::Digest{{8}}});
  CHECK(peers.finals_asked().size() == 2);
}

TEST_CASE("a silent peer is given up, and another is asked") {
  Peers peers;
  peers.link(2);
  peers.link(3);
  peers.arrive(2, messages::PeerStatus{Height{9}, {}});
  peers.arrive(3, messages::PeerStatus{Height{9}, {}});
  peers.pass_ms(5'100);
  const auto asked = peers.finals_asked();
  REQUIRE(asked.size() == 2);
  CHECK(asked.back().first == seat(3));
}

}  // namespace
}  // namespace mnrt::tests
