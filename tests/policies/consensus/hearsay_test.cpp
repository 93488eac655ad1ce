#include <algorithm>
#include <catch2/catch.hpp>

#include "policies/consensus/evidence.hpp"
#include "policies/consensus/heard_book.hpp"
#include "policies/limits.hpp"
#include "tests/policies/consensus/one_seat.hpp"

using namespace mnrt::policies;
using namespace mnrt::policies::testing;

namespace {

constexpr Round r0{0};
constexpr Round r1{1};

Heard heard(const ConsensusMessage& message) {
  return {signer_of(message), statement_of(message)};
}

ConsensusMessage prepare_at(std::size_t signer, std::uint64_t height, std::uint64_t number) {
  return by(signer, Prepare{Height{height}, r0, digest(number)});
}

std::optional<SignedStatement> add(HeardBook& book, const ConsensusMessage& message) {
  return book.add(signer_of(message), statement_of(message));
}

/// The block is final, with these seals.
void close(OneSeat& seat, const Digest& final, std::vector<std::size_t> sealed) {
  SealSet seals{r0, std::vector<bool>(seat.tip.validators.size()), {}};
  for (const auto i : sealed) seals.signers[i] = true;
  seals.signatures.resize(sealed.size());
  seat.step(NewTip{{h1, final, BlockTime{genesis_time.ms + 1}, testing::seat(0), seals,
                    set_of(seat.tip.validators.size())}});
}

TEST_CASE("a book keeps the first of two statements that no honest validator makes both") {
  HeardBook book;
  CHECK_FALSE(add(book, prepare_at(1, 1, 1)));
  CHECK_FALSE(add(book, prepare_at(1, 1, 1)));
  CHECK_FALSE(add(book, prepare_at(2, 1, 2)));
  CHECK(add(book, prepare_at(1, 1, 2)) == statement_of(prepare_at(1, 1, 1)));
  CHECK(book.against(testing::seat(2), statement_of(prepare_at(2, 1, 1)).body));
  CHECK_FALSE(book.against(testing::seat(3), statement_of(prepare_at(3, 1, 1)).body));
}

TEST_CASE("a book is bounded in heights and in what one validator says at a height") {
  HeardBook book;
  add(book, prepare_at(1, 1, 1));
  add(book, prepare_at(1, limits::heard_heights + 1, 1));
  CHECK_FALSE(book.against(testing::seat(1), statement_of(prepare_at(1, 1, 2)).body));
  CHECK_FALSE(add(book, prepare_at(1, 1, 2)));
  CHECK_FALSE(add(book, prepare_at(1, 1, 3)));
  for (std::uint32_t round = 0; round < 2 * limits::heard_statements_max; ++round)
    add(book, by(2, Prepare{Height{40}, Round{round}, digest(1)}));
  CHECK(book.disputed(Height{40}).empty());
  add(book, by(2, Prepare{Height{40}, r0, digest(2)}));
  add(book, by(2, Prepare{Height{40}, r0, digest(3)}));
  CHECK(book.disputed(Height{40}).size() == limits::heard_statements_max + 1);
}

TEST_CASE("who says much afterwards displaces nothing of the rounds that could count") {
  const auto contradicts = [](const HeardBook& book, Round round) {
    return book.against(testing::seat(1), statement_of(by(1, Commit{h1, round, digest(2)})).body).has_value();
  };
  HeardBook book;
  add(book, by(1, Commit{h1, r0, digest(1)}));
  add(book, by(1, Commit{h1, r1, digest(1)}));
  for (std::uint32_t i = 2; i < 4 * limits::heard_statements_max; ++i) {
    add(book, by(1, Commit{h1, r0, digest(i)}));
    add(book, by(1, Prepare{h1, Round{i}, digest(1)}));
    add(book, by(1, Prepare{h1, Round{1'000 - i}, digest(1)}));
  }
  CHECK(contradicts(book, r0));
  CHECK(contradicts(book, r1));
  // What was said of a round is kept for the newest rounds that this node came to.
  for (std::uint32_t i = 2; i < 2 * limits::heard_rounds; ++i) {
    book.reached(h1, Round{i});
    add(book, by(1, Commit{h1, Round{i}, digest(1)}));
    add(book, change(1, Round{i}));
  }
  for (std::uint32_t i = 0; i < limits::heard_rounds; ++i)
    CHECK(contradicts(book, Round{2 * limits::heard_rounds - 1 - i}));
}

TEST_CASE("who says much before displaces nothing of what it says last of each kind") {
  const auto fill = [](HeardBook& book) {
    for (std::uint32_t i = 1; i <= 2 * limits::heard_statements_max; ++i) {
      add(book, by(1, Prepare{h1, Round{i}, digest(1)}));
      add(book, change(1, Round{i}, certificate(r0, digest(1), {0, 1, 2})));
    }
  };
  const Round far{1'000};
  HeardBook book;
  fill(book);
  add(book, change(1, far));
  CHECK(book.against(testing::seat(1), statement_of(by(1, Commit{h1, r0, digest(1)})).body));
  CHECK(book.against(testing::seat(1),
                     statement_of(change(1, far, certificate(r1, digest(1), {0, 1, 2}))).body));
  // The same where this node came to all of those rounds, and a Commit is the oldest of what was said.
  HeardBook stalled;
  stalled.reached(h1, far);
  add(stalled, by(1, Commit{h1, r0, digest(1)}));
  fill(stalled);
  CHECK(stalled.against(testing::seat(1), statement_of(change(1, far)).body));
}

TEST_CASE("an equivocator doesn't hide by talking more, whether its other half comes by mail or by hearsay") {
  OneSeat one(4, 0);
  OneSeat other(4, 1);
  one.receive(by(3, Prepare{h1, r0, digest(1)}));
  other.receive(by(3, Prepare{h1, r0, digest(2)}));
  for (auto* seat : {&one, &other})
    for (std::uint32_t i = 1; i < 4 * limits::heard_statements_max; ++i) {
      seat->receive(by(3, Prepare{h1, Round{i}, digest(1)}));
      seat->receive(by(3, Commit{h1, Round{i}, digest(1)}));
    }
  for (auto* seat : {&one, &other}) close(*seat, digest(1), {0, 1, 2});
  const auto half = heard(by(3, Prepare{h1, r0, digest(2)}));
  REQUIRE(other.asked<TellHeard>().size() == 1);
  CHECK(std::ranges::count(other.asked<TellHeard>()[0].heard, half) == 1);
  one.step(Overheard{half});
  REQUIRE(one.fx.evidence.size() == 1);
  CHECK(one.fx.evidence[0].offender == testing::seat(3));
}

TEST_CASE("who talks of rounds that nobody came to doesn't crowd out what others are told") {
  OneSeat seat(25, 0);
  for (std::size_t liar = 1; liar <= 8; ++liar)
    for (std::uint32_t i = 1; i <= limits::heard_statements_max; ++i)
      seat.receive(by(liar, Prepare{h1, Round{i}, digest(2)}));
  seat.receive(by(24, Prepare{h1, r0, digest(2)}));
  close(seat, digest(1), {});
  REQUIRE(seat.asked<TellHeard>().size() == 1);
  CHECK(seat.asked<TellHeard>()[0].heard.size() == limits::hearsay_max);
  CHECK(std::ranges::count(seat.asked<TellHeard>()[0].heard, heard(by(24, Prepare{h1, r0, digest(2)}))) == 1);
}

TEST_CASE("where everybody spoke of the final block there is nothing to tell") {
  OneSeat seat(4, 0);
  for (const std::size_t i : {1, 2, 3}) seat.receive(by(i, Prepare{h1, r0, digest(1)}));
  close(seat, digest(1), {1, 2, 3});
  CHECK(seat.asked<TellHeard>().empty());
  CHECK(seat.step(Reconnected{testing::seat(2)}).ask.empty());
}

TEST_CASE(
    "what was said for another block is told when a block is final, again with the next ones, and to "
    "whoever comes back") {
  OneSeat seat(4, 0);
  seat.receive(by(1, Prepare{h1, r0, digest(1)}));
  seat.receive(by(3, Prepare{h1, r0, digest(2)}));
  close(seat, digest(1), {1, 2, 3});
  const auto stray = heard(by(3, Prepare{h1, r0, digest(2)}));
  CHECK(seat.asked<TellHeard>() == std::vector{TellHeard{std::nullopt, {stray}}});
  seat.step(Reconnected{testing::seat(2)});
  CHECK(seat.asked<TellHeard>() == std::vector{TellHeard{testing::seat(2), {stray}}});
  // Its own words are no news to it.
  CHECK(seat.step(Reconnected{testing::seat(3)}).ask.empty());
}

TEST_CASE("what comes after its block was final is told once, while the next height takes its time") {
  OneSeat seat(4, 0);
  const auto late = by(3, Prepare{h1, r0, digest(2)});
  const auto told_by_then = [&](std::int64_t ms) {
    seat.fire(Timer::Kind::resend, ms);
    REQUIRE(seat.deadline_ms(Timer::Kind::resend) == ms + 2'000);
    return seat.asked<TellHeard>();
  };
  seat.receive(by(3, Prepare{h1, r0, digest(1)}));
  close(seat, digest(1), {0, 1, 2});
  seat.fire(Timer::Kind::round, 7'000);
  seat.loop_back();
  CHECK(told_by_then(9'000).empty());
  seat.receive(by(2, Prepare{h1, r0, digest(1)}));
  CHECK(told_by_then(11'000).empty());
  seat.receive(late);
  CHECK(told_by_then(13'000) == std::vector{TellHeard{std::nullopt, {heard(late)}}});
  seat.receive(late);
  CHECK(told_by_then(15'000).empty());
}

TEST_CASE("who leaves a round tells what was said in it") {
  OneSeat seat(4, 0);
  seat.receive(by(3, Prepare{h1, r0, digest(2)}));
  seat.receive(change(1, r1));
  seat.receive(change(2, r1));
  REQUIRE(seat.asked<TellHeard>().size() == 1);
  CHECK(seat.asked<TellHeard>()[0].heard.size() == 3);
}

TEST_CASE("two halves that were told two things find out together, each height and offender once") {
  OneSeat one(4, 0);
  OneSeat other(4, 1);
  one.receive(by(3, Prepare{h1, r0, digest(1)}));
  other.receive(by(3, Prepare{h1, r0, digest(2)}));
  for (auto* seat : {&one, &other}) close(*seat, digest(1), {0, 1, 2});
  REQUIRE(other.asked<TellHeard>().size() == 1);
  const auto told = other.asked<TellHeard>()[0].heard;
  REQUIRE(told.size() == 1);
  REQUIRE(one.core.contradicted_by(told[0]));
  one.step(Overheard{told[0]});
  REQUIRE(one.fx.evidence.size() == 1);
  CHECK(one.fx.evidence[0].offender == testing::seat(3));
  CHECK(one.fx.evidence[0].first == ConsensusMessage{by(3, Prepare{h1, r0, digest(1)})});
  CHECK(one.fx.evidence[0].second == ConsensusMessage{by(3, Prepare{h1, r0, digest(2)})});
  CHECK_FALSE(one.core.contradicted_by(told[0]));
  CHECK(one.step(Overheard{told[0]}).evidence.empty());
}

TEST_CASE("what a refused message says is held against what its signer says later, but not from far ahead") {
  OneSeat seat(4, 0);
  const auto forged = change(3, r1);
  const auto overheard = [](const ConsensusMessage& message) {
    return Overheard{{signer_of(message), statement_of(message)}};
  };
  seat.step(overheard(forged));
  seat.step(overheard(by(3, Commit{Height{1'000'000}, r0, digest(1)})));
  CHECK(seat.fx.evidence.empty());
  seat.receive(by(3, Commit{h1, r0, digest(1)}));
  REQUIRE(seat.fx.evidence.size() == 1);
  CHECK(seat.fx.evidence[0].offender == testing::seat(3));
}

TEST_CASE("the seals of a final block are held against the votes that came here") {
  OneSeat seat(4, 0);
  seat.receive(by(3, Commit{h1, r0, digest(2)}));
  close(seat, digest(1), {1, 2, 3});
  REQUIRE(seat.fx.evidence.size() == 1);
  CHECK(seat.fx.evidence[0].offender == testing::seat(3));
}

TEST_CASE("hearsay that contradicts nothing, or is of a stranger, is no news") {
  OneSeat seat(4, 0);
  seat.receive(by(3, Prepare{h1, r0, digest(1)}));
  CHECK_FALSE(seat.core.contradicted_by(heard(by(3, Prepare{h1, r0, digest(1)}))));
  CHECK_FALSE(seat.core.contradicted_by(heard(by(2, Prepare{h1, r0, digest(2)}))));
  CHECK_FALSE(seat.core.contradicted_by(heard(by(9, Prepare{h1, r0, digest(2)}))));
}

}  // namespace
