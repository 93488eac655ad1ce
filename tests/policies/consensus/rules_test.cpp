#include <catch2/catch.hpp>

#include "policies/consensus/seals.hpp"
#include "tests/policies/consensus/one_seat.hpp"

// Rules of protocol section 1 that show only over several rounds, after a decision or after a restart.
using namespace mnrt::policies;
using namespace mnrt::policies::testing;
using Kind = Timer::Kind;

namespace {

constexpr Round r0{0}, r1{1}, r2{2};

/// The messages of mine that are repeated, by kind: proposal, prepare, commit, round change.
std::vector<std::size_t> repeated(const OneSeat& seat) {
  std::vector<std::size_t> kinds;
  for (auto& resend : seat.fx.resend) kinds.push_back(resend.message.index());
  return kinds;
}

/// Lets the seat prepare a block of round 0.
std::shared_ptr<const Block> prepared(OneSeat& seat) {
  auto block = seat.accept_first_block();
  seat.loop_back();
  return block;
}

/// The leader of round 1 repeats `block`, which the signers had prepared in round 0.
void repeat_in_round_1(OneSeat& seat, const std::shared_ptr<const Block>& block) {
  auto held = certificate(r0, block->digest, {0, 2, 3});
  seat.receive(by(1, Proposal{h1, r1, block, {change(0, r1, held), change(2, r1), change(3, r1)}}));
}

}  // namespace

