#include <catch2/catch.hpp>

#include "tests/policies/consensus/one_seat.hpp"

// When a block is due, and what is said again where mail gets lost (protocol section 1). Seat 1 of four,
// unless said otherwise.
using namespace mnrt::policies;
using namespace mnrt::policies::testing;
using Kind = Timer::Kind;

namespace {

constexpr Round r0{0}, r1{1};

}  // namespace

TEST_CASE("a transaction that comes after the block was due puts nothing off") {
  OneSeat seat(4, 1);
  seat.set_ms(6'500);
  CHECK(seat.step(TransactionWaiting{seat.env.now}).timers.empty());
  seat.step(LeaseUrgent{true});
  CHECK(seat.deadline_ms(Kind::round) == 3'000);
  seat.step(LeaseUrgent{false});
  CHECK(seat.deadline_ms(Kind::round) == 7'000);
}

TEST_CASE("each peer that is stuck at a final height is answered, each as seldom") {
  OneSeat seat(4, 1);
  seat.step(NewTip{{h1, digest(1), BlockTime{genesis_time.ms + 5}, testing::seat(0), {}, set_of(4)}});
  for (std::size_t i : {0, 2, 3}) {
    seat.receive(change(i, r1));
    CHECK(seat.asked<SendFinal>() == std::vector{SendFinal{h1, testing::seat(i)}});
    seat.receive(change(i, Round{2}));
    CHECK(seat.asked<SendFinal>().empty());
  }
  // Half a time-out later once more.
  seat.set_ms(999);
  seat.receive(change(0, Round{3}));
  CHECK(seat.asked<SendFinal>().empty());
  seat.set_ms(1'000);
  seat.receive(change(0, Round{4}));
  CHECK(seat.asked<SendFinal>().size() == 1);
}

TEST_CASE("the block time runs from when the parent was committed here, whatever its header says") {
  for (std::size_t me : {1, 2}) {
    OneSeat seat(4, me);
    seat.set_ms(3'000);
    seat.step(NewTip{{h1, digest(1), BlockTime{genesis_time.ms + 5}, testing::seat(0), {}, set_of(4)}});
    CHECK(seat.deadline_ms(Kind::propose) == (me == 1 ? std::optional{8'000} : std::nullopt));
    CHECK(seat.deadline_ms(Kind::round) == 10'000);
    // A transaction that has waited for long still leaves the least time between blocks.
    seat.step(TransactionWaiting{Instant{0}});
    CHECK(seat.deadline_ms(Kind::round) == 5'250);
  }
}

TEST_CASE("whatever I sign first is sent again half a time-out of its round later") {
  OneSeat leader(4, 0);
  leader.fire(Kind::propose, 5'000);
  leader.step(BlockBuilt{h1, r0, leader.timely(0, 1)});
  leader.loop_back();
  CHECK(leader.deadline_ms(Kind::resend) == 6'000);
  CHECK(leader.fire(Kind::resend, 6'000).resend.size() == 1);

  OneSeat changing(4, 1);
  changing.fire(Kind::round, 7'000);
  changing.loop_back();
  CHECK(changing.deadline_ms(Kind::resend) == 7'000 + 2'000);
  CHECK(changing.fire(Kind::resend, 9'000).resend.size() == 1);

  SignState committed;
  committed.height = h1;
  committed.committed = digest(1);
  committed.certificate = certificate(r0, digest(1), {0, 2, 3});
  committed.prepared_block = block_of(0, 1);
  OneSeat restarted(4, 1, committed);
  restarted.loop_back();
  CHECK(restarted.deadline_ms(Kind::resend) == 1'000);
  CHECK(restarted.fire(Kind::resend, 1'000).resend.size() == 1);
}
