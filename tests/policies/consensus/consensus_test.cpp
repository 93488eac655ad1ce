#include "policies/consensus/consensus.hpp"

#include <catch2/catch.hpp>

#include "tests/policies/consensus/one_seat.hpp"

// The course of one height at one validator of four, unless said otherwise.
using namespace mnrt::policies;
using namespace mnrt::policies::testing;
using Kind = Timer::Kind;

namespace {

constexpr Round r0{0}, r1{1}, r2{2}, r3{3};

std::vector<Signed<RoundChange>> nothing_prepared(Round to) {
  return {change(1, to), change(2, to), change(3, to)};
}

/// Moves the seat to `to` and gives it what two others say.
void everyone_changes_to(OneSeat& seat, Round to) {
  seat.receive(change(2, to));
  seat.receive(change(3, to));
  seat.loop_back();
}

}  // namespace

TEST_CASE("the leader of an idle network proposes at the block time") {
  OneSeat seat(4, 0);
  CHECK(seat.deadline_ms(Kind::propose) == 5'000);
  CHECK(seat.fire(Kind::propose, 4'999).ask.empty());
  seat.fire(Kind::propose, 5'000);
  REQUIRE(seat.asked<BuildBlock>().size() == 1);
  CHECK(seat.asked<BuildBlock>()[0] == BuildBlock{h1, r0, seat.env.wall, {}});
  CHECK(seat.step(TransactionWaiting{seat.env.now}).ask.empty());
}

TEST_CASE("the leader proposes for a transaction at once, but not within the least block time") {
  OneSeat early(4, 0);
  early.set_ms(100);
  CHECK(early.step(TransactionWaiting{early.env.now}).ask.empty());
  CHECK(early.deadline_ms(Kind::propose) == 250);
  CHECK(early.fire(Kind::propose, 250).ask.size() == 1);

  OneSeat late(4, 0);
  late.set_ms(1'000);
  CHECK(late.step(TransactionWaiting{late.env.now}).ask.size() == 1);
}

TEST_CASE("while the lease is old blocks come every second") {
  OneSeat seat(4, 0);
  seat.step(LeaseUrgent{true});
  CHECK(seat.deadline_ms(Kind::propose) == 1'000);
  CHECK(seat.deadline_ms(Kind::round) == 3'000);
  seat.step(LeaseUrgent{false});
  CHECK(seat.deadline_ms(Kind::propose) == 5'000);
}

TEST_CASE("round 0 expires one time-out after its block is due, and a lack of a proposal shows earlier") {
  OneSeat seat(4, 1);
  CHECK_FALSE(seat.deadline_ms(Kind::propose));
  CHECK(seat.deadline_ms(Kind::proposal) == 6'000);
  CHECK(seat.deadline_ms(Kind::round) == 7'000);
  seat.set_ms(400);
  seat.step(TransactionWaiting{seat.env.now});
  CHECK(seat.deadline_ms(Kind::proposal) == 1'400);
  CHECK(seat.deadline_ms(Kind::round) == 2'400);
}

TEST_CASE("a proposer behind its parent's time waits until its clock has passed it") {
  OneSeat seat(4, 0);
  seat.set_ms(5'000);
  seat.env.wall = BlockTime{genesis_time.ms - 20};
  seat.step(TimerFired{Kind::propose, h1, r0});
  CHECK(seat.fx.ask.empty());
  CHECK(seat.deadline_ms(Kind::propose) == 5'021);
  seat.set_ms(5'021);
  seat.env.wall = genesis_time;
  CHECK(seat.step(TimerFired{Kind::propose, h1, r0}).ask.empty());
  seat.set_ms(5'022);
  seat.env.wall = BlockTime{genesis_time.ms + 1};
  CHECK(seat.step(TimerFired{Kind::propose, h1, r0}).ask.size() == 1);
}

TEST_CASE("a clock far behind the chain is said once and read again every second") {
  OneSeat seat(4, 0);
  seat.set_ms(5'000);
  seat.env.wall = BlockTime{genesis_time.ms - 3'600'000};
  seat.step(TimerFired{Kind::propose, h1, r0});
  CHECK(seat.noted("clock_behind_chain"));
  CHECK(seat.deadline_ms(Kind::propose) == 6'000);
  seat.env.now = Instant{6'000'000'000};
  seat.step(TimerFired{Kind::propose, h1, r0});
  CHECK_FALSE(seat.noted("clock_behind_chain"));
  CHECK(seat.deadline_ms(Kind::propose) == 7'000);
}

TEST_CASE("a lone validator decides with its own durable votes alone, one sync for each signature") {
  OneSeat seat(1, 0);
  seat.fire(Kind::propose, 5'000);
  auto block = seat.timely(0, 1);
  seat.step(BlockBuilt{h1, r0, block});
  CHECK(seat.sent<Proposal>().size() == 1);
  CHECK(seat.fx.send.size() == 1);
  CHECK(seat.fx.persist->proposed == block->digest);
  CHECK_FALSE(seat.fx.commit);

  seat.loop_back();
  CHECK(seat.sent<Prepare>() == std::vector{Prepare{h1, r0, block->digest}});
  CHECK(seat.fx.persist->prepared == block->digest);
  seat.loop_back();
  CHECK(seat.sent<Commit>() == std::vector{Commit{h1, r0, block->digest}});
  CHECK(seat.fx.persist->committed == block->digest);
  CHECK(seat.fx.persist->prepared_block == block);
  CHECK_FALSE(seat.fx.commit);
  seat.loop_back();
  REQUIRE(seat.fx.commit);
  CHECK(seat.fx.commit->block == block);
  CHECK(seat.fx.commit->seals == SealSet{r0, {true}, {Signature{}}});
}

TEST_CASE(
    "a fresh block is prepared after it was checked, and what protects the prepare is in the same effects") {
  OneSeat seat(4, 1);
  auto block = seat.timely(0, 1);
  seat.receive(by(0, Proposal{h1, r0, block, {}}));
  CHECK(seat.fx.send.empty());
  CHECK(seat.asked<CheckBlock>() == std::vector{CheckBlock{h1, r0, block}});
  seat.step(BlockChecked{h1, r0, block->digest, ""});
  CHECK(seat.sent<Prepare>() == std::vector{Prepare{h1, r0, block->digest}});
  REQUIRE(seat.fx.persist);
  CHECK(covers(*seat.fx.persist, seat.fx.send[0].body));
}

TEST_CASE("an invalid block is answered with a round change at once") {
  OneSeat seat(4, 1);
  auto block = seat.timely(0, 1);
  seat.receive(by(0, Proposal{h1, r0, block, {}}));
  seat.step(BlockChecked{h1, r0, block->digest, "state_root_differs"});
  CHECK(seat.sent<Prepare>().empty());
  CHECK(seat.sent<RoundChange>() == std::vector{RoundChange{h1, r1, {}}});
}

TEST_CASE("a fresh block outside the time window isn't prepared, a repeated one never meets a clock") {
  for (auto [shift_ms, inside] : {std::pair{501, false}, {500, true}, {-2'500, true}, {-2'501, false}}) {
    OneSeat seat(4, 1);
    seat.set_ms(5'000);
    seat.receive(by(0, Proposal{h1, r0, seat.timely(0, 1, shift_ms), {}}));
    CHECK(seat.asked<CheckBlock>().empty() != inside);
    CHECK(seat.noted("proposal_refused") != inside);
  }
  OneSeat seat(4, 0);
  seat.set_ms(1'000'000);
  auto old = block_of(0, 1);
  std::vector changes{change(1, r1, certificate(r0, old->digest, {1, 2, 3})), change(2, r1), change(3, r1)};
  seat.receive(by(1, Proposal{h1, r1, old, changes}));
  CHECK(seat.asked<CheckBlock>().size() == 1);
}

TEST_CASE("a quorum of prepares leads to a commit, with the certificate and its block on disk first") {
  OneSeat seat(4, 1);
  auto block = seat.accept_first_block();
  seat.loop_back();
  seat.receive(by(0, Prepare{h1, r0, block->digest}));
  CHECK(seat.fx.send.empty());
  // Neither another digest, nor another round, nor the same signer again counts.
  seat.receive(by(2, Prepare{h1, r0, digest(9)}));
  seat.receive(by(3, Prepare{h1, r1, block->digest}));
  seat.receive(by(0, Prepare{h1, r0, block->digest}));
  CHECK(seat.fx.send.empty());
  seat.receive(by(3, Prepare{h1, r0, block->digest}));
  CHECK(seat.sent<Commit>() == std::vector{Commit{h1, r0, block->digest}});
  REQUIRE(seat.fx.persist);
  CHECK(seat.fx.persist->certificate == certificate(r0, block->digest, {0, 1, 3}));
  CHECK(seat.fx.persist->prepared_block == block);
}

TEST_CASE(
    "a quorum of commits of any one round is final, and its block is fetched if it was never accepted") {
  OneSeat seat(4, 1);
  auto block = block_of(0, 7);
  seat.receive(by(0, Commit{h1, r2, block->digest}));
  seat.receive(by(2, Commit{h1, r3, block->digest}));
  seat.receive(by(3, Commit{h1, r2, block->digest}));
  CHECK(seat.fx.ask.empty());
  seat.receive(by(2, Commit{h1, r2, block->digest}));
  CHECK_FALSE(seat.fx.commit);
  REQUIRE(seat.asked<FetchBlock>().size() == 1);
  CHECK(seat.asked<FetchBlock>()[0] ==
        FetchBlock{h1, block->digest, {testing::seat(0), testing::seat(2), testing::seat(3)}});
  CHECK_FALSE(seat.step(BlockFetched{block_of(0, 8)}).commit);
  // The answer may be lost, so the question is repeated.
  CHECK(seat.fire(Kind::resend, 1'000).ask.size() == 1);
  seat.step(BlockFetched{block});
  REQUIRE(seat.fx.commit);
  CHECK(seat.fx.commit->seals == SealSet{r2, {true, false, true, true}, std::vector<Signature>(3)});
}

TEST_CASE("a decided height signs nothing more") {
  OneSeat seat(4, 1);
  for (std::size_t i : {0, 2, 3}) seat.receive(by(i, Commit{h1, r0, digest(7)}));
  auto block = seat.timely(0, 1);
  seat.receive(by(0, Proposal{h1, r0, block, {}}));
  seat.step(BlockChecked{h1, r0, block->digest, ""});
  CHECK(seat.fx.send.empty());
  CHECK(seat.fire(Kind::round, 7'000).send.empty());
}

TEST_CASE("a block that turns out valid after another was decided is not prepared") {
  OneSeat seat(4, 1);
  auto block = seat.timely(0, 1);
  seat.receive(by(0, Proposal{h1, r0, block, {}}));
  for (std::size_t i : {0, 2, 3}) seat.receive(by(i, Commit{h1, r1, digest(7)}));
  CHECK(seat.step(BlockChecked{h1, r0, block->digest, ""}).send.empty());
}

TEST_CASE(
    "a prepared block stays for a later leader, certificate or not, and one that wasn't prepared goes") {
  OneSeat seat(4, 1);
  auto prepared = seat.accept_first_block();
  seat.fire(Kind::round, 7'000);
  CHECK(seat.core.block(prepared->digest) == prepared);
  auto unchecked = seat.timely(2, 3);
  seat.receive(by(2, Proposal{h1, r2, unchecked, nothing_prepared(r2)}));
  CHECK(seat.core.block(unchecked->digest) == unchecked);
  seat.fire(Kind::round, 50'000);
  CHECK_FALSE(seat.core.block(unchecked->digest));
  CHECK(seat.core.block(prepared->digest) == prepared);
}

TEST_CASE("two proposals of a leader are evidence, and only the first counts") {
  OneSeat seat(4, 1);
  auto first = seat.accept_first_block(1);
  seat.receive(by(0, Proposal{h1, r0, seat.timely(0, 2), {}}));
  REQUIRE(seat.fx.evidence.size() == 1);
  CHECK(seat.fx.evidence[0].offender == testing::seat(0));
  CHECK(seat.fx.ask.empty());
  // One a height and offender is enough.
  CHECK(seat.receive(by(0, Proposal{h1, r0, seat.timely(0, 3), {}})).evidence.empty());
  CHECK(seat.receive(by(0, Prepare{h1, r0, first->digest})).evidence.empty());
}

TEST_CASE("a second vote, and a round change that hides a commit, are evidence in either order") {
  OneSeat seat(4, 1);
  seat.receive(by(0, Prepare{h1, r0, digest(1)}));
  CHECK(seat.receive(by(0, Prepare{h1, r0, digest(2)})).evidence.size() == 1);
  seat.receive(by(2, Commit{h1, r0, digest(1)}));
  CHECK(seat.receive(change(2, r1)).evidence.size() == 1);
  seat.receive(change(3, r1));
  CHECK(seat.receive(by(3, Commit{h1, r0, digest(1)})).evidence.size() == 1);
}

TEST_CASE("another copy of my key silences me") {
  OneSeat seat(4, 1);
  seat.accept_first_block();
  seat.loop_back();
  seat.receive(by(1, Prepare{h1, r0, digest(66)}));
  CHECK(seat.noted("key_signs_elsewhere"));
  CHECK_FALSE(seat.core.signing());
  CHECK(seat.fire(Kind::round, 7'000).send.empty());
}

TEST_CASE("strangers aren't heard") {
  OneSeat seat(4, 1);
  for (std::size_t i : {4, 5, 6, 7}) {
    seat.receive(by(i, Commit{h1, r0, digest(1)}));
    seat.receive(change(i, r2));
  }
  CHECK(seat.fx == Effects{});
  CHECK(seat.core.round() == r0);
}

TEST_CASE("my messages are sent again at half the time-out and to a peer that reconnects") {
  OneSeat seat(4, 1);
  auto block = seat.accept_first_block();
  seat.set_ms(100);
  seat.loop_back();
  CHECK(seat.deadline_ms(Kind::resend) == 1'100);
  auto mine = ConsensusMessage{by(1, Prepare{h1, r0, block->digest})};
  seat.step(Reconnected{testing::seat(3)});
  CHECK(seat.fx.resend == std::vector{Resend{testing::seat(3), mine}});
  seat.fire(Kind::resend, 1'100);
  CHECK(seat.fx.resend == std::vector{Resend{std::nullopt, mine}});
  CHECK(seat.deadline_ms(Kind::resend) == 2'100);
  CHECK(seat.fx.send.empty());
}

TEST_CASE("mail for the next height waits for it, and mail beyond asks for sync, seldom") {
  OneSeat seat(4, 1);
  auto early = by(3, Commit{Height{2}, r0, digest(9)});
  CHECK(seat.receive(early).ask.empty());
  seat.receive(by(3, Prepare{Height{3}, r0, digest(9)}));
  CHECK(seat.asked<Sync>() == std::vector{Sync{h1, testing::seat(3)}});
  CHECK(seat.receive(by(2, Prepare{Height{4}, r0, digest(9)})).ask.empty());
  seat.set_ms(1'000);
  CHECK(seat.receive(by(2, Prepare{Height{4}, r0, digest(9)})).ask.size() == 1);

  auto next = ChainTip{h1, digest(1), BlockTime{genesis_time.ms + 5}, testing::seat(0), {}, set_of(4)};
  seat.step(NewTip{next});
  CHECK(seat.core.height() == Height{2});
  seat.receive(by(0, Commit{Height{2}, r0, digest(9)}));
  seat.receive(by(2, Commit{Height{2}, r0, digest(9)}));
  CHECK(seat.asked<FetchBlock>().size() == 1);
}

TEST_CASE("a node that hears the next height without deciding its own asks for sync") {
  OneSeat seat(4, 1);
  seat.receive(by(3, Prepare{Height{2}, r0, digest(9)}));
  REQUIRE(seat.deadline_ms(Kind::resend));
  seat.fire(Kind::resend, 1'000);
  CHECK(seat.asked<Sync>() == std::vector{Sync{h1, testing::seat(3)}});
}

TEST_CASE("late seals go into the next header, and only peers that are stuck get the final block, seldom") {
  OneSeat seat(4, 1);
  auto block = seat.accept_first_block();
  for (std::size_t i : {0, 2}) seat.receive(by(i, Commit{h1, r0, block->digest}));
  auto seals = SealSet{r0, {true, true, true, false}, std::vector<Signature>(3)};
  seat.step(NewTip{{h1, block->digest, block->header.time, testing::seat(0), seals, set_of(4)}});
  auto late = by(3, Commit{h1, r0, block->digest});
  CHECK(seat.receive(late).ask.empty());
  CHECK(seat.receive(by(3, Prepare{h1, r0, block->digest})).ask.empty());
  CHECK(seat.receive(late).ask == std::vector<Ask>{SendFinal{h1, testing::seat(3)}});
  CHECK(seat.receive(late).ask.empty());
  CHECK(seat.receive(by(2, RoundChange{h1, r1, {}})).ask ==
        std::vector<Ask>{SendFinal{h1, testing::seat(2)}});
  seat.set_ms(1'000);
  CHECK(seat.receive(by(2, RoundChange{h1, r2, {}})).ask.size() == 1);

  // Seat 1 follows seat 0 as leader.
  seat.set_ms(5'000);
  seat.step(TimerFired{Kind::propose, Height{2}, r0});
  REQUIRE(seat.asked<BuildBlock>().size() == 1);
  CHECK(seat.asked<BuildBlock>()[0].parent_seals ==
        SealSet{r0, {true, true, true, true}, std::vector<Signature>(4)});
}

TEST_CASE("an old tip is ignored, a later one skips heights") {
  OneSeat seat(4, 1);
  auto at = [](std::uint64_t height) {
    return NewTip{
        {Height{height}, digest(height), BlockTime{genesis_time.ms + 5}, testing::seat(0), {}, set_of(4)}};
  };
  seat.step(at(7));
  CHECK(seat.core.height() == Height{8});
  CHECK(seat.step(at(7)).timers.empty());
  CHECK(seat.step(at(3)).timers.empty());
  CHECK(seat.core.height() == Height{8});
}

TEST_CASE("a seat that the next set lacks rests, and one that it adds begins") {
  OneSeat seat(4, 3);
  ChainTip tip{h1, digest(1), BlockTime{genesis_time.ms + 5}, testing::seat(0), {}, set_of(3)};
  seat.step(NewTip{tip});
  CHECK_FALSE(seat.core.signing());
  CHECK(seat.noted("validator_rests"));
  CHECK(seat.fx.timers.empty());
  tip.height = Height{2};
  tip.validators = set_of(4);
  seat.step(NewTip{tip});
  CHECK(seat.core.signing());
  CHECK(seat.noted("validator_signs"));
}

TEST_CASE("the same events give the same effects") {
  OneSeat one(4, 1);
  auto copy = one;
  auto drive = [](OneSeat& seat) {
    std::vector<Effects> all;
    auto keep = [&] { all.push_back(seat.fx); };
    auto block = seat.accept_first_block();
    keep();
    seat.loop_back();
    keep();
    for (std::size_t i : {0, 2}) seat.receive(by(i, Prepare{h1, r0, block->digest})), keep();
    seat.fire(Kind::round, 7'000);
    keep();
    everyone_changes_to(seat, r3);
    keep();
    return all;
  };
  CHECK(drive(one) == drive(copy));
}
