#include <catch2/catch.hpp>

#include "tests/policies/consensus/one_seat.hpp"

// What a validator does with the sign state that it finds on its disk.
using namespace mnrt::policies;
using namespace mnrt::policies::testing;
using Kind = Timer::Kind;

namespace {

constexpr Round r0{0}, r1{1}, r2{2};

/// A chain at height 5 with four validators; seat 1 leads round 0 of height 6.
ChainTip at_five() {
  return {Height{5}, digest(5), genesis_time, seat(0), {}, set_of(4)};
}

OneSeat on_five(std::optional<SignState> disk, bool only_copy = false) {
  auto config = OneSeat::config_of(2);
  config.only_copy = only_copy;
  return OneSeat(config, at_five(), std::move(disk));
}

SignState at_height(std::uint64_t height) {
  SignState state;
  state.height = Height{height};
  return state;
}

}  // namespace

TEST_CASE("a missing sign state, or one older than the tip, forbids signing and says how to mend it") {
  auto missing = on_five(std::nullopt);
  CHECK_FALSE(missing.core.signing());
  CHECK(missing.noted("sign_state_missing"));
  CHECK(missing.fx.notes[0].fields.back().first == "mend");
  auto outdated = on_five(at_height(4));
  CHECK_FALSE(outdated.core.signing());
  CHECK(outdated.noted("sign_state_outdated"));
  for (auto* seat : {&missing, &outdated}) {
    CHECK_FALSE(seat->core.sign_state_beside(Height{6}));
    CHECK(seat->fx.timers.empty());
    for (std::size_t i : {0, 1, 3}) seat->receive(by(i, RoundChange{Height{6}, r2, {}}));
    CHECK(seat->fx.send.empty());
  }
}

TEST_CASE("a sign state of the tip or of the open height is new enough, and on genesis none is needed") {
  CHECK(on_five(at_height(5)).core.signing());
  CHECK(on_five(at_height(6)).core.signing());
  CHECK(OneSeat(4, 2).core.signing());
}

TEST_CASE("the operator of a lone validator may vouch for the only copy of its key") {
  const auto alone = [](bool only_copy, std::optional<SignState> disk) {
    auto config = OneSeat::config_of(0);
    config.only_copy = only_copy;
    auto tip = at_five();
    tip.validators = set_of(1);
    return OneSeat(config, tip, std::move(disk)).core.signing();
  };
  CHECK_FALSE(alone(false, std::nullopt));
  CHECK(alone(true, std::nullopt));
  CHECK(alone(true, at_height(3)));
}

TEST_CASE("where there are others, nobody's word brings a key back that may have signed") {
  CHECK_FALSE(on_five(std::nullopt, true).core.signing());
  CHECK_FALSE(on_five(at_height(3), true).core.signing());
}

TEST_CASE("a sign state ahead of the chain waits until sync has brought the chain there") {
  auto seat = on_five(at_height(8), true);
  CHECK_FALSE(seat.core.signing());
  CHECK(seat.noted("sign_state_ahead"));
  auto tip = at_five();
  tip.height = Height{6};
  seat.step(NewTip{tip});
  CHECK_FALSE(seat.core.signing());
  tip.height = Height{7};
  seat.step(NewTip{tip});
  CHECK(seat.core.signing());
}

TEST_CASE("once the chain is there, a sign state that was ahead goes on in its round") {
  auto state = at_height(7);
  state.round = r2;
  state.prepared = digest(70);
  auto seat = on_five(state);
  auto tip = at_five();
  tip.height = Height{6};
  seat.step(NewTip{tip});
  CHECK(seat.core.round() == r2);
  CHECK(seat.sent<Prepare>() == std::vector{Prepare{Height{7}, r2, digest(70)}});
}

TEST_CASE("of two round changes in one step only the last is signed, for the disk covers no other") {
  auto state = at_height(7);
  state.proposed = digest(70);
  auto node = on_five(state);
  auto tip = at_five();
  // Two others are in round 2 of height 7 already, and its own proposal of round 0 is lost.
  for (std::size_t i : {0, 3}) node.receive(by(i, RoundChange{Height{7}, r2, {}}));
  tip.height = Height{6};
  node.step(NewTip{tip});
  CHECK(node.sent<RoundChange>() == std::vector{RoundChange{Height{7}, r2, {}}});
  CHECK(node.fx.send.size() == 1);
}

