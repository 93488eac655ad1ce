#include "policies/consensus/sign_guard.hpp"

#include <sys/wait.h>
#include <unistd.h>
#include <catch2/catch.hpp>
#include <csignal>
#include <functional>

#include "tests/policies/consensus/values.hpp"

using namespace mnrt::policies;
using namespace mnrt::policies::testing;

namespace {

Prepare prepare(std::uint64_t height, std::uint32_t round, std::uint64_t number) {
  return {Height{height}, Round{round}, digest(number)};
}

/// Whether `act` ends the process by the safety check, tried in a child.
bool aborts(const std::function<void()>& act) {
  auto child = fork();
  if (child == 0) {
    std::signal(SIGABRT, SIG_DFL);
    ::close(STDERR_FILENO);
    act();
    ::_exit(0);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  return WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT;
}

}  // namespace

TEST_CASE("a second digest is refused at the stored place, and everything below it") {
  for (std::uint64_t height = 4; height <= 6; ++height)
    for (std::uint32_t round = 1; round <= 3; ++round)
      for (std::uint64_t number = 1; number <= 2; ++number) {
        SignGuard guard{SignState{}};
        guard.record(prepare(5, 2, 1));
        bool above = height > 5 || (height == 5 && round > 2);
        bool again = height == 5 && round == 2 && number == 1;
        CHECK(guard.allows(prepare(height, round, number)) == (above || again));
      }
}

TEST_CASE("proposals, prepares and commits of one round may name different digests, each only one") {
  SignGuard guard{SignState{}};
  guard.record(Proposal{h1, Round{0}, block_of(0, 1), {}});
  guard.record(prepare(1, 0, 2));
  guard.record(h1, certificate(Round{0}, digest(3), {0, 1, 2}), block_of(0, 3));
  CHECK_FALSE(guard.allows(Proposal{h1, Round{0}, block_of(0, 2), {}}));
  CHECK_FALSE(guard.allows(prepare(1, 0, 1)));
  CHECK_FALSE(guard.allows(h1, certificate(Round{0}, digest(1), {0, 1, 2})));
  CHECK_FALSE(guard.allows(Proposal{h1, Round{0}, nullptr, {}}));
}

TEST_CASE("a round change ends signing in every round below it") {
  SignGuard guard{SignState{}};
  guard.record(RoundChange{h1, Round{1}, {}});
  CHECK_FALSE(guard.allows(prepare(1, 0, 1)));
  CHECK_FALSE(guard.allows(h1, certificate(Round{0}, digest(1), {0, 1, 2})));
  CHECK(guard.allows(prepare(1, 1, 1)));
}

TEST_CASE("a round change must claim the certificate held, and may be repeated only byte for byte") {
  SignGuard guard{SignState{}};
  auto held = certificate(Round{0}, digest(1), {0, 1, 2});
  guard.record(h1, held, block_of(0, 1));
  CHECK_FALSE(guard.allows(RoundChange{h1, Round{1}, {}}));
  CHECK_FALSE(guard.allows(RoundChange{h1, Round{1}, certificate(Round{0}, digest(1), {1, 2, 3})}));
  RoundChange honest{h1, Round{1}, held};
  REQUIRE(guard.allows(honest));
  guard.record(honest);
  guard.record(prepare(1, 3, 1));
  CHECK(guard.allows(honest));
  CHECK_FALSE(guard.allows(RoundChange{h1, Round{1}, certificate(Round{0}, digest(1), {1, 2, 3})}));
  CHECK_FALSE(guard.allows(RoundChange{h1, Round{2}, held}));
  CHECK_FALSE(guard.allows(RoundChange{h1, Round{3}, held}));
  CHECK(guard.allows(RoundChange{h1, Round{4}, held}));
}

TEST_CASE("certificate and block outlive the rounds of their height, and not the height") {
  SignGuard guard{SignState{}};
  auto held = certificate(Round{0}, digest(1), {0, 1, 2});
  guard.record(h1, held, block_of(0, 1));
  guard.record(RoundChange{h1, Round{1}, held});
  guard.record(prepare(1, 2, 7));
  CHECK(guard.certificate_of(h1) == held);
  CHECK(guard.state().prepared_block->digest == digest(1));
  CHECK_FALSE(guard.certificate_of(Height{2}));
  guard.record(prepare(2, 0, 7));
  CHECK_FALSE(guard.state().prepared_block);
  CHECK_FALSE(guard.state().last_round_change);
}

TEST_CASE("the guard says when its state must be synced, and repeating needs no sync") {
  SignGuard guard{SignState{}};
  CHECK_FALSE(guard.take_changed());
  guard.record(prepare(1, 0, 1));
  CHECK(guard.take_changed());
  guard.record(prepare(1, 0, 1));
  CHECK_FALSE(guard.take_changed());
}

TEST_CASE("recording what isn't allowed ends the process") {
  auto prepared = [] {
    SignGuard guard{SignState{}};
    guard.record(prepare(5, 2, 1));
    return guard;
  };
  CHECK_FALSE(aborts([&] { prepared().record(prepare(5, 2, 1)); }));
  CHECK(aborts([&] { prepared().record(prepare(5, 2, 2)); }));
  CHECK(aborts([&] { prepared().record(prepare(5, 1, 1)); }));
  CHECK(aborts([&] { prepared().record(prepare(4, 9, 1)); }));
  CHECK(aborts([&] { prepared().record(RoundChange{Height{5}, Round{2}, {}}); }));
  CHECK(aborts([&] { prepared().record(Proposal{Height{5}, Round{1}, block_of(0, 1), {}}); }));
  CHECK(aborts(
      [&] { prepared().record(Height{5}, certificate(Round{1}, digest(1), {0, 1, 2}), block_of(0, 1)); }));
  CHECK(aborts(
      [&] { prepared().record(Height{5}, certificate(Round{2}, digest(1), {0, 1, 2}), block_of(0, 2)); }));
}

TEST_CASE("a synced state covers exactly what was recorded in it") {
  SignGuard guard{SignState{}};
  auto held = certificate(Round{1}, digest(1), {0, 1, 2});
  RoundChange change{h1, Round{1}, {}};
  Proposal proposal{h1, Round{1}, block_of(0, 1), {}};
  CHECK_FALSE(covers(guard.state(), change));
  guard.record(change);
  CHECK(covers(guard.state(), change));
  CHECK_FALSE(covers(guard.state(), proposal));
  guard.record(proposal);
  CHECK(covers(guard.state(), proposal));
  CHECK_FALSE(covers(guard.state(), Proposal{h1, Round{1}, block_of(0, 2), {}}));
  CHECK_FALSE(covers(guard.state(), prepare(1, 1, 1)));
  guard.record(prepare(1, 1, 1));
  CHECK(covers(guard.state(), prepare(1, 1, 1)));
  CHECK_FALSE(covers(guard.state(), prepare(1, 0, 1)));
  CHECK_FALSE(covers(guard.state(), prepare(2, 1, 1)));
  CHECK_FALSE(covers(guard.state(), Commit{h1, Round{1}, digest(1)}));
  auto commit = guard.record(h1, held, block_of(0, 1));
  CHECK(covers(guard.state(), commit));
  auto without_certificate = guard.state();
  without_certificate.certificate.reset();
  CHECK_FALSE(covers(without_certificate, commit));
}
