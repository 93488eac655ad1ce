#include <catch2/catch.hpp>

#include "policies/consensus/seals.hpp"
#include "tests/policies/consensus/one_seat.hpp"

// More than f validators lie: what an honest one finds out, and that it stops.
namespace mnrt::policies::testing {
namespace {

constexpr Round r0{0};
constexpr Round r1{1};

SealSet sealed(Round round, std::vector<std::size_t> signers) {
  std::vector<Signed<Commit>> commits;
  for (auto signer : signers) commits.push_back(by(signer, Commit{h1, round, digest(1)}));
  return seals_from(commits, round, set_of(4));
}

ChainTip tip_of(std::uint64_t number, SealSet seals) {
  return {h1, digest(number), BlockTime{genesis_time.ms + 1}, seat(0), std::move(seals), set_of(4)};
}

RivalFinal rival_of(std::uint64_t number, SealSet seals) {
  return {h1, digest(number), std::move(seals), set_of(4)};
}

std::vector<Address> offenders(const Effects& fx) {
  std::vector<Address> found;
  for (auto& evidence : fx.evidence) found.push_back(evidence.offender);
  return found;
}

TEST_CASE("seals of two blocks in one round name whoever gave both, and the node signs no more") {
  OneSeat seat_3(4, 3);
  seat_3.step(NewTip{tip_of(1, sealed(r0, {0, 1, 3}))});
  REQUIRE(seat_3.core.signing());
  seat_3.step(RivalFinal{rival_of(2, sealed(r0, {0, 1, 2}))});
  CHECK(offenders(seat_3.fx) == std::vector{seat(0), seat(1)});
  CHECK(seat_3.noted("two_final_blocks"));
  CHECK_FALSE(seat_3.core.signing());
  seat_3.step(RivalFinal{rival_of(2, sealed(r0, {0, 1, 2}))});
  CHECK_FALSE(seat_3.noted("two_final_blocks"));
}

TEST_CASE("a node that saw two chains keeps both blocks' seals, and rests after a restart too") {
  OneSeat seat_3(4, 3);
  seat_3.step(NewTip{tip_of(1, sealed(r0, {0, 1, 3}))});
  seat_3.step(RivalFinal{rival_of(2, sealed(r0, {0, 1, 2}))});
  REQUIRE(seat_3.noted("chain_split"));
  REQUIRE(seat_3.fx.persist);
  const auto disk = seat_3.fx.persist;
  CHECK(disk->stopped ==
        SignStop{TwoChains{h1, digest(1), sealed(r0, {0, 1, 3}), digest(2), sealed(r0, {0, 1, 2})}});

  const auto again = [&](std::optional<Digest> settled_on) {
    auto config = OneSeat::config_of(3);
    config.settled_on = settled_on;
    auto tip = tip_of(1, sealed(r0, {0, 1, 3}));
    auto stored = disk;
    stored->height = h1;
    return OneSeat(config, tip, stored);
  };
  for (auto settled_on : {std::optional<Digest>{}, std::optional(digest(2)), std::optional(digest(7))}) {
    auto resting = again(settled_on);
    CHECK_FALSE(resting.core.signing());
    CHECK(resting.noted("chain_split"));
    CHECK(resting.fx.send.empty());
  }
  auto settled = again(digest(1));
  CHECK(settled.core.signing());
  REQUIRE(settled.fx.persist);
  CHECK_FALSE(settled.fx.persist->stopped);
  // The others come with their block again; the word holds for this split, and for no later one.
  settled.step(RivalFinal{rival_of(2, sealed(r0, {0, 1, 2}))});
  CHECK(settled.core.signing());
}

TEST_CASE("a second copy of the key outweighs a split: agreeing on a chain doesn't bring it back") {
  OneSeat seat_3(4, 3);
  seat_3.step(NewTip{tip_of(1, sealed(r0, {0, 1, 3}))});
  seat_3.step(RivalFinal{rival_of(2, sealed(r0, {0, 1, 2}))});
  seat_3.receive(by(3, Commit{h1, r0, digest(2)}));
  REQUIRE(seat_3.fx.persist);
  CHECK(std::holds_alternative<KeyElsewhere>(*seat_3.fx.persist->stopped));
}

TEST_CASE("seals of two rounds accuse only who denied the first in between") {
  OneSeat seat_3(4, 3);
  seat_3.receive(change(0, r1));
  seat_3.receive(change(2, r1));
  seat_3.step(NewTip{tip_of(1, sealed(r1, {0, 2, 3}))});
  seat_3.step(RivalFinal{rival_of(2, sealed(r0, {0, 1, 2}))});
  CHECK(offenders(seat_3.fx) == std::vector{seat(0), seat(2)});
  CHECK_FALSE(seat_3.core.signing());
}

TEST_CASE("the tip itself and another height are no rivals") {
  OneSeat seat_3(4, 3);
  seat_3.step(NewTip{tip_of(1, sealed(r0, {0, 1, 3}))});
  seat_3.step(RivalFinal{rival_of(1, sealed(r1, {0, 1, 2}))});
  CHECK(seat_3.core.signing());
  auto earlier = rival_of(2, sealed(r0, {0, 1, 2}));
  earlier.height = Height{0};
  seat_3.step(earlier);
  CHECK(seat_3.core.signing());
}

TEST_CASE("a decision that sync contradicts is evidence, not forgotten") {
  OneSeat seat_3(4, 3);
  for (std::size_t signer : {0, 1, 2}) seat_3.receive(by(signer, Commit{h1, r0, digest(2)}));
  seat_3.step(NewTip{tip_of(1, sealed(r0, {0, 1, 3}))});
  CHECK(offenders(seat_3.fx) == std::vector{seat(0), seat(1)});
  CHECK_FALSE(seat_3.core.signing());
}

TEST_CASE("prepares in a certificate are held against those heard directly") {
  OneSeat seat_3(4, 3);
  seat_3.receive(by(0, Prepare{h1, r0, digest(2)}));
  seat_3.receive(change(1, r1, certificate(r0, digest(1), {0, 1, 2})));
  CHECK(offenders(seat_3.fx) == std::vector{seat(0)});
}

TEST_CASE("round changes in a justification are held against those heard directly") {
  OneSeat seat_3(4, 3);
  seat_3.receive(change(0, r1, certificate(r0, digest(1), {0, 1, 2})));
  const auto block = seat_3.timely(1, 5);
  seat_3.receive(by(1, Proposal{h1, r1, block, {change(0, r1), change(1, r1), change(2, r1)}}));
  CHECK(offenders(seat_3.fx) == std::vector{seat(0)});
}

TEST_CASE(
    "prepares in the certificates of a justification are held against those heard, and of a late one too") {
  OneSeat seat_3(4, 3);
  seat_3.receive(by(0, Prepare{h1, r0, digest(2)}));
  const auto claim = certificate(r0, digest(1), {0, 1, 2});
  const auto block = seat_3.timely(1, 5);
  const Proposal proposal{h1, r1, block, {change(0, r1), change(1, r1, claim), change(2, r1, claim)}};
  OneSeat late = seat_3;
  seat_3.receive(by(1, proposal));
  CHECK(offenders(seat_3.fx) == std::vector{seat(0)});
  late.step(NewTip{tip_of(1, sealed(r0, {1, 2, 3}))});
  late.receive(by(1, proposal));
  CHECK(offenders(late.fx) == std::vector{seat(0)});
}

TEST_CASE("a round change whose claim isn't proved tells of prepares all the same") {
  OneSeat seat_3(4, 3);
  seat_3.receive(by(0, Prepare{h1, r0, digest(2)}));
  seat_3.receive(change(1, r1, certificate(r0, digest(1), {0})));
  CHECK(offenders(seat_3.fx) == std::vector{seat(0)});
}

}  // namespace
}  // namespace mnrt::policies::testing
