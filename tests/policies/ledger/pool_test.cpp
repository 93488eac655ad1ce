#include <algorithm>
#include <catch2/catch.hpp>

#include "policies/ledger/fees.hpp"
#include "tests/policies/ledger/pool_world.hpp"

using namespace mnrt::tests;

TEST_CASE("the pool offers the highest priority first, then the earliest") {
  PoolWorld w;
  const auto first = w.add(alice, {.priority = 5});
  const auto second = w.add(bob, {.priority = 9});
  const auto third = w.add(owner, {.priority = 5});
  CHECK(w.choose() == TransactionList{second, first, third});
}

TEST_CASE("a sender's transactions stay in the order of their nonces, whatever they pay") {
  PoolWorld w;
  const auto cheap = w.add(alice, {.ahead = 0, .priority = 1});
  const auto dear = w.add(alice, {.ahead = 1, .priority = 100});
  const auto middle = w.add(bob, {.priority = 50});
  CHECK(w.choose() == TransactionList{middle, cheap, dear});
}

TEST_CASE("what comes before its turn waits for the gap to be filled") {
  PoolWorld w;
  const auto later = w.add(alice, {.ahead = 1});
  CHECK(w.choose().empty());
  CHECK_FALSE(w.pool.waiting_since());
  CHECK(w.pool.next_nonce(address_of_number(alice), 0, w.world.state) == 0);
  const auto earlier = w.add(alice);
  CHECK(w.choose() == TransactionList{earlier, later});
  CHECK(w.pool.next_nonce(address_of_number(alice), 0, w.world.state) == 2);
  CHECK(w.pool.waiting_since() == Instant{2});
}

TEST_CASE("lanes of one account don't wait for each other") {
  PoolWorld w;
  w.add(alice, {.ahead = 1});
  const auto other = w.add(alice, {.lane = 3});
  CHECK(w.choose() == TransactionList{other});
  CHECK(w.pool.next_nonce(address_of_number(alice), 3, w.world.state) == 1);
}

