#include <catch2/catch.hpp>

#include "tests/policies/consensus/one_seat.hpp"

// What a validator prepared stays with it until the height is final, for a leader that has to repeat it
// (protocol section 1, Round changes). Seat 1 of four.
using namespace mnrt::policies;
using namespace mnrt::policies::testing;
using Kind = Timer::Kind;

namespace {

constexpr Round r0{0}, r1{1};

/// Rounds that another seat leads.
constexpr std::uint32_t of_others[] = {2, 3, 4, 6, 7, 8, 10, 11, 12, 14, 15, 16};

/// Prepares a fresh block in a later round, whose leader found a quorum that claims nothing.
std::shared_ptr<const Block> prepare_in(OneSeat& seat, std::uint32_t round) {
  const auto block = seat.timely(round % 4, 100 + round);
  seat.receive(
      by(round % 4, Proposal{h1,
                             Round{round},
                             block,
                             {change(0, Round{round}), change(2, Round{round}), change(3, Round{round})}}));
  seat.step(BlockChecked{h1, Round{round}, block->digest, ""});
  REQUIRE(seat.sent<Prepare>().size() == 1);
  seat.loop_back();
  return block;
}

}  // namespace

TEST_CASE("a quorum of others' Prepares makes no Commit of mine before I found the block valid") {
  OneSeat seat(4, 1);
  const auto block = seat.timely(0, 1);
  seat.receive(by(0, Proposal{h1, Round{0}, block, {}}));
  for (const std::size_t other : {0, 2, 3}) {
    seat.receive(by(other, Prepare{h1, Round{0}, block->digest}));
    CHECK(seat.sent<Commit>().empty());
  }
  seat.step(BlockChecked{h1, Round{0}, block->digest, ""});
  CHECK(seat.sent<Prepare>().size() == 1);
  CHECK(seat.sent<Commit>().size() == 1);
}

TEST_CASE("eight blocks prepared in eight rounds are all here for whoever has to repeat one") {
  OneSeat seat(4, 1);
  std::vector blocks{seat.accept_first_block()};
  seat.loop_back();
  for (std::size_t i = 0; i < 7; ++i) blocks.push_back(prepare_in(seat, of_others[i]));
  for (const auto& block : blocks) CHECK(seat.core.block(block->digest) == block);
}

TEST_CASE("the block of the certificate held stays, however many are prepared after it, and no other comes") {
  OneSeat seat(4, 1);
  const auto block = seat.accept_first_block();
  seat.loop_back();
  for (std::size_t i : {0, 2}) seat.receive(by(i, Prepare{h1, r0, block->digest}));
  REQUIRE(seat.sent<Commit>().size() == 1);
  for (auto round : of_others) prepare_in(seat, round);
  CHECK(seat.core.block(block->digest) == block);
  CHECK_FALSE(seat.core.block(digest(99)));
  // Gone with the height.
  seat.step(NewTip{{h1, digest(9), BlockTime{genesis_time.ms + 5}, testing::seat(0), {}, set_of(4)}});
  seat.fire(Kind::round, 60'000);
  CHECK_FALSE(seat.core.block(block->digest));
}

TEST_CASE("a leader that prepared a block and lost it asks the others that did, and not itself") {
  OneSeat seat(4, 1);
  const auto held = certificate(r0, digest(1), {0, 1, 3});
  seat.receive(change(2, r1));
  seat.receive(change(3, r1, held));
  seat.loop_back();
  REQUIRE(seat.asked<FetchBlock>().size() == 1);
  CHECK(seat.asked<FetchBlock>()[0].from == std::vector{testing::seat(3), testing::seat(0)});
}
