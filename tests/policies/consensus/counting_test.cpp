#include <catch2/catch.hpp>
#include <map>
#include <set>

#include "policies/consensus/leader.hpp"
#include "policies/consensus/seals.hpp"
#include "policies/consensus/vote_box.hpp"
#include "tests/policies/consensus/values.hpp"

using namespace mnrt::policies;
using namespace mnrt::policies::testing;

TEST_CASE("quorum sizes are those of the protocol's table") {
  const std::map<std::size_t, std::size_t> table{{1, 1}, {2, 2},  {3, 2},   {4, 3},  {5, 4},
                                                 {7, 5}, {10, 7}, {15, 10}, {20, 14}};
  for (auto [n, q] : table) CHECK(quorum(n) == q);
}

TEST_CASE("two quorums share an honest validator, and the honest ones alone are a quorum") {
  for (std::size_t n = 1; n <= 100; ++n) {
    auto f = faulty_max(n);
    CHECK(2 * quorum(n) - n >= f + 1);
    CHECK(n - f >= quorum(n));
    CHECK(3 * f + 1 <= n);
    CHECK(3 * (f + 1) + 1 > n);
  }
}

TEST_CASE("exactly the subsets of quorum size decide, for every subset of up to seven validators") {
  const std::map<std::size_t, std::size_t> needed{{1, 1}, {2, 2}, {3, 2}, {4, 3}, {5, 4}, {6, 4}, {7, 5}};
  for (auto [n, q] : needed) {
    for (std::size_t subset = 0; subset < (1u << n); ++subset) {
      VoteBox<Commit> box;
      std::size_t signers = 0;
      for (std::size_t i = 0; i < n; ++i) {
        if (!(subset >> i & 1)) continue;
        ++signers;
        // Each says it twice: signers count, not signatures.
        for (int twice = 0; twice < 2; ++twice) CHECK(box.add(by(i, Commit{h1, Round{0}, digest(1)})));
      }
      REQUIRE(box.quorum(quorum(n)).has_value() == (signers >= q));
    }
  }
}

TEST_CASE("votes of two rounds, or for two digests, don't add up") {
  VoteBox<Commit> box;
  box.add(by(0, Commit{h1, Round{0}, digest(1)}));
  box.add(by(1, Commit{h1, Round{0}, digest(1)}));
  box.add(by(2, Commit{h1, Round{1}, digest(1)}));
  box.add(by(3, Commit{h1, Round{0}, digest(2)}));
  CHECK_FALSE(box.quorum(3));
  box.add(by(2, Commit{h1, Round{0}, digest(1)}));
  CHECK(box.quorum(3) == VoteBox<Commit>::Place{Round{0}, digest(1)});
}

TEST_CASE("a second, different vote is told and not kept") {
  VoteBox<Prepare> box;
  auto first = by(0, Prepare{h1, Round{0}, digest(1)});
  CHECK(box.add(first));
  CHECK(box.add(first));
  CHECK_FALSE(box.add(by(0, Prepare{h1, Round{0}, digest(2)})));
  CHECK(box.of({Round{0}, digest(1)}).size() == 1);
  CHECK(box.of({Round{0}, digest(2)}).empty());
}

