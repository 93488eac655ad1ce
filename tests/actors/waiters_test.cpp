#include "actors/waiters.hpp"

#include <catch2/catch.hpp>

using namespace mnrt;
using namespace mnrt::actors;
using api::StatusReport;
using api::TransactionStatus;

namespace {

StatusReport report(std::uint8_t id, TransactionStatus status = TransactionStatus::pending) {
  StatusReport one;
  one.id.bytes[0] = id;
  one.status = status;
  return one;
}

struct Client {
  int answers{};
  std::vector<StatusReport> last;

  Waiters::Done done() {
    return [this](std::vector<StatusReport> reports) {
      ++answers;
      last = std::move(reports);
    };
  }
};

constexpr policies::Instant soon{10};
constexpr policies::Instant late{20};

}  // namespace

TEST_CASE("who waits for nothing pending is answered at once", "[waiters]") {
  Waiters waiters(10);
  Client client;
  waiters.add({report(1, TransactionStatus::final)}, soon, client.done());
  CHECK(client.answers == 1);
  CHECK(waiters.empty());
}

TEST_CASE("a client is answered once, when the last of its transactions is final, in its own order",
          "[waiters]") {
  Waiters waiters(10);
  Client client;
  waiters.add({report(1), report(2, TransactionStatus::refused), report(3)}, late, client.done());
  waiters.resolve(report(3, TransactionStatus::final));
  CHECK(client.answers == 0);
  waiters.resolve(report(1, TransactionStatus::final));
  REQUIRE(client.answers == 1);
  REQUIRE(client.last.size() == 3);
  CHECK(client.last[0].status == TransactionStatus::final);
  CHECK(client.last[1].status == TransactionStatus::refused);
  CHECK(client.last[2].id == report(3).id);
  waiters.expire(late);
  CHECK(client.answers == 1);
}

TEST_CASE("two clients wait for one transaction", "[waiters]") {
  Waiters waiters(10);
  Client first;
  Client second;
  waiters.add({report(1)}, soon, first.done());
  waiters.add({report(1)}, late, second.done());
  waiters.expire(soon);
  CHECK(first.answers == 1);
  CHECK(first.last.front().status == TransactionStatus::pending);
  CHECK(second.answers == 0);
  waiters.resolve(report(1, TransactionStatus::final));
  CHECK(first.answers == 1);
  CHECK(second.answers == 1);
}

TEST_CASE("a deadline frees the places of its client alone", "[waiters]") {
  Waiters waiters(3);
  Client client;
  Client other;
  waiters.add({report(1), report(2)}, soon, client.done());
  waiters.add({report(2)}, late, other.done());
  CHECK(waiters.has_room(0));
  CHECK(!waiters.has_room(1));
  waiters.resolve(report(1, TransactionStatus::final));
  waiters.expire({9});
  CHECK(client.answers == 0);
  waiters.expire(soon);
  REQUIRE(client.answers == 1);
  CHECK(client.last[0].status == TransactionStatus::final);
  CHECK(client.last[1].status == TransactionStatus::pending);
  CHECK(waiters.has_room(2));
  CHECK(!waiters.has_room(3));
}
