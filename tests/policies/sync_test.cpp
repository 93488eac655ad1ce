#include "policies/sync.hpp"

#include <catch2/catch.hpp>

#include <map>

#include "policies/limits.hpp"

using namespace mnrt::policies;

namespace {

Address peer(std::uint8_t number) {
  Address address;
  address.bytes[0] = number;
  return address;
}

constexpr Instant at_ms(std::int64_t ms) {
  return {ms * 1'000'000};
}

TEST_CASE("a node at the same height as its peers asks for nothing") {
  SyncPlan plan{Height{7}};
  plan.heard(peer(1), Height{7});
  REQUIRE_FALSE(plan.is_behind());
  REQUIRE_FALSE(plan.next(at_ms(0)));
}

TEST_CASE("a node that is behind asks one peer at a time, for a bounded number") {
  SyncPlan plan{Height{7}};
  plan.heard(peer(1), Height{10});
  plan.heard(peer(2), Height{1'000});
  REQUIRE(plan.next(at_ms(0)) == SyncRequest{peer(1), Height{8}, 3});
  REQUIRE_FALSE(plan.next(at_ms(1)));
  plan.answered(peer(1), Height{10}, at_ms(2));
  REQUIRE_FALSE(plan.next(at_ms(2)));  // the blocks are being executed
  plan.stored(Height{10});
  REQUIRE(plan.next(at_ms(3)) == SyncRequest{peer(2), Height{11}, limits::final_blocks_max});
}

TEST_CASE("a silent peer is replaced by another") {
  SyncPlan plan{Height{0}};
  plan.heard(peer(1), Height{5});
  plan.heard(peer(2), Height{5});
  REQUIRE(plan.next(at_ms(0))->peer == peer(1));
  REQUIRE_FALSE(plan.next(at_ms(3'999)));
  REQUIRE(plan.next(at_ms(4'000))->peer == peer(2));
}

TEST_CASE("a peer that lies rests, longer each time, and isn't believed until it says so again") {
  SyncPlan plan{Height{0}};
  std::int64_t now = 0;
  for (std::int64_t rest = 1'000; rest <= 16'000; rest *= 2) {
    plan.heard(peer(1), Height{5});
    REQUIRE(plan.next(at_ms(now)));
    plan.failed(peer(1), at_ms(now));
    REQUIRE_FALSE(plan.is_behind());
    plan.heard(peer(1), Height{5});
    REQUIRE_FALSE(plan.next(at_ms(now + rest - 1)));
    now += rest;
  }
}

TEST_CASE("an honest answer is forgiving") {
  SyncPlan plan{Height{0}};
  plan.heard(peer(1), Height{5});
  REQUIRE(plan.next(at_ms(0)));
  plan.failed(peer(1), at_ms(0));
  plan.heard(peer(1), Height{5});
  REQUIRE(plan.next(at_ms(1'000)));
  plan.answered(peer(1), Height{4}, at_ms(1'001));
  plan.stored(Height{4});
  REQUIRE(plan.next(at_ms(1'002)) == SyncRequest{peer(1), Height{5}, 1});
}

TEST_CASE("a peer that answers with blocks that were here already rests like one that is silent") {
  SyncPlan plan{Height{5}};
  plan.heard(peer(1), Height{100});
  plan.heard(peer(2), Height{7});
  REQUIRE(plan.next(at_ms(0)) == SyncRequest{peer(1), Height{6}, limits::final_blocks_max});
  plan.answered(peer(1), Height{}, at_ms(10));
  plan.heard(peer(1), Height{100});
  REQUIRE(plan.next(at_ms(10))->peer == peer(2));
  plan.stored(Height{6});
  plan.answered(peer(2), Height{}, at_ms(20));  // came from elsewhere before the answer
  REQUIRE(plan.next(at_ms(21)) == SyncRequest{peer(2), Height{7}, 1});
}

TEST_CASE("blocks that never get executed are asked for again") {
  SyncPlan plan{Height{0}};
  plan.heard(peer(1), Height{5});
  REQUIRE(plan.next(at_ms(0)));
  plan.answered(peer(1), Height{5}, at_ms(1));
  REQUIRE_FALSE(plan.next(at_ms(10'000)));
  REQUIRE(plan.next(at_ms(10'001)) == SyncRequest{peer(1), Height{1}, 5});
}

TEST_CASE("a peer whose answer couldn't be looked at is asked again at once") {
  SyncPlan plan{Height{0}};
  plan.heard(peer(1), Height{5});
  const auto asked = plan.next(at_ms(0));
  REQUIRE(asked);
  plan.unread(peer(2));
  REQUIRE_FALSE(plan.next(at_ms(1)));
  plan.unread(peer(1));
  REQUIRE(plan.next(at_ms(1)) == asked);
}

TEST_CASE("a lost link ends the request to that peer and what it claimed") {
  SyncPlan plan{Height{0}};
  plan.heard(peer(1), Height{5});
  REQUIRE(plan.next(at_ms(0)));
  REQUIRE(plan.awaits(peer(1)));
  plan.lost(peer(1));
  REQUIRE_FALSE(plan.awaits(peer(1)));
  REQUIRE_FALSE(plan.next(at_ms(1)));
}

TEST_CASE("each peer without a seat is told of each tip by f + 1 validators, never by one without a seat") {
  for (std::uint8_t n : {1, 2, 4, 7, 31}) {
    ValidatorSet set(n);
    for (std::uint8_t seat = 0; seat < n; ++seat) set[seat].address = peer(seat);
    std::vector<Address> linked;
    for (std::uint8_t number = 0; number < 50; ++number) linked.push_back(peer(number));
    for (std::uint64_t tip = 1; tip <= 2u * n; ++tip) {
      std::map<Address, std::size_t> told;
      for (const auto& seat : set)
        for (const auto& follower : told_of_tip(set, seat.address, Height{tip}, linked)) ++told[follower];
      REQUIRE(told.size() == 50u - n);
      for (const auto& [follower, times] : told) {
        REQUIRE_FALSE(index_of(set, follower));
        REQUIRE(times == faulty_max(n) + 1);
      }
    }
    REQUIRE(told_of_tip(set, peer(60), Height{1}, linked).empty());
  }
}

}  // namespace