TEST_CASE("the pool names why it refuses") {
  PoolWorld w{{.per_sender = 3}};
  const auto known = w.add(alice, {.priority = 100});
  CHECK(w.admit(known) == Refusal::already_known);
  CHECK(w.admit(w.make(alice, {.ahead = 65})) == Refusal::nonce_too_far_ahead);
  CHECK(w.admit(w.make(carol)) == Refusal::fee_balance_too_low);
  auto limit = w.world.draft(bob, Transfer{address_of_number(owner), Token::gen, {1}});
  limit.body.fee_limit = {4'499};
  CHECK(w.admit(World::sign(limit)) == Refusal::fee_limit_too_low);
  limit.body.fee_limit = {4'500};
  CHECK(w.admit(World::sign(limit)) == Refusal::none);
  CHECK(w.admit(w.make(alice, {.priority = 109})) == Refusal::replacement_underpriced);
  w.add(alice, {.ahead = 1});
  w.add(alice, {.ahead = 2});
  CHECK(w.admit(w.make(alice, {.ahead = 3})) == Refusal::sender_queue_full);
  CHECK(w.pool.size() == 4);
}

TEST_CASE("a notarisation of no document is refused before it waits for a block") {
  PoolWorld w;
  auto draft = w.world.draft(alice, Notarise{digest_of_number(1), {}});
  draft.body.operations.push_back(Notarise{});
  CHECK(w.admit(World::sign(draft)) == Refusal::document_is_empty);
  draft.body.operations.pop_back();
  CHECK(w.admit(World::sign(draft)) == Refusal::none);
}

TEST_CASE("a renewal from an account that isn't there is refused before it waits for a block") {
  PoolWorld w;
  auto draft = w.world.renewal();
  // Whoever has the lease key finds as many such addresses as it likes.
  KeyPolicy either{.threshold = 1, .keys = {key_of(lease), key_of(lease + 100)}};
  std::ranges::sort(either.keys);
  draft.body.sender = address_of(either);
  draft.body.opening_policy = either;
  draft.body.nonce = 0;
  CHECK(w.admit(World::sign(draft)) == Refusal::fee_balance_too_low);
  CHECK(w.world.invalid(draft, 20'000) == Refusal::fee_balance_too_low);
  CHECK(w.admit(World::sign(w.world.renewal())) == Refusal::none);
}

TEST_CASE("fee limits of all that waits must be covered together") {
  PoolWorld w;
  auto half = w.world.draft(alice, Transfer{address_of_number(owner), Token::gen, {1}});
  half.body.fee_limit = tokens(600);
  REQUIRE(w.admit(World::sign(half)) == Refusal::none);
  half.body.nonce += 1;
  CHECK(w.admit(World::sign(half)) == Refusal::fee_balance_too_low);
  half.body.lane = 1;
  half.body.nonce = 0;
  CHECK(w.admit(World::sign(half)) == Refusal::fee_balance_too_low);
  half.body.lane = 0;
  half.body.priority = {1};
  CHECK(w.admit(World::sign(half)) == Refusal::none);  // in its stead, not on top
}

TEST_CASE("a replacement pays at least a tenth more, and takes the place") {
  PoolWorld w;
  const auto old = w.add(alice, {.priority = 101});
  CHECK(w.admit(w.make(alice, {.priority = 111})) == Refusal::replacement_underpriced);
  const auto better = w.add(alice, {.priority = 112});
  CHECK(w.choose() == TransactionList{better});
  CHECK(w.pool.size() == 1);
  CHECK_FALSE(w.pool.pending(old->id));
  CHECK(w.pool.take_displaced() == std::vector{old->id});
  CHECK(w.pool.take_displaced().empty());
  const auto free = w.add(bob);
  CHECK(w.admit(w.make(bob)) == Refusal::replacement_underpriced);
  CHECK(w.admit(w.make(bob, {.priority = 1})) == Refusal::none);
}

TEST_CASE("who spends elsewhere what the waiting ones may cost loses the last of them") {
  PoolWorld w;
  const auto balance = w.world.balance(alice).units;
  auto draft = w.world.draft(alice, Transfer{address_of_number(owner), Token::gen, {1}}, 0);
  draft.body.fee_limit = Amount{balance / 4};
  std::vector<Shared> waiting;
  for (int i = 0; i < 3; ++i, ++draft.body.nonce) {
    waiting.push_back(World::sign(draft));
    REQUIRE(w.admit(waiting.back()) == Refusal::none);
  }
  // By another lane a bit more than half goes: two are no longer covered, one still is.
  auto spend =
      w.world.draft(alice, Transfer{address_of_number(owner), Token::flx, Amount{balance * 11 / 20}}, 0);
  spend.body.lane = 1;
  spend.body.nonce = 0;
  const TransactionList block{World::sign(spend)};
  const auto context = w.world.next();
  const auto execution = execute(context, block, w.world.state);
  REQUIRE(execution.outcomes.front().refusal == Refusal::none);
  w.world.state.apply(execution.changes);
  w.world.height = context.height;
  w.pool.committed(block);
  w.pool.drop_uncovered(block, w.world.state);
  CHECK(w.pool.size() == 1);
  CHECK(w.pool.pending(waiting.front()->id));
  CHECK(w.pool.take_displaced() == std::vector{waiting[2]->id, waiting[1]->id});
}

TEST_CASE("a final block's transactions leave, and so do others of their nonces") {
  PoolWorld w;
  const auto rival = w.add(alice);
  const auto next = w.add(alice, {.ahead = 1});
  const TransactionList elsewhere{w.make(alice, {.priority = 7})};
  const auto context = w.world.next();
  w.world.state.apply(execute(context, elsewhere, w.world.state).changes);
  w.world.height = context.height;
  w.pool.committed(elsewhere);
  CHECK(w.pool.size() == 1);
  CHECK(w.pool.take_displaced() == std::vector{rival->id});
  CHECK(w.choose() == TransactionList{next});
  w.commit();
  CHECK(w.pool.take_displaced().empty());
  CHECK(w.pool.size() == 0);
  CHECK(w.pool.bytes() == 0);
  CHECK_FALSE(w.pool.waiting_since());
}

TEST_CASE("a block's reserved tenth stays free of ordinary transactions") {
  PoolWorld w;
  for (std::uint64_t i = 0; i < 30; ++i) w.add(alice, {.ahead = i});
  CHECK(w.choose(20).size() == 18);
  CHECK(w.choose(1'000, 2'000).size() == 9);
  CHECK(w.choose(0).empty());
}

TEST_CASE("what is too large for the rest of a block lets smaller ones pass") {
  PoolWorld w;
  auto big = w.world.draft(alice, Transfer{address_of_number(owner), Token::gen, {1}});
  big.frame_bytes = 5'000;
  big.body.priority = {9};
  REQUIRE(w.admit(World::sign(big)) == Refusal::none);
  w.add(alice, {.ahead = 1});
  const auto small = w.add(bob);
  CHECK(w.choose(1'000, 4'000) == TransactionList{small});
}

TEST_CASE("what has waited for two seconds, and a block could hold, is overdue") {
  PoolWorld w;
  const auto behind_a_gap = w.add(alice, {.ahead = 1});
  CHECK(w.pool.overdue({1}, {10'000'000'000}).empty());
  const auto waits = w.add(bob);
  CHECK(w.pool.overdue({1}, after_ms(*w.pool.waiting_since(), 1'999)).empty());
  const auto frames = w.pool.overdue({1}, after_ms(*w.pool.waiting_since(), 2'000));
  REQUIRE(frames.size() == 1);
  CHECK(frames.front() == waits->frame);
  CHECK(w.pool.size() == 2);
}

TEST_CASE("the sweep takes what no block may hold any more") {
  PoolWorld w;
  auto soon = w.world.draft(alice, Transfer{address_of_number(owner), Token::gen, {1}});
  soon.body.expiry = {3};
  const auto expiring = World::sign(soon);
  REQUIRE(w.admit(expiring) == Refusal::none);
  const auto later = w.add(alice, {.ahead = 1});
  CHECK(w.pool.sweep({3}).empty());
  CHECK(w.pool.choose({.bytes = 1'000'000, .transactions = 100, .height = {4}}).empty());
  CHECK(w.pool.sweep({4}) == std::vector{expiring->id});
  CHECK(w.pool.size() == 1);
  CHECK(w.pool.pending(later->id) == later);
  CHECK_FALSE(w.pool.waiting_since());
}

TEST_CASE("a removed transaction leaves a gap that another may fill") {
  PoolWorld w;
  const auto first = w.add(alice);
  const auto second = w.add(alice, {.ahead = 1});
  w.pool.remove(first->id);
  w.pool.remove(first->id);
  CHECK(w.choose().empty());
  const auto other = w.add(alice);
  CHECK(w.choose() == TransactionList{other, second});
}

TEST_CASE("whatever is admitted, the pool keeps its bounds and offers what a block takes") {
  // A small deterministic generator: the property needs volume, not shrinking.
  std::uint64_t seed = 1;
  const auto draw = [&seed](std::uint64_t bound) {
    seed = seed * 6'364'136'223'846'793'005 + 1'442'695'040'888'963'407;
    return (seed >> 33) % bound;
  };
  PoolWorld w{{.transactions = 40, .per_sender = 16}};
  const std::array senders{alice, bob, owner};
  std::size_t taken = 0;
  for (int round = 0; round < 3'000; ++round) {
    const auto ready = w.choose();
    const auto sender = senders[draw(senders.size())];
    const auto lane = static_cast<std::uint32_t>(draw(3));
    auto draft =
        w.world.draft(sender, Transfer{address_of_number(bob == sender ? alice : bob), Token::gen, {1}});
    draft.body.lane = lane;
    draft.body.nonce = nonce_of(w.world.state, draft.body.sender, lane) + draw(6);
    draft.body.priority = {draw(50)};
    draft.body.expiry = w.world.height + 1 + draw(5);
    const auto transaction = World::sign(draft);
    if (w.admit(transaction) == Refusal::none) {
      ++taken;
      REQUIRE(w.pool.pending(transaction->id) == transaction);
    }
    // None of what a block could hold makes room while anything waits behind a gap.
    const auto gone = w.pool.take_displaced();
    const bool lost_a_ready_one = std::ranges::any_of(ready, [&](const auto& one) {
      const auto& body = one->body;
      const bool replaced =
          body.sender == draft.body.sender && body.lane == lane && body.nonce == draft.body.nonce;
      return !replaced && std::ranges::find(gone, one->id) != gone.end();
    });
    if (lost_a_ready_one) REQUIRE(w.pool.choose({1'000'000, 1'000, {}}).size() == w.pool.size());
    REQUIRE(w.pool.size() <= 36);
    const auto chosen = w.choose();
    REQUIRE(w.pool.waiting_since().has_value() == (w.pool.choose({1'000'000, 1'000, {}}).size() > 0));
    if (draw(8) == 0) w.pool.sweep(after(w.world.height));
    if (draw(10) == 0) {
      const auto assembly = assemble(w.world.next(), w.choose(), w.world.state);
      REQUIRE(assembly.dropped.empty());
      w.commit();
    }
    if (draw(20) == 0 && !chosen.empty()) w.pool.remove(chosen[draw(chosen.size())]->id);
  }
  CHECK(taken > 500);
  w.pool.sweep({~std::uint64_t{0}});
  CHECK(w.pool.size() == 0);
  CHECK(w.pool.bytes() == 0);
  CHECK_FALSE(w.pool.waiting_since());
}
