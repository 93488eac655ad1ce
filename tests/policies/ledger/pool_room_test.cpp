#include <catch2/catch.hpp>

#include "tests/policies/ledger/pool_world.hpp"

// What a full pool takes, and who makes room for it.
using namespace mnrt::tests;

TEST_CASE("the cheapest last transaction makes room for one that pays more") {
  PoolWorld w{{.transactions = 4}};  // no tenth of four: all for the ordinary
  const auto head = w.add(alice, {.priority = 1});
  const auto tail = w.add(alice, {.ahead = 1, .priority = 3});
  w.add(bob, {.priority = 5});
  w.add(bob, {.ahead = 1, .priority = 6});
  CHECK(w.admit(w.make(owner, {.priority = 3})) == Refusal::pool_full);
  const auto dear = w.add(owner, {.priority = 4});
  // The tail went, not the cheaper head: the head's leaving would have stranded the tail.
  CHECK_FALSE(w.pool.pending(tail->id));
  CHECK(w.pool.pending(head->id) == head);
  CHECK(w.pool.pending(dear->id) == dear);
  CHECK(w.pool.take_displaced() == std::vector{tail->id});
}

TEST_CASE("what no block can hold yet is the first to make room, the cheapest of it first") {
  PoolWorld w{{.transactions = 4}};
  const auto ready = w.add(alice, {.priority = 1});
  const auto dear = w.add(bob, {.ahead = 1, .priority = 900});
  const auto cheap = w.add(bob, {.ahead = 2, .priority = 500});
  const auto other = w.add(alice, {.ahead = 2, .priority = 700});
  // Ready, and paying less than all of them.
  w.add(owner);
  CHECK(w.pool.take_displaced() == std::vector{cheap->id});
  w.add(owner, {.lane = 1});
  CHECK(w.pool.take_displaced() == std::vector{other->id});
  w.add(owner, {.lane = 2});
  CHECK(w.pool.take_displaced() == std::vector{dear->id});
  CHECK(w.pool.pending(ready->id) == ready);
  CHECK(w.admit(w.make(owner, {.lane = 3})) == Refusal::pool_full);
}

