#include "sims/prepare_checker.hpp"

#include <catch2/catch.hpp>

using namespace mnrt;
using namespace mnrt::sims;

namespace {

/// Four seats that sign at height 1.
struct Four {
  PrepareChecker checker;

  bool holds(std::size_t node, const char* step, int round, std::string digest) {
    const policies::Note note{.level = policies::Note::Level::debug,
                              .code = "message_signed",
                              .fields = {{"step", step},
                                         {"height", "1"},
                                         {"round", std::to_string(round)},
                                         {"digest", std::move(digest)}}};
    return !checker.signed_by(node, note, 4);
  }
  void prepared(const char* digest, int round, std::initializer_list<std::size_t> nodes) {
    for (const auto node : nodes) CHECK(holds(node, "prepare", round, digest));
  }
  void changed(int round, std::initializer_list<std::string> claims) {
    std::size_t node = 0;
    for (const auto& claim : claims) CHECK(holds(node++, "round_change", round, claim));
  }
};

TEST_CASE("a new block needs a quorum that claims nothing") {
  Four four{PrepareChecker{0}};
  CHECK(four.holds(0, "prepare", 0, "a"));
  CHECK_FALSE(four.holds(0, "prepare", 1, "b"));
  four.changed(1, {"none", "none"});
  CHECK_FALSE(four.holds(0, "prepare", 1, "b"));
  four.changed(1, {"none", "none", "none"});
  CHECK(four.holds(0, "prepare", 1, "b"));
}

TEST_CASE("a prepared block that a quorum's highest claim names is the only one") {
  Four four{PrepareChecker{0}};
  four.prepared("a", 0, {0, 1, 2});
  four.changed(1, {"none", "none", "none", "0:a"});
  four.prepared("b", 1, {0, 1, 2});
  four.changed(2, {"0:a", "1:b", "1:b"});
  CHECK(four.holds(0, "prepare", 2, "b"));
  CHECK_FALSE(four.holds(0, "prepare", 2, "a"));
  CHECK_FALSE(four.holds(0, "prepare", 2, "c"));
}

TEST_CASE("another quorum may not have heard the highest claim") {
  Four four{PrepareChecker{0}};
  four.prepared("a", 0, {0, 1, 2});
  four.changed(1, {"none", "none", "none"});
  four.prepared("b", 1, {0, 1, 2});
  four.changed(2, {"0:a", "1:b", "none", "none"});
  CHECK(four.holds(0, "prepare", 2, "a"));
  CHECK(four.holds(0, "prepare", 2, "b"));
  CHECK_FALSE(four.holds(0, "prepare", 2, "c"));
}

TEST_CASE("what fewer than a quorum prepared is no claim, unless a liar fills up") {
  for (const std::size_t liars : {0U, 1U}) {
    Four four{PrepareChecker{liars}};
    four.prepared("a", 0, {0, 1});
    four.changed(1, {"0:a", "0:a", "0:a"});
    CHECK(four.holds(0, "prepare", 1, "a") == (liars == 1));
  }
}

}  // namespace