TEST_CASE("a stored block brings its sign state along unless the node signed at that height") {
  auto seat = on_five(at_height(5));
  CHECK_FALSE(seat.core.sign_state_beside(Height{5}));
  REQUIRE(seat.core.sign_state_beside(Height{6}));
  CHECK(*seat.core.sign_state_beside(Height{6}) == at_height(6));
  seat.fire(Kind::round, 7'000);
  REQUIRE(seat.fx.persist);
  CHECK_FALSE(seat.core.sign_state_beside(Height{6}));
  CHECK(seat.core.sign_state_beside(Height{7}));
}

TEST_CASE("a restart resumes in its round and repeats its round change byte for byte") {
  auto state = at_height(1);
  state.round = r2;
  state.certificate = certificate(r0, digest(1), {0, 1, 2});
  state.prepared_block = block_of(0, 1);
  state.last_round_change = RoundChange{h1, r2, state.certificate};
  OneSeat seat(4, 3, state);
  CHECK(seat.core.round() == r2);
  CHECK(seat.sent<RoundChange>() == std::vector{*state.last_round_change});
  CHECK(seat.fx.send.size() == 1);
  CHECK_FALSE(seat.fx.persist);
  CHECK(covers(state, seat.fx.send[0].body));
  CHECK_FALSE(seat.deadline_ms(Kind::round));
  CHECK(seat.core.block(digest(1)));
  seat.loop_back();
  for (std::size_t i : {0, 1}) seat.receive(change(i, r2));
  CHECK(seat.deadline_ms(Kind::round) == 8'000);

  // The round below is over, whoever brings it back.
  auto block = seat.timely(0, 9);
  seat.receive(by(0, Proposal{h1, r0, block, {}}));
  CHECK(seat.step(BlockChecked{h1, r0, block->digest, ""}).send.empty());
  // And what it claimed before it claims again.
  seat.fire(Kind::round, 8'000);
  CHECK(seat.sent<RoundChange>() == std::vector{RoundChange{h1, Round{3}, state.certificate}});
}

TEST_CASE("a restart in a round that a proposal led to lets its time run at once") {
  // Nobody who waits for this one's RoundChange would get it: it signed none for its round, and of four
  // validators one is off.
  auto state = at_height(1);
  state.round = r1;
  state.prepared = digest(1);
  OneSeat seat(4, 3, state);
  CHECK(seat.deadline_ms(Kind::round) == 4'000);
  seat.fire(Kind::round, 4'000);
  CHECK(seat.sent<RoundChange>() == std::vector{RoundChange{h1, r2, {}}});
}

TEST_CASE("a restart repeats its prepare, and signs no other for that round") {
  auto state = at_height(1);
  state.prepared = digest(1);
  OneSeat seat(4, 3, state);
  CHECK(seat.sent<Prepare>() == std::vector{Prepare{h1, r0, digest(1)}});
  auto other = seat.timely(0, 2);
  seat.receive(by(0, Proposal{h1, r0, other, {}}));
  CHECK(seat.step(BlockChecked{h1, r0, other->digest, ""}).send.empty());
}

TEST_CASE("a restarted validator goes on with a block that it prepared before and gets again") {
  OneSeat seat(4, 3);
  auto block = seat.accept_first_block();
  OneSeat again(4, 3, seat.fx.persist);
  again.loop_back();
  again.receive(by(0, Proposal{h1, r0, block, {}}));
  again.step(BlockChecked{h1, r0, block->digest, ""});
  CHECK(again.fx.send.empty());
  for (std::size_t i : {0, 1}) again.receive(by(i, Prepare{h1, r0, block->digest}));
  CHECK(again.sent<Commit>().size() == 1);
}

TEST_CASE(
    "a lone validator that crashed after its commit finalises the same block without building another") {
  OneSeat seat(1, 0);
  const auto block = seat.propose_first_block();
  auto disk = seat.fx.persist;
  REQUIRE(disk->committed);
  OneSeat again(1, 0, disk);
  CHECK(again.sent<Commit>().size() == 1);
  CHECK(again.fx.ask.empty());
  again.receive(by(0, Commit{h1, r0, block->digest}));
  REQUIRE(again.fx.commit);
  CHECK(same_block(again.fx.commit->block, block));
}

TEST_CASE("a leader that crashed after its commit repeats proposal, prepare and commit, in this order") {
  OneSeat seat(4, 0);
  const auto block = seat.propose_first_block();
  for (std::size_t i : {1, 2}) seat.receive(by(i, Prepare{h1, r0, block->digest}));
  const auto disk = seat.fx.persist;
  REQUIRE(disk->committed);
  OneSeat again(4, 0, disk);
  CHECK(again.fx.send == std::vector{Outgoing{std::nullopt, Proposal{h1, r0, block, {}}},
                                     Outgoing{std::nullopt, Prepare{h1, r0, block->digest}},
                                     Outgoing{std::nullopt, Commit{h1, r0, block->digest}}});
  // Nothing new: the stored state covers it all.
  CHECK_FALSE(again.fx.persist);
}

TEST_CASE("a leader whose proposal died with a crash changes the round instead of proposing twice") {
  OneSeat seat(1, 0);
  seat.fire(Kind::propose, 5'000);
  seat.step(BlockBuilt{h1, r0, seat.timely(0, 1)});
  auto disk = seat.fx.persist;
  OneSeat again(1, 0, disk);
  CHECK(again.sent<RoundChange>() == std::vector{RoundChange{h1, r1, {}}});
  CHECK(again.fx.send.size() == 1);
  CHECK(again.fx.persist->round == r1);
  again.loop_back();
  CHECK(again.asked<BuildBlock>().size() == 1);
  again.step(BlockBuilt{h1, r1, again.timely(0, 2)});
  CHECK(again.sent<Proposal>().size() == 1);
}

TEST_CASE("a node whose key signs elsewhere keeps the proof, and refuses after a restart too") {
  OneSeat seat(4, 1);
  seat.accept_first_block();
  seat.loop_back();
  seat.receive(by(1, Prepare{h1, r0, digest(66)}));
  REQUIRE(seat.noted("key_signs_elsewhere"));
  // In the same effects: rows are synced before notes are told.
  REQUIRE(seat.fx.persist);
  const auto proof = std::get<KeyElsewhere>(*seat.fx.persist->stopped);
  CHECK(proof.second.body.digest == digest(66));
  CHECK(contradict(proof.first.body, proof.second.body));

  auto config = OneSeat::config_of(1);
  config.only_copy = true;
  config.settled_on = chain;
  OneSeat again(config, OneSeat::genesis(4), seat.fx.persist);
  CHECK_FALSE(again.core.signing());
  CHECK(again.noted("key_signs_elsewhere"));
  CHECK(again.fx.send.empty());
  CHECK(again.fx.timers.empty());

  auto alone = OneSeat::genesis(1);
  alone.validators = {set_of(2)[1]};
  OneSeat vouched(config, alone, seat.fx.persist);
  CHECK(vouched.core.signing());
  REQUIRE(vouched.fx.persist);
  CHECK_FALSE(vouched.fx.persist->stopped);
}

TEST_CASE("a stop goes along with stored blocks, so following the chain neither heals nor outdates it") {
  auto state = at_height(5);
  state.stopped = TwoChains{Height{5}, digest(5), {}, digest(55), {}};
  auto seat = on_five(state);
  CHECK_FALSE(seat.core.signing());
  const auto beside = seat.core.sign_state_beside(Height{6});
  REQUIRE(beside);
  CHECK(beside->height == Height{6});
  CHECK(beside->stopped == state.stopped);
  CHECK_FALSE(covers(*beside, RoundChange{Height{6}, r1, {}}));
  // Not where it refused before for a state that is missing: that would heal.
  auto missing = on_five(std::nullopt);
  missing.step(RivalFinal{Height{5}, digest(55), {}, set_of(4)});
  CHECK(missing.noted("two_final_blocks"));
  CHECK_FALSE(missing.fx.persist);
  CHECK_FALSE(missing.core.sign_state_beside(Height{6}));
}

TEST_CASE("a crash between a round change and a later commit leaves no way to commit in the old round") {
  // The round change said that nothing was prepared. The prepares of round 0 arrive only after the restart.
  OneSeat seat(4, 3);
  auto block = seat.accept_first_block();
  seat.loop_back();
  seat.fire(Kind::round, 7'000);
  auto disk = seat.fx.persist;
  OneSeat again(4, 3, disk);
  again.loop_back();
  again.receive(by(0, Proposal{h1, r0, block, {}}));
  again.step(BlockChecked{h1, r0, block->digest, ""});
  for (std::size_t i : {0, 1, 2, 3}) CHECK(again.receive(by(i, Prepare{h1, r0, block->digest})).send.empty());
}