TEST_CASE("a signer that floods a vote box pushes out its own votes alone") {
  VoteBox<Prepare> box;
  box.add(by(1, Prepare{h1, Round{0}, digest(1)}));
  for (std::uint32_t round = 0; round < 1'000; ++round) box.add(by(0, Prepare{h1, Round{round}, digest(1)}));
  std::size_t kept = 0;
  for (std::uint32_t round = 1; round < 1'000; ++round) kept += box.of({Round{round}, digest(1)}).size();
  CHECK(kept == vote_rounds_kept);
  CHECK(box.of({Round{0}, digest(1)}).size() == 1);
}

TEST_CASE(
    "leaders rotate by address after the parent's proposer, for every proposer and up to seven validators") {
  for (std::size_t n = 1; n <= 7; ++n) {
    auto set = set_of(n);
    for (std::size_t proposer = 0; proposer < n; ++proposer)
      for (std::uint32_t round = 0; round < 3 * n; ++round)
        CHECK(leader_of(set, Height{5}, seat(proposer), Round{round}) == seat((proposer + 1 + round) % n));
    for (std::uint32_t round = 0; round < 3 * n; ++round)
      CHECK(leader_of(set, Height{0}, seat(3), Round{round}) == seat(round % n));
  }
}

TEST_CASE("the leader is the same whether or not the parent's proposer still has a seat") {
  for (std::size_t n = 2; n <= 7; ++n)
    for (std::size_t gone = 0; gone < n; ++gone) {
      auto with = set_of(n);
      auto without = with;
      without.erase(without.begin() + static_cast<std::ptrdiff_t>(gone));
      CHECK(leader_of(with, Height{5}, seat(gone), Round{0}) ==
            leader_of(without, Height{5}, seat(gone), Round{0}));
    }
}

TEST_CASE("a jump goes to the (f + 1)-th highest round, for every choice of rounds of four validators") {
  constexpr std::uint32_t rounds = 5;
  for (std::uint32_t code = 0; code < rounds * rounds * rounds; ++code) {
    const std::vector<std::uint32_t> theirs{code % rounds, code / rounds % rounds, code / rounds / rounds};
    for (std::uint32_t mine = 0; mine < rounds; ++mine) {
      RoundChangeBox box;
      for (std::size_t i = 0; i < theirs.size(); ++i)
        if (theirs[i] > 0) box.add(change(i, Round{theirs[i]}));
      // The same said otherwise: the highest round that at least two of the others reached, if it is above
      // mine.
      std::optional<Round> expected;
      for (std::uint32_t round = mine + 1; round < rounds; ++round)
        if (std::ranges::count_if(theirs, [&](auto r) { return r >= round; }) >= 2) expected = Round{round};
      REQUIRE(box.jump(Round{mine}, 1) == expected);
    }
  }
}

TEST_CASE("a signer's later round change replaces its earlier one, and never the other way") {
  RoundChangeBox box;
  box.add(change(0, Round{3}));
  CHECK(box.add(change(0, Round{2})));
  CHECK(box.of(Round{3}).size() == 1);
  CHECK(box.of(Round{2}).empty());
  auto other = change(0, Round{3}, certificate(Round{1}, digest(1), {0, 1, 2}));
  CHECK_FALSE(box.add(other));
  CHECK(box.of(Round{3}) == std::vector{change(0, Round{3})});
}

TEST_CASE("seals stand in the order of the seats whatever order they came in") {
  auto set = set_of(4);
  auto seal = [](std::size_t signer) {
    auto commit = by(signer, Commit{h1, Round{2}, digest(1)});
    commit.signature.bytes[0] = static_cast<std::uint8_t>(signer + 1);
    return commit;
  };
  auto seals = seals_from({seal(3), seal(0)}, Round{2}, set);
  CHECK_FALSE(is_seal_quorum(seals, 4));
  CHECK(add_seal(seals, seal(1), set));
  CHECK_FALSE(add_seal(seals, seal(1), set));
  CHECK_FALSE(add_seal(seals, by(2, Commit{h1, Round{1}, digest(1)}), set));
  CHECK_FALSE(add_seal(seals, by(7, Commit{h1, Round{2}, digest(1)}), set));
  CHECK(is_seal_quorum(seals, 4));
  CHECK(seals.signers == std::vector<bool>{true, true, false, true});
  REQUIRE(seals.signatures.size() == 3);
  CHECK(seals.signatures[0].bytes[0] == 1);
  CHECK(seals.signatures[1].bytes[0] == 2);
  CHECK(seals.signatures[2].bytes[0] == 4);
}
