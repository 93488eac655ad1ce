#include "policies/consensus/vote_gate.hpp"

#include <catch2/catch.hpp>

#include "policies/limits.hpp"

#include <algorithm>

#include "tests/policies/consensus/values.hpp"

using namespace mnrt::policies;
using namespace mnrt::policies::testing;

namespace {

const auto block = digest(1);
const auto other_block = digest(2);

/// The gate of the first seat of so many, before height 1 or a later one.
struct Gate {
  ValidatorSet set;
  VoteGate gate;

  explicit Gate(std::size_t n, std::optional<Address> self = seat(0)) : set(set_of(n)), gate(self) {
    gate.open(h1, set);
  }

  std::vector<Address> signers(const VoteGate::Check& check) const {
    std::vector<Address> found;
    for (const auto& mail : check) found.push_back(mail.from);
    return found;
  }
  template <class Body>
  std::vector<Address> arrives(std::size_t signer, const Body& body) {
    return signers(gate.arrived(by(signer, body), {body.height, seat(signer), nullptr}));
  }
  std::vector<Address> prepare(std::size_t signer, const Digest& of = block, Round round = {0}) {
    return arrives(signer, Prepare{h1, round, of});
  }
  std::vector<Address> commit(std::size_t signer, const Digest& of = block, Round round = {0}) {
    return arrives(signer, Commit{h1, round, of});
  }
  template <class Body>
  std::vector<Address> hears(std::size_t signer, const Body& body) {
    return signers(gate.heard(by(signer, body)));
  }
};

using Seats = std::vector<Address>;

}  // namespace

TEST_CASE("of each step one vote less than a quorum is checked, and the rest is held") {
  for (std::size_t n = 1; n <= 10; ++n) {
    Gate gate{n};
    std::size_t checked = 0;
    for (std::size_t signer = 1; signer < n; ++signer)
      checked += gate.prepare(signer).size() + gate.commit(signer).size();
    CHECK(checked == 2 * (std::min(quorum(n), n) - 1));
  }
}

TEST_CASE("without a seat a quorum of Commits is checked, and no Prepare") {
  Gate gate{4, std::nullopt};
  std::size_t prepares = 0;
  std::size_t commits = 0;
  for (std::size_t signer = 0; signer < 4; ++signer) {
    prepares += gate.prepare(signer).size();
    commits += gate.commit(signer).size();
  }
  CHECK(prepares == 0);
  CHECK(commits == quorum(4));
}

TEST_CASE("a late vote that contradicts one is checked with it, and so is everything after") {
  for (const bool held_first : {true, false}) {
    Gate gate{4};
    gate.commit(1);
    gate.commit(2);
    CHECK(gate.commit(3).empty());
    const std::size_t liar = held_first ? 3 : 1;
    CHECK(gate.commit(liar, other_block) == Seats{seat(3), seat(liar)});
    CHECK(gate.prepare(1) == Seats{seat(1)});
    CHECK(gate.prepare(2) == Seats{seat(2)});
    CHECK(gate.prepare(3) == Seats{seat(3)});
  }
}

TEST_CASE("whatever isn't one block in round 0 has all that is held checked") {
  const auto held_then = [](auto&& happens) {
    Gate gate{4};
    for (std::size_t signer = 1; signer <= 3; ++signer) gate.prepare(signer);
    for (std::size_t signer = 1; signer <= 3; ++signer) gate.commit(signer);
    return happens(gate);
  };
  const Seats held{seat(3), seat(3)};  // its Prepare, its Commit
  const auto with = [&](std::size_t signer) {
    auto all = held;
    all.push_back(seat(signer));
    return all;
  };
  CHECK(held_then([](Gate& gate) { return gate.commit(2, block, Round{1}); }) == with(2));
  CHECK(held_then([](Gate& gate) { return gate.prepare(2, other_block); }) == with(2));
  CHECK(held_then([](Gate& gate) { return gate.prepare(2); }) == with(2));  // said again
  CHECK(held_then([](Gate& gate) { return gate.commit(3); }) == with(3));
  CHECK(held_then([](Gate& gate) { return gate.hears(2, RoundChange{h1, Round{1}, {}}); }) == held);
  CHECK(held_then([](Gate& gate) { return gate.hears(0, RoundChange{h1, Round{1}, {}}); }) == held);
  CHECK(held_then([](Gate& gate) { return gate.hears(1, Proposal{h1, Round{0}, block_of(1, 2), {}}); }) ==
        held);
  CHECK(held_then([](Gate& gate) {
          return gate.hears(1, Proposal{h1, Round{0}, block_of(1, 1), {}});
        }).empty());
  CHECK(held_then([](Gate& gate) { return gate.hears(0, Commit{h1, Round{0}, other_block}); }) == held);
  CHECK(held_then([](Gate& gate) { return gate.signers(gate.gate.failed(h1)); }) == held);
}