TEST_CASE("a leader repeats its proposal, prepare and commit, and each round's round change") {
  OneSeat seat(4, 0);
  seat.fire(Kind::propose, 5'000);
  auto block = seat.timely(0, 1);
  seat.step(BlockBuilt{h1, r0, block});
  seat.loop_back();
  CHECK(seat.asked<CheckBlock>().empty());
  seat.step(Reconnected{testing::seat(2)});
  CHECK(repeated(seat) == std::vector<std::size_t>{0});
  seat.set_ms(5'000);
  for (std::size_t i : {1, 2}) seat.receive(by(i, Prepare{h1, r0, block->digest}));
  seat.receive(by(0, Prepare{h1, r0, block->digest}));
  seat.loop_back();
  seat.step(Reconnected{testing::seat(2)});
  CHECK(repeated(seat) == std::vector<std::size_t>{0, 1, 2});
  // In the next round those are of the past.
  seat.fire(Kind::round, 7'000);
  seat.loop_back();
  seat.step(Reconnected{testing::seat(2)});
  CHECK(repeated(seat) == std::vector<std::size_t>{3});
  auto last = seat.fx.resend[0].message;
  for (std::size_t i : {2, 3}) seat.receive(change(i, r1));
  // One of mine that arrives late changes nothing.
  seat.fire(Kind::round, 60'000);
  seat.loop_back();
  seat.receive(last);
  seat.step(Reconnected{testing::seat(2)});
  REQUIRE(repeated(seat) == std::vector<std::size_t>{3});
  CHECK(std::get<Signed<RoundChange>>(seat.fx.resend[0].message).body.round == r2);
}

TEST_CASE("who prepared and committed in one round prepares and commits in the next") {
  OneSeat seat(4, 2);
  auto block = prepared(seat);
  for (std::size_t i : {0, 3}) seat.receive(by(i, Prepare{h1, r0, block->digest}));
  CHECK(seat.sent<Commit>().size() == 1);
  seat.fire(Kind::round, 7'000);
  repeat_in_round_1(seat, block);
  CHECK(seat.sent<Prepare>() == std::vector{Prepare{h1, r1, block->digest}});
  seat.loop_back();
  for (std::size_t i : {0, 3}) seat.receive(by(i, Prepare{h1, r1, block->digest}));
  CHECK(seat.sent<Commit>() == std::vector{Commit{h1, r1, block->digest}});
  CHECK(seat.fx.persist->certificate == certificate(r1, block->digest, {0, 2, 3}));
}

TEST_CASE("prepares of two rounds don't add up, not even for one block") {
  OneSeat seat(4, 2);
  auto block = prepared(seat);
  seat.receive(by(0, Prepare{h1, r0, block->digest}));
  seat.fire(Kind::round, 7'000);
  repeat_in_round_1(seat, block);
  seat.loop_back();
  seat.receive(by(3, Prepare{h1, r1, block->digest}));
  CHECK(seat.sent<Commit>().empty());
  seat.receive(by(1, Prepare{h1, r1, block->digest}));
  CHECK(seat.sent<Commit>().size() == 1);
}

TEST_CASE("two proposals of a later round are evidence although an earlier one was heard first") {
  OneSeat seat(4, 3);
  seat.receive(by(0, Proposal{h1, r0, seat.timely(0, 1), {}}));
  CHECK(seat.receive(by(0, Proposal{h1, Round{4}, seat.timely(0, 2), {}})).evidence.empty());
  CHECK(seat.receive(by(0, Proposal{h1, Round{4}, seat.timely(0, 3), {}})).evidence.size() == 1);
}

TEST_CASE("two commits of one round are evidence") {
  OneSeat seat(4, 3);
  seat.receive(by(0, Commit{h1, r2, digest(1)}));
  REQUIRE(seat.receive(by(0, Commit{h1, r2, digest(2)})).evidence.size() == 1);
  CHECK(seat.fx.evidence[0].offender == testing::seat(0));
}

TEST_CASE("a proposal for a decided height is not even checked") {
  OneSeat seat(4, 1);
  for (std::size_t i : {0, 2, 3}) seat.receive(by(i, Commit{h1, r0, digest(7)}));
  CHECK(seat.receive(by(0, Proposal{h1, r0, seat.timely(0, 1), {}})).ask.empty());
}

TEST_CASE("a node without its sign state says nothing at any step, whatever it receives") {
  auto config = OneSeat::config_of(2);
  ChainTip five{Height{5}, digest(5), genesis_time, testing::seat(0), {}, set_of(4)};
  OneSeat seat(config, five, std::nullopt);
  REQUIRE(seat.noted("sign_state_missing"));
  auto block = *seat.timely(1, 1);
  block.header.height = Height{6};
  block.header.parent = digest(5);
  auto next = std::make_shared<const Block>(block);
  std::vector<Event> events{Received{by(1, Proposal{Height{6}, r0, next, {}})},
                            BlockChecked{Height{6}, r0, next->digest, ""}};
  for (std::size_t i : {0, 1, 3}) events.push_back(Received{by(i, Prepare{Height{6}, r0, next->digest})});
  for (std::size_t i : {0, 1, 3}) events.push_back(Received{by(i, RoundChange{Height{6}, r2, {}})});
  for (auto kind : {Kind::propose, Kind::proposal, Kind::round, Kind::resend})
    events.push_back(TimerFired{kind, Height{6}, r0});
  for (auto& event : events) {
    seat.step(event);
    CHECK(seat.fx.send.empty());
    CHECK_FALSE(seat.fx.persist);
  }
  // It follows the chain all the same.
  for (std::size_t i : {0, 1, 3}) seat.receive(by(i, Commit{Height{6}, r0, next->digest}));
  CHECK(seat.fx.commit);
}

TEST_CASE("a leader that restarts after its commit asks for no second block") {
  OneSeat seat(4, 0);
  const auto block = seat.propose_first_block();
  for (std::size_t i : {1, 2}) seat.receive(by(i, Prepare{h1, r0, block->digest}));
  REQUIRE(seat.fx.persist->committed);
  OneSeat again(4, 0, seat.fx.persist);
  CHECK(again.fire(Kind::propose, 5'000).ask.empty());
  CHECK(again.step(TransactionWaiting{again.env.now}).ask.empty());
}

TEST_CASE("a lone expiry is harmless: who left the round alone still learns what the others decide") {
  OneSeat seat(4, 3);
  auto block = prepared(seat);
  seat.fire(Kind::round, 7'000);
  CHECK(seat.core.round() == r1);
  for (std::size_t i : {0, 1, 2}) seat.receive(by(i, Commit{h1, r0, block->digest}));
  REQUIRE(seat.fx.commit);
  CHECK(seat.fx.commit->seals.round == r0);
  // And the others, who hear its round change, stay where they are.
  OneSeat other(4, 1);
  CHECK(other.receive(change(3, r1)).send.empty());
  CHECK(other.core.round() == r0);
}

TEST_CASE("seals that come between the decision and its block go into the next header too") {
  OneSeat seat(4, 1);
  auto block = seat.accept_first_block();
  for (std::size_t i : {0, 2, 3}) seat.receive(by(i, Commit{h1, r0, block->digest}));
  REQUIRE(seat.fx.commit);
  auto seals = seat.fx.commit->seals;
  CHECK(seals.signers == std::vector<bool>{true, false, true, true});
  seat.receive(by(1, Commit{h1, r0, block->digest}));
  seat.step(NewTip{{h1, block->digest, block->header.time, testing::seat(0), seals, set_of(4)}});
  seat.set_ms(5'000);
  seat.step(TimerFired{Kind::propose, Height{2}, r0});
  REQUIRE(seat.asked<BuildBlock>().size() == 1);
  CHECK(seat.asked<BuildBlock>()[0].parent_seals.signers == std::vector<bool>(4, true));
}

TEST_CASE("no round change leads to round 0, also of a later height") {
  SignGuard guard{SignState{}};
  guard.record(Prepare{h1, r0, digest(1)});
  CHECK_FALSE(guard.allows(RoundChange{Height{2}, r0, {}}));
  CHECK(guard.allows(RoundChange{Height{2}, r1, {}}));
}

TEST_CASE("whoever lies about the time, a block is prepared within half a second ahead of an honest clock") {
  for (std::uint32_t round = 0; round <= 8; ++round)
    for (auto [ahead_ms, accepted] : {std::pair{500, true}, {501, false}, {600'000, false}}) {
      OneSeat seat(4, 3);
      auto leader = round % 4;
      if (leader == 3) continue;
      auto block = seat.timely(leader, 1, ahead_ms);
      std::vector<Signed<RoundChange>> changes;
      for (std::size_t i = 0; round > 0 && i < 3; ++i) changes.push_back(change(i, Round{round}));
      seat.receive(by(leader, Proposal{h1, Round{round}, block, changes}));
      CHECK(seat.asked<CheckBlock>().empty() != accepted);
    }
}

TEST_CASE("a late block is measured by its proposal's round, whatever round it finds me in") {
  struct Row {
    std::uint32_t mine, of;
    std::int64_t earliest_ms;
  };
  for (auto& [mine, of, earliest_ms] : {Row{0, 0, -2'500},
                                        {0, 1, -4'500},
                                        {0, 2, -8'500},
                                        {0, 6, -128'500},
                                        {0, 9, -128'500},
                                        {1, 1, -4'500},
                                        {1, 2, -8'500},
                                        {2, 6, -128'500}})
    for (std::int64_t later_ms : {0, -1}) {
      OneSeat seat(4, 3);
      seat.set_ms(1'000'000);
      for (std::size_t i = 0; mine > 0 && i < 3; ++i) seat.receive(change(i, Round{mine}));
      REQUIRE(seat.core.round() == Round{mine});
      auto leader = of % 4;
      std::vector<Signed<RoundChange>> changes;
      for (std::size_t i = 0; of > 0 && i < 3; ++i) changes.push_back(change(i, Round{of}));
      auto block = seat.timely(leader, 1, earliest_ms + later_ms);
      seat.receive(by(leader, Proposal{h1, Round{of}, block, changes}));
      CHECK(seat.asked<CheckBlock>().size() == (later_ms == 0 ? 1 : 0));
    }
}

TEST_CASE(
    "after the last round that can be named there is none: nothing is signed, and commits still decide") {
  const Round last{0xffff'ffff};
  for (bool prepared_there : {false, true}) {
    OneSeat seat(4, 0);
    auto block = seat.timely(3, 1);  // 2^32 - 1 is 3 mod 4
    seat.receive(by(3, Proposal{h1, last, block, {change(1, last), change(2, last), change(3, last)}}));
    REQUIRE(seat.core.round() == last);
    if (prepared_there) seat.step(BlockChecked{h1, last, block->digest, ""});
    CHECK(seat.sent<Prepare>().size() == (prepared_there ? 1 : 0));
    for (auto kind : {Kind::proposal, Kind::round}) CHECK(seat.fire(kind, 60'000).send.empty());
    CHECK(seat.core.round() == last);
    for (std::size_t i : {1, 2, 3}) seat.receive(by(i, Commit{h1, last, block->digest}));
    REQUIRE(seat.fx.commit);
    CHECK(seat.fx.commit->seals.round == last);
  }
}

TEST_CASE("a commit that was signed before a restart is not signed again") {
  OneSeat seat(4, 2);
  auto block = prepared(seat);
  for (std::size_t i : {0, 3}) seat.receive(by(i, Prepare{h1, r0, block->digest}));
  OneSeat again(4, 2, seat.fx.persist);
  REQUIRE(again.sent<Commit>().size() == 1);
  again.loop_back();
  again.receive(by(0, Proposal{h1, r0, block, {}}));
  for (std::size_t i : {0, 3}) CHECK(again.receive(by(i, Prepare{h1, r0, block->digest})).send.empty());
}

TEST_CASE("a prepared block is known to be valid after a restart: it is prepared again without a check") {
  for (bool left_round_0 : {false, true}) {
    OneSeat seat(4, 2);
    auto block = prepared(seat);
    for (std::size_t i : {0, 3}) seat.receive(by(i, Prepare{h1, r0, block->digest}));
    if (left_round_0) seat.fire(Kind::round, 7'000);
    OneSeat again(4, 2, seat.fx.persist);
    repeat_in_round_1(again, block);
    CHECK(again.asked<CheckBlock>().empty());
    CHECK(again.sent<Prepare>().size() == 1);
  }
}

TEST_CASE("strangers and seats of another height aren't heard at any height") {
  OneSeat seat(4, 1);
  CHECK(seat.receive(by(8, Prepare{Height{3}, r0, digest(9)})).ask.empty());
  CHECK(seat.receive(by(8, Prepare{Height{2}, r0, digest(9)})).timers.empty());
  // Seat 3 decides height 1 and not height 2.
  seat.step(NewTip{{h1, digest(1), BlockTime{genesis_time.ms + 5}, testing::seat(0), {}, set_of(3)}});
  CHECK(seat.receive(by(8, RoundChange{h1, r1, {}})).ask.empty());
  CHECK(seat.receive(by(3, RoundChange{h1, r1, {}})).ask.size() == 1);
  for (std::size_t i : {0, 3}) seat.receive(by(i, Commit{Height{2}, r0, digest(9)}));
  CHECK(seat.fx.ask.empty());
  seat.receive(by(2, Commit{Height{2}, r0, digest(9)}));
  CHECK(seat.asked<FetchBlock>().size() == 1);
}

TEST_CASE("a late commit for another block is no seal") {
  OneSeat seat(4, 1);
  auto seals = SealSet{r0, {true, true, true, false}, std::vector<Signature>(3)};
  seat.step(NewTip{{h1, digest(1), BlockTime{genesis_time.ms + 5}, testing::seat(0), seals, set_of(4)}});
  seat.receive(by(3, Commit{h1, r0, digest(2)}));
  seat.set_ms(5'000);
  seat.step(TimerFired{Kind::propose, Height{2}, r0});
  REQUIRE(seat.asked<BuildBlock>().size() == 1);
  CHECK(seat.asked<BuildBlock>()[0].parent_seals == seals);
}

TEST_CASE("mail of the height after the next is not kept") {
  OneSeat seat(4, 1);
  for (std::size_t i : {0, 2, 3}) seat.receive(by(i, Commit{Height{3}, r0, digest(9)}));
  auto tip = ChainTip{Height{2}, digest(1), BlockTime{genesis_time.ms + 5}, testing::seat(0), {}, set_of(4)};
  seat.step(NewTip{tip});
  CHECK(seat.core.height() == Height{3});
  CHECK(seat.asked<FetchBlock>().empty());
}

TEST_CASE("a contradiction in mail for the next height is evidence at once") {
  OneSeat seat(4, 1);
  seat.receive(by(3, Prepare{Height{2}, r0, digest(1)}));
  CHECK(seat.receive(by(3, Prepare{Height{2}, r0, digest(2)})).evidence.size() == 1);
}

TEST_CASE("of the blocks built for a leader one is proposed, and none that was asked for in another round") {
  OneSeat seat(4, 0);
  seat.fire(Kind::propose, 5'000);
  const Round r4{4};
  for (std::size_t i : {1, 2, 3}) seat.receive(change(i, r4));
  REQUIRE(seat.asked<BuildBlock>().size() == 1);
  CHECK(seat.step(BlockBuilt{h1, r0, seat.timely(0, 1)}).send.empty());
  CHECK(seat.step(BlockBuilt{h1, r4, seat.timely(0, 2)}).send.size() == 1);
  CHECK(seat.step(BlockBuilt{h1, r4, seat.timely(0, 3)}).send.empty());
}

TEST_CASE("a block that nobody asked for is not kept") {
  OneSeat seat(4, 1);
  seat.step(BlockFetched{block_of(0, 8)});
  CHECK_FALSE(seat.core.block(digest(8)));
}

TEST_CASE("a transaction that came later doesn't make an earlier one wait") {
  OneSeat seat(4, 0);
  seat.step(TransactionWaiting{Instant{100 * 1'000'000}});
  CHECK(seat.deadline_ms(Kind::propose) == 250);
  seat.step(TransactionWaiting{Instant{900 * 1'000'000}});
  CHECK(seat.fire(Kind::propose, 250).ask.size() == 1);
}

TEST_CASE("a seal set whose parts don't match is no quorum") {
  auto seals = SealSet{r0, {true, true, true, false}, std::vector<Signature>(3)};
  CHECK(is_seal_quorum(seals, 4));
  CHECK_FALSE(is_seal_quorum(seals, 3));
  CHECK_FALSE(is_seal_quorum(seals, 5));
  seals.signatures.pop_back();
  CHECK_FALSE(is_seal_quorum(seals, 4));
  seals.signatures.resize(4);
  CHECK_FALSE(is_seal_quorum(seals, 4));
  CHECK_FALSE(is_seal_quorum(SealSet{}, 0));
}

TEST_CASE("the box of the next height keeps the highest round and counts what it holds, not what passed") {
  const auto vote = [](std::size_t signer, std::uint32_t round) {
    return by(signer, Prepare{Height{2}, Round{round}, digest(1)});
  };
  NextHeightBox box;
  for (std::uint32_t round : {0u, 7u, 3u}) box.add(vote(0, round), false);
  CHECK(box.take() == std::vector<ConsensusMessage>{vote(0, 7)});
  // Each replaces the one before, so the room is never used up.
  for (std::uint32_t round = 0; round < 5'000; ++round) box.add(vote(0, round), false);
  box.add(vote(1, 0), false);
  CHECK(box.take().size() == 2);
  // Only the proposal of the expected leader comes on top.
  std::vector<Signed<Prepare>> prepares;
  for (std::size_t i = 0; i < 2'000; ++i) prepares.push_back(by(i % 20, Prepare{Height{2}, r0, digest(1)}));
  auto heavy = by(0, RoundChange{Height{2}, r1, PreparedCertificate{r0, digest(1), prepares}});
  REQUIRE(approximate_bytes(heavy) > next_height_bytes_max);
  box.add(heavy, true);
  CHECK_FALSE(box.someone());
}
