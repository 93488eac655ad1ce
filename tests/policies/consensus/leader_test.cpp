#include "policies/consensus/leader.hpp"

#include <catch2/catch.hpp>

#include "tests/policies/consensus/one_seat.hpp"

// Who leads a height, as its validators act on it (protocol section 1, Leader).
using namespace mnrt::policies;
using namespace mnrt::policies::testing;
using Kind = Timer::Kind;

namespace {

constexpr Round r0{0}, r2{2};

ChainTip tip_of(Height height, const Address& proposer, Round sealed_in, ValidatorSet set) {
  SealSet seals{sealed_in, std::vector<bool>(set.size(), true), std::vector<Signature>(set.size())};
  return {height, digest(height.value), genesis_time, proposer, std::move(seals), std::move(set)};
}

/// Whether that seat sets the timer that only the leader of round 0 needs.
bool leads(std::size_t me, const ChainTip& tip) {
  OneSeat seat(4, me);
  seat.step(NewTip{tip});
  REQUIRE(seat.core.height() == next(tip.height));
  return seat.deadline_ms(Kind::propose).has_value();
}

std::shared_ptr<const Block> large_block(std::size_t proposer, std::uint64_t number, const Digest& parent) {
  auto transaction = std::make_shared<SignedTransaction>();
  transaction->frame = std::make_shared<const Bytes>(next_height_bytes_max);
  auto block = *block_of(proposer, number);
  block.header.height = Height{2};
  block.header.parent = parent;
  block.transactions.push_back(transaction);
  return std::make_shared<const Block>(block);
}

}  // namespace

TEST_CASE("who leads next follows from the parent's first proposer, whatever round and height sealed it") {
  // Not from the leader of the round that sealed it: a re-proposed block keeps its proposer.
  for (std::uint64_t height : {1, 2, 7})
    for (std::size_t proposer = 0; proposer < 4; ++proposer)
      for (std::uint32_t round = 0; round < 6; ++round)
        for (std::size_t me = 0; me < 4; ++me)
          CHECK(leads(me, tip_of(Height{height}, seat(proposer), Round{round}, set_of(4))) ==
                (me == (proposer + 1) % 4));
}

TEST_CASE("whether the parent's proposer has left or not, the same seat leads next") {
  for (std::size_t gone = 0; gone < 4; ++gone) {
    auto left = set_of(4);
    left.erase(left.begin() + static_cast<std::ptrdiff_t>(gone));
    for (std::size_t me = 0; me < 4; ++me)
      CHECK(leads(me, tip_of(Height{7}, seat(gone), r0, left)) == (me == (gone + 1) % 4));
  }
}

TEST_CASE("each round's leader is one seat further, up to the last round that can be named") {
  const auto set = set_of(7);
  for (std::uint32_t back = 0; back < 20; ++back) {
    const auto round = 0xffff'ffff - back;
    CHECK(leader_of(set, Height{5}, seat(5), Round{round}) == seat((6 + std::uint64_t{round}) % 7));
  }
}

TEST_CASE("the room beside the next height's mail is for who leads after the block that was decided") {
  for (std::size_t proposer = 0; proposer < 4; ++proposer)
    for (std::size_t signer = 0; signer < 4; ++signer) {
      if (signer == proposer) continue;
      OneSeat seat(4, proposer);
      const auto decided = block_of(proposer, 1);
      for (std::size_t i = 0; i < 4; ++i) seat.receive(by(i, Commit{h1, r2, decided->digest}));
      seat.step(BlockFetched{decided});
      REQUIRE(seat.fx.commit);
      const auto next = large_block(signer, 2, decided->digest);
      seat.env.wall = next->header.time;
      seat.receive(by(signer, Proposal{Height{2}, r0, next, {}}));
      auto tip = tip_of(h1, testing::seat(proposer), r2, set_of(4));
      tip.digest = decided->digest;
      seat.step(NewTip{tip});
      CHECK(seat.asked<CheckBlock>().size() == (signer == (proposer + 1) % 4 ? 1 : 0));
    }
}