TEST_CASE("my own vote said again means that the height is open for too long") {
  Gate gate{4};
  for (std::size_t signer = 1; signer <= 3; ++signer) gate.commit(signer);
  CHECK(gate.hears(0, Commit{h1, Round{0}, block}).empty());
  CHECK(gate.hears(0, Commit{h1, Round{0}, block}) == Seats{seat(3)});
}

TEST_CASE("Commits wait for mine, and no longer than they are told to") {
  Gate gate{4};
  gate.commit(1);
  gate.commit(2);
  CHECK_FALSE(gate.gate.waits_for_mine(h1));
  gate.commit(3);
  CHECK(gate.gate.waits_for_mine(h1));
  CHECK_FALSE(gate.gate.waits_for_mine(h1));
  CHECK(gate.signers(gate.gate.waited(h1)) == Seats{seat(3)});

  Gate in_time{4};
  for (std::size_t signer = 1; signer <= 3; ++signer) in_time.commit(signer);
  in_time.hears(0, Commit{h1, Round{0}, block});
  CHECK_FALSE(in_time.gate.waits_for_mine(h1));
  CHECK(in_time.gate.waited(h1).empty());
}

TEST_CASE("votes for the next height count for it, those of a final one are held until they come again") {
  Gate gate{4};
  CHECK(gate.arrives(1, Prepare{Height{2}, Round{0}, block}) == Seats{seat(1)});
  CHECK(gate.arrives(2, Prepare{Height{2}, Round{0}, block}) == Seats{seat(2)});
  CHECK(gate.gate.open(Height{2}, gate.set).empty());
  CHECK(gate.arrives(3, Prepare{Height{2}, Round{0}, block}).empty());
  CHECK(gate.commit(3).empty());
  CHECK(gate.commit(3) == Seats{seat(3), seat(3)});
  // Further away: sync's business, and core's to see.
  CHECK(gate.arrives(1, Commit{Height{4}, Round{0}, block}) == Seats{seat(1)});
}

TEST_CASE("a height that begins again, or with another set, has all that is held checked") {
  Gate again{4};
  for (std::size_t signer = 1; signer <= 3; ++signer) again.prepare(signer);
  CHECK(again.signers(again.gate.open(h1, again.set)) == Seats{seat(3)});

  Gate grown{4};
  for (std::size_t signer = 1; signer <= 3; ++signer)
    grown.arrives(signer, Commit{Height{2}, Round{0}, block});
  CHECK(grown.signers(grown.gate.open(Height{2}, set_of(5))) == Seats{seat(3)});
  CHECK(grown.arrives(4, Commit{Height{2}, Round{0}, block}) == Seats{seat(4)});
}

TEST_CASE("what is held of a signer is checked when a peer heard otherwise, some heights later too") {
  Gate gate{4};
  for (std::size_t signer = 1; signer <= 3; ++signer) gate.prepare(signer);
  for (std::size_t signer = 1; signer <= 3; ++signer) gate.commit(signer);
  for (std::uint64_t height = 2; height <= 1 + limits::heard_heights; ++height)
    gate.gate.open(Height{height}, gate.set);
  CHECK(gate.signers(gate.gate.doubted(h1, seat(2))).empty());
  CHECK(gate.signers(gate.gate.doubted(h1, seat(3))) == Seats{seat(3), seat(3)});
  CHECK(gate.signers(gate.gate.doubted(h1, seat(3))).empty());

  Gate later{4};
  for (std::size_t signer = 1; signer <= 3; ++signer) later.commit(signer);
  later.gate.open(Height{2 + limits::heard_heights}, later.set);
  CHECK(later.gate.doubted(h1, seat(3)).empty());
}

TEST_CASE("strangers' votes take nobody's place") {
  Gate gate{4};
  for (std::size_t signer = 4; signer < 10; ++signer) CHECK(gate.prepare(signer) == Seats{seat(signer)});
  CHECK(gate.prepare(1) == Seats{seat(1)});
  CHECK(gate.prepare(2) == Seats{seat(2)});
  CHECK(gate.prepare(3).empty());
}

TEST_CASE("what a height cost is said when nothing more can come") {
  Gate gate{4};
  gate.gate.paid(h1, 1);
  gate.gate.paid(h1, 4);
  gate.gate.open(Height{2}, gate.set);
  CHECK(gate.gate.take_closed().empty());
  gate.gate.open(Height{3}, gate.set);
  const auto closed = gate.gate.take_closed();
  REQUIRE(closed.size() == 1);
  CHECK(closed.front().height == h1);
  CHECK(closed.front().validators == 4);
  CHECK(closed.front().signatures == 5);
  CHECK(gate.gate.take_closed().empty());
}