TEST_CASE("what waits behind a gap never displaces what a block can hold") {
  PoolWorld w{{.transactions = 2}};
  w.add(alice);
  const auto last = w.add(alice, {.ahead = 1});
  CHECK(w.admit(w.make(bob, {.ahead = 1, .priority = 10'000})) == Refusal::pool_full);
  w.pool.remove(last->id);
  w.add(bob, {.ahead = 1, .priority = 5});
  CHECK(w.admit(w.make(owner, {.ahead = 1, .priority = 5})) == Refusal::pool_full);
  CHECK(w.admit(w.make(owner, {.ahead = 1, .priority = 6})) == Refusal::none);
  // Its own lane is not the others' to spare.
  CHECK(w.admit(w.make(owner, {.ahead = 2, .priority = 9})) == Refusal::pool_full);
}

TEST_CASE("who fills a gap keeps what becomes ready by it, and pays with what doesn't") {
  PoolWorld w{{.transactions = 4}};
  const auto next = w.add(alice, {.ahead = 1, .priority = 1});
  w.add(bob, {.priority = 100});
  w.add(owner, {.priority = 100});
  const auto far = w.add(alice, {.ahead = 5, .priority = 50});
  const auto first = w.add(alice);
  CHECK(w.pool.take_displaced() == std::vector{far->id});
  CHECK(w.choose().size() == 4);
  CHECK(w.pool.pending(next->id) == next);
  // With the first of them gone the second is behind a gap again.
  w.pool.remove(first->id);
  w.add(bob, {.ahead = 1});
  CHECK(w.pool.size() == 4);
  w.add(owner, {.ahead = 1});
  CHECK(w.pool.take_displaced() == std::vector{next->id});
}

TEST_CASE("a block that takes the nonce before a gap makes what follows ready") {
  PoolWorld w{{.transactions = 2}};
  const auto second = w.add(alice, {.ahead = 1, .priority = 1});
  const TransactionList elsewhere{w.make(alice)};
  const auto context = w.world.next();
  w.world.state.apply(execute(context, elsewhere, w.world.state).changes);
  w.world.height = context.height;
  w.pool.committed(elsewhere);
  w.add(bob, {.priority = 1});
  CHECK(w.admit(w.make(owner, {.priority = 1})) == Refusal::pool_full);
  CHECK(w.pool.pending(second->id) == second);
}

TEST_CASE("a lane doesn't make room for itself") {
  PoolWorld w{{.transactions = 2}};
  w.add(alice, {.priority = 1});
  w.add(alice, {.ahead = 1, .priority = 1});
  CHECK(w.admit(w.make(alice, {.ahead = 2, .priority = 9})) == Refusal::pool_full);
  CHECK(w.admit(w.make(alice, {.ahead = 1, .priority = 9})) == Refusal::none);
}

TEST_CASE("bytes bound the pool too") {
  PoolWorld probe;
  const auto each = Pool::footprint(*probe.make(alice));
  PoolWorld w{{.bytes = 3 * each + each / 2}};  // a tenth of it is reserved
  w.add(alice, {.priority = 2});
  w.add(bob, {.priority = 2});
  w.add(owner, {.priority = 2});
  CHECK(w.pool.bytes() == 3 * each);
  CHECK(w.admit(w.make(alice, {.ahead = 1, .priority = 2})) == Refusal::pool_full);
  CHECK(w.admit(w.make(alice, {.ahead = 1, .priority = 3})) == Refusal::none);
  CHECK(w.pool.bytes() == 3 * each);
}

TEST_CASE("a full pool still takes the renewal, and offers it first") {
  PoolWorld w{{.transactions = 10}};
  for (std::uint64_t i = 0; i < 9; ++i) w.add(alice, {.ahead = i, .priority = 1'000});
  CHECK(w.admit(w.make(bob, {.priority = 1})) == Refusal::pool_full);
  const auto renewal = World::sign(w.world.renewal());
  REQUIRE(w.admit(renewal) == Refusal::none);
  CHECK(w.choose().front() == renewal);
  CHECK(w.choose(10).size() == 10);
  CHECK(w.choose(1) == TransactionList{renewal});
  auto second = w.world.renewal();
  second.body.nonce += 1;
  CHECK(w.admit(World::sign(second)) == Refusal::renewed_already);
  w.commit();
  CHECK(w.pool.size() == 0);
  CHECK(w.world.owner_row().renewed_height == w.world.height);
}

TEST_CASE("what the renewal takes over its tenth is not given to others once more") {
  const auto each = Pool::footprint(*PoolWorld{}.make(alice));
  const auto number_of_bytes = 5 * each + each / 2;
  for (const auto& limits : {PoolLimits{.transactions = 5}, PoolLimits{.bytes = number_of_bytes}}) {
    PoolWorld w{limits};
    REQUIRE(w.admit(World::sign(w.world.renewal())) == Refusal::none);
    for (std::uint64_t i = 0; i < 4; ++i) w.add(alice, {.ahead = i});
    CHECK(w.admit(w.make(bob)) == Refusal::pool_full);
    CHECK(w.admit(w.make(bob, {.priority = 1})) == Refusal::none);
    CHECK(w.pool.size() == 5);
    CHECK(w.pool.bytes() <= limits.bytes);
  }
}

TEST_CASE("what the node's own account sent makes no room for others") {
  PoolWorld w{{.transactions = 6}, address_of_number(owner)};
  const auto first = w.add(owner);
  const auto second = w.add(owner, {.ahead = 1});
  const auto stranded = w.add(owner, {.ahead = 3});
  const auto other = w.add(alice, {.priority = 1});
  w.add(bob, {.priority = 2});
  w.add(bob, {.ahead = 1, .priority = 2});
  w.add(bob, {.ahead = 2, .priority = 2});
  CHECK(w.pool.take_displaced() == std::vector{other->id});
  CHECK(w.admit(w.make(alice, {.priority = 2})) == Refusal::pool_full);
  for (const auto& own : {first, second, stranded}) CHECK(w.pool.pending(own->id) == own);
  CHECK(w.pool.next_nonce(address_of_number(owner), 0, w.world.state) == 2);
  // Half of the places are for others.
  CHECK(w.admit(w.make(owner, {.priority = 3, .lane = 1})) == Refusal::sender_queue_full);
}

TEST_CASE("the node's own account pays for a place like everyone else") {
  PoolWorld w{{.transactions = 4}, address_of_number(owner)};
  for (std::uint64_t ahead = 0; ahead < 4; ++ahead) w.add(bob, {.ahead = ahead, .priority = 2});
  CHECK(w.admit(w.make(owner, {.priority = 2})) == Refusal::pool_full);
  CHECK(w.admit(w.make(owner, {.priority = 3})) == Refusal::none);
}
