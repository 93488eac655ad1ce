#include "policies/consensus/consensus.hpp"

#include <catch2/catch.hpp>

#include "tests/policies/consensus/one_seat.hpp"

// How one validator of four leaves a round for a later one.
using namespace mnrt::policies;
using namespace mnrt::policies::testing;
using Kind = Timer::Kind;

namespace {

constexpr Round r0{0}, r1{1}, r2{2}, r3{3};

std::vector<Signed<RoundChange>> nothing_prepared(Round to) {
  return {change(1, to), change(2, to), change(3, to)};
}

/// Two others follow to a round: with this node they are a quorum.
void join(OneSeat& seat, Round to) {
  CHECK_FALSE(seat.deadline_ms(Kind::round));
  seat.loop_back();
  for (std::size_t i : {2, 3}) seat.receive(change(i, to));
}

}  // namespace

TEST_CASE("without a proposal the round ends early, with one it ends at its time-out") {
  OneSeat without(4, 1);
  CHECK(without.fire(Kind::proposal, 6'000).send.size() == 1);
  OneSeat with(4, 1);
  with.accept_first_block();
  CHECK(with.fire(Kind::proposal, 6'000).send.empty());
  CHECK(with.fire(Kind::round, 7'000).send.size() == 1);
}

TEST_CASE("a timer that fires early is set again, one of another round or height is ignored") {
  OneSeat seat(4, 1);
  seat.fire(Kind::round, 6'999);
  CHECK(seat.fx.send.empty());
  CHECK(seat.deadline_ms(Kind::round) == 7'000);
  seat.set_ms(7'000);
  CHECK(seat.step(TimerFired{Kind::round, h1, r1}).send.empty());
  CHECK(seat.step(TimerFired{Kind::round, Height{2}, r0}).send.empty());
  CHECK(seat.step(TimerFired{Kind::round, h1, r0}).send.size() == 1);
}

TEST_CASE("each round lasts twice as long as the one before") {
  OneSeat seat(4, 1);
  seat.fire(Kind::round, 7'000);
  CHECK(seat.core.round() == r1);
  join(seat, r1);
  CHECK(seat.deadline_ms(Kind::round) == 11'000);
  CHECK(seat.deadline_ms(Kind::proposal) == 9'000);
  seat.fire(Kind::round, 11'000);
  CHECK(seat.core.round() == r2);
  join(seat, r2);
  CHECK(seat.deadline_ms(Kind::round) == 19'000);
}

TEST_CASE("who is a round ahead waits there until a quorum has come as far") {
  // Of four, one is dead and one a moment ahead of the others. Were its time to run, it would leave each
  // round just before they enter it, for ever once all rounds last 30 s.
  OneSeat seat(4, 0);
  seat.fire(Kind::round, 7'000);
  seat.loop_back();
  CHECK(seat.core.round() == r1);
  CHECK(seat.receive(change(2, r1)).timers.empty());
  seat.fire(Kind::round, 60'000);
  seat.fire(Kind::proposal, 60'000);
  CHECK(seat.core.round() == r1);
  // A later round counts as well: who is there has left this one.
  seat.receive(change(3, r2));
  CHECK(seat.deadline_ms(Kind::round) == 60'000 + 4'000);
  seat.fire(Kind::round, 64'000);
  CHECK(seat.core.round() == r2);
}

TEST_CASE("a proposal for a later round brings its quorum along") {
  OneSeat seat(4, 0);
  seat.set_ms(1'000);
  auto block = seat.timely(1, 1);
  seat.receive(by(1, Proposal{h1, r1, block, nothing_prepared(r1)}));
  CHECK(seat.core.round() == r1);
  CHECK(seat.deadline_ms(Kind::round) == 1'000 + 4'000);
}

TEST_CASE("one straggler far ahead moves nobody, f + 1 move to the lower of their rounds") {
  OneSeat seat(4, 0);
  CHECK(seat.receive(change(3, Round{9})).send.empty());
  CHECK(seat.core.round() == r0);
  seat.receive(change(2, r2));
  CHECK(seat.core.round() == r2);
  CHECK(seat.sent<RoundChange>() == std::vector{RoundChange{h1, r2, {}}});
  CHECK(seat.fx.persist->last_round_change == RoundChange{h1, r2, {}});
}

TEST_CASE("a prepared validator claims its certificate in every later round") {
  OneSeat seat(4, 1);
  auto block = seat.accept_first_block();
  seat.loop_back();
  for (std::size_t i : {0, 2}) seat.receive(by(i, Prepare{h1, r0, block->digest}));
  auto held = certificate(r0, block->digest, {0, 1, 2});
  CHECK(seat.fire(Kind::round, 7'000).persist->last_round_change == RoundChange{h1, r1, held});
  CHECK(seat.sent<RoundChange>() == std::vector{RoundChange{h1, r1, held}});
  join(seat, r1);
  CHECK(seat.fire(Kind::round, 11'000).persist->last_round_change == RoundChange{h1, r2, held});
  CHECK(seat.core.block(block->digest) == block);
}

TEST_CASE("a later leader builds a fresh block once a quorum claims nothing") {
  OneSeat seat(4, 1);
  seat.fire(Kind::round, 7'000);
  seat.loop_back();
  CHECK(seat.receive(change(2, r1)).ask.empty());
  seat.receive(change(3, r1));
  REQUIRE(seat.asked<BuildBlock>().size() == 1);
  auto block = seat.timely(1, 5);
  seat.step(BlockBuilt{h1, r1, block});
  auto proposals = seat.sent<Proposal>();
  REQUIRE(proposals.size() == 1);
  CHECK(proposals[0].justification == nothing_prepared(r1));
  CHECK(seat.fx.persist->proposed == block->digest);
}

TEST_CASE("a block built for a round that is over is not proposed") {
  OneSeat seat(4, 0);
  seat.fire(Kind::propose, 5'000);
  seat.fire(Kind::round, 7'000);
  CHECK(seat.step(BlockBuilt{h1, r0, seat.timely(0, 1)}).send.empty());
}

TEST_CASE(
    "a later leader repeats the highest certificate, and fetches its block from those that signed for it") {
  OneSeat seat(4, 3);
  auto lower = certificate(r0, digest(1), {0, 1, 2});
  auto higher = certificate(r2, digest(2), {0, 1, 2});
  seat.receive(change(0, r3, lower));
  seat.receive(change(2, r3, higher));
  seat.loop_back();
  REQUIRE(seat.asked<FetchBlock>().size() == 1);
  CHECK(seat.asked<FetchBlock>()[0].digest == digest(2));
  CHECK(seat.asked<FetchBlock>()[0].from ==
        std::vector{testing::seat(2), testing::seat(0), testing::seat(1)});
  CHECK(seat.asked<BuildBlock>().empty());
  auto block = block_of(2, 2);
  seat.step(BlockFetched{block});
  auto proposals = seat.sent<Proposal>();
  REQUIRE(proposals.size() == 1);
  CHECK(proposals[0].block == block);
  CHECK(proposals[0].justification.size() == 3);
  CHECK(seat.fx.persist->proposed == digest(2));
  // It never executed that block, so it checks it like everyone before it prepares.
  seat.loop_back();
  CHECK(seat.asked<CheckBlock>() == std::vector{CheckBlock{h1, r3, block}});
}

TEST_CASE(
    "a leader goes on without a prepared block that nobody has, where a quorum does without its claim") {
  OneSeat seat(4, 1);
  seat.fire(Kind::round, 7'000);
  seat.loop_back();
  // Two prepared it and lost it with their memory; who led kept back his word, and has the only copy.
  seat.receive(change(0, r1, certificate(r0, digest(1), {0, 2, 3})));
  seat.receive(change(2, r1));
  REQUIRE(seat.asked<FetchBlock>().size() == 1);
  seat.receive(change(3, r1));
  CHECK(seat.asked<BuildBlock>().empty());
  seat.fire(Kind::resend, 9'000);
  CHECK(seat.asked<FetchBlock>().size() == 1);
  REQUIRE(seat.asked<BuildBlock>().size() == 1);
  auto block = seat.timely(1, 5);
  seat.step(BlockBuilt{h1, r1, block});
  const auto proposals = seat.sent<Proposal>();
  REQUIRE(proposals.size() == 1);
  CHECK(proposals[0].block == block);
  CHECK(proposals[0].justification == nothing_prepared(r1));
}

TEST_CASE("a leader waits for a prepared block as long as no quorum does without its claim") {
  OneSeat seat(4, 1);
  seat.fire(Kind::round, 7'000);
  seat.loop_back();
  seat.receive(change(0, r1, certificate(r0, digest(1), {0, 2, 3})));
  seat.receive(change(2, r1));
  seat.fire(Kind::resend, 9'000);
  CHECK(seat.asked<FetchBlock>().size() == 1);
  CHECK(seat.asked<BuildBlock>().empty());
}

TEST_CASE("a leader leaves out a round change whose certificate isn't proved") {
  OneSeat seat(4, 1);
  seat.fire(Kind::round, 7'000);
  seat.loop_back();
  seat.receive(change(2, r1, certificate(r0, digest(1), {0, 1})));
  CHECK(seat.noted("round_change_refused"));
  CHECK(seat.receive(change(3, r1)).ask.empty());
  seat.receive(change(0, r1));
  CHECK(seat.asked<BuildBlock>().size() == 1);
}

TEST_CASE("a justified proposal of a future round is accepted at once") {
  OneSeat seat(4, 0);
  auto block = seat.timely(2, 4);
  seat.receive(by(2, Proposal{h1, r2, block, nothing_prepared(r2)}));
  CHECK(seat.core.round() == r2);
  CHECK(seat.deadline_ms(Kind::round) == 8'000);
  seat.step(BlockChecked{h1, r2, block->digest, ""});
  CHECK(seat.sent<Prepare>() == std::vector{Prepare{h1, r2, block->digest}});
  CHECK(seat.fx.persist->round == r2);

  OneSeat other(4, 0);
  other.receive(by(2, Proposal{h1, r2, block, {change(1, r2), change(3, r2)}}));
  CHECK(other.core.round() == r0);
}

TEST_CASE("a leader that hides a certificate convinces nobody") {
  OneSeat seat(4, 3);
  auto stripped = certificate(r0, digest(1), {});
  auto own = seat.timely(1, 5);
  seat.receive(by(1, Proposal{h1, r1, own, {change(1, r1), change(2, r1), change(3, r1, stripped)}}));
  CHECK(seat.noted("proposal_refused"));
  CHECK(seat.fx.ask.empty());
  CHECK(seat.core.round() == r0);
}

TEST_CASE("messages of a round that is over are no reason to sign") {
  OneSeat seat(4, 1);
  auto block = seat.timely(0, 1);
  seat.receive(by(0, Proposal{h1, r0, block, {}}));
  seat.fire(Kind::round, 7'000);
  CHECK(seat.step(BlockChecked{h1, r0, block->digest, ""}).send.empty());
  CHECK(seat.receive(by(0, Proposal{h1, r0, block, {}})).send.empty());
  for (std::size_t i : {0, 2, 3}) CHECK(seat.receive(by(i, Prepare{h1, r0, block->digest})).send.empty());
}
