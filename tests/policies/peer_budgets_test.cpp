#include "policies/peer_budgets.hpp"

#include <catch2/catch.hpp>

#include "policies/limits.hpp"

namespace mnrt::policies {
namespace {

using Kind = PeerWork::Kind;

Address peer(std::uint8_t number) {
  Address address;
  address.bytes[0] = number;
  return address;
}

TEST_CASE("a peer's work has a bound for each kind, and gossip takes no vote's place") {
  PeerBudgets budgets;
  CHECK(budgets.begin({.from = peer(1), .kind = Kind::gossip, .frames = limits::peer_gossip_frames_max}));
  CHECK_FALSE(budgets.begin({.from = peer(1), .kind = Kind::gossip}));
  for (std::size_t i = 0; i < limits::peer_finals_max; ++i)
    CHECK(budgets.begin({.from = peer(1), .kind = Kind::finals}));
  CHECK_FALSE(budgets.begin({.from = peer(1), .kind = Kind::finals}));
  for (std::size_t i = 0; i < limits::peer_checks_max; ++i)
    CHECK(budgets.begin({.from = peer(1), .kind = Kind::consensus}));
  CHECK_FALSE(budgets.begin({.from = peer(1), .kind = Kind::consensus}));
  CHECK(budgets.begin({.from = peer(2), .kind = Kind::consensus}));
}

TEST_CASE("consensus messages that wait are bounded in bytes, too") {
  PeerBudgets budgets;
  const PeerWork large{.from = peer(1), .kind = Kind::consensus, .bytes = limits::frame_bytes_max};
  std::size_t taken = 0;
  while (budgets.begin(large)) ++taken;
  CHECK(taken == limits::peer_check_bytes_max / limits::frame_bytes_max);
}

TEST_CASE("a place is free again when its work is done, once") {
  PeerBudgets budgets;
  const PeerWork full{.from = peer(1), .kind = Kind::gossip, .frames = limits::peer_gossip_frames_max};
  const auto first = budgets.begin(full);
  REQUIRE(first);
  budgets.end(*first);
  REQUIRE(budgets.begin(full));
  budgets.end(*first);
  CHECK_FALSE(budgets.begin(full));
}

TEST_CASE("work that is lost is told, and holds no place") {
  PeerBudgets budgets;
  const PeerWork vote{.from = peer(1), .kind = Kind::consensus, .height = Height{7}};
  while (budgets.begin(vote)) continue;
  const auto lost = budgets.lost();
  REQUIRE(lost.size() == limits::peer_checks_max);
  CHECK(lost.front().height == Height{7});
  CHECK(budgets.lost().empty());
  CHECK(budgets.begin(vote));
}

TEST_CASE("a peer gets so many answers, and so many bytes, in a second") {
  PeerBudgets budgets;
  for (std::size_t i = 0; i < limits::peer_answers_max; ++i) CHECK(budgets.may_ask(peer(1)));
  CHECK_FALSE(budgets.may_ask(peer(1)));
  CHECK(budgets.may_get(peer(1)));
  budgets.sent(peer(2), limits::peer_answer_bytes_max - 1);
  CHECK(budgets.may_ask(peer(2)));
  budgets.sent(peer(2), limits::final_bytes_max);
  CHECK_FALSE(budgets.may_ask(peer(2)));
  CHECK_FALSE(budgets.may_get(peer(2)));
  budgets.second_passed();
  CHECK(budgets.may_ask(peer(1)));
  CHECK(budgets.may_ask(peer(2)));
}

}  // namespace
}  // namespace mnrt::policies
