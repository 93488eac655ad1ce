#include "policies/consensus/evidence.hpp"

#include <catch2/catch.hpp>

#include "tests/policies/consensus/values.hpp"

using namespace mnrt::policies;
using namespace mnrt::policies::testing;

namespace {

ConsensusMessage prepare(std::uint32_t round, std::uint64_t number) {
  return by(0, Prepare{h1, Round{round}, digest(number)});
}
ConsensusMessage commit(std::uint32_t round, std::uint64_t number) {
  return by(0, Commit{h1, Round{round}, digest(number)});
}
ConsensusMessage proposal(std::uint32_t round, std::uint64_t number) {
  return by(0, Proposal{h1, Round{round}, block_of(0, number), {}});
}
ConsensusMessage none(std::uint32_t to) {
  return change(0, Round{to});
}
ConsensusMessage claims(std::uint32_t to, std::uint32_t prepared, std::uint64_t number,
                        std::vector<std::size_t> prepares = {0, 1, 2}) {
  return change(0, Round{to}, certificate(Round{prepared}, digest(number), prepares));
}

bool both_ways(const ConsensusMessage& a, const ConsensusMessage& b) {
  CHECK(contradict(a, b) == contradict(b, a));
  return contradict(a, b);
}

}  // namespace

TEST_CASE("two digests for one step of one round are evidence, in two rounds or steps they aren't") {
  for (auto make : {prepare, commit, proposal}) {
    CHECK(both_ways(make(0, 1), make(0, 2)));
    CHECK_FALSE(both_ways(make(0, 1), make(0, 1)));
    CHECK_FALSE(both_ways(make(0, 1), make(1, 2)));
  }
  CHECK_FALSE(both_ways(prepare(0, 1), commit(0, 2)));
  CHECK_FALSE(both_ways(proposal(0, 1), prepare(0, 2)));
}

TEST_CASE("two claims for one round are evidence, another selection of prepares isn't") {
  CHECK(both_ways(none(2), claims(2, 0, 1)));
  CHECK(both_ways(claims(2, 1, 1), claims(2, 0, 1)));
  CHECK(both_ways(claims(2, 0, 1), claims(2, 0, 2)));
  CHECK_FALSE(both_ways(claims(2, 0, 1, {0, 1, 2}), claims(2, 0, 1, {1, 2, 3})));
  CHECK_FALSE(both_ways(none(2), claims(3, 0, 1)));
}

TEST_CASE("a round change that hides a commit is evidence") {
  CHECK(both_ways(commit(1, 1), none(2)));
  CHECK(both_ways(commit(1, 1), claims(2, 0, 1)));
  CHECK(both_ways(commit(1, 1), claims(2, 1, 2)));
  CHECK_FALSE(both_ways(commit(1, 1), claims(2, 1, 1)));
  CHECK_FALSE(both_ways(commit(1, 1), none(1)));
  CHECK_FALSE(both_ways(commit(1, 1), claims(4, 3, 2)));
}

TEST_CASE("two validators, or two heights, never contradict") {
  CHECK_FALSE(both_ways(by(0, Prepare{h1, Round{0}, digest(1)}), by(1, Prepare{h1, Round{0}, digest(2)})));
  CHECK_FALSE(
      both_ways(by(0, Prepare{h1, Round{0}, digest(1)}), by(0, Prepare{Height{2}, Round{0}, digest(2)})));
  CHECK_FALSE(both_ways(by(0, Commit{h1, Round{0}, digest(1)}), by(0, RoundChange{Height{2}, Round{1}, {}})));
}
