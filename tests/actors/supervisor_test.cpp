#include "actors/supervisor.hpp"

#include <catch2/catch.hpp>

#include "actors/exceptions.hpp"
#include "actors/mail/common.hpp"
#include "tests/actors/asking.hpp"

using namespace mnrt;
using namespace mnrt::actors;
using namespace mnrt::tests;

namespace {

/// The role asks one that is gone, and ends with the error that comes back.
struct AskTheDead {};

}  // namespace

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(AskTheDead)

namespace {

caf::behavior role(caf::event_based_actor* self, Notes* notes) {
  self->set_exception_handler(note_and_end(*notes, "role"));
  return {[](const Ping&) { return Pong{}; }, [](const Crash&) { throw AskedToCrash{}; },
          [self](const AskTheDead&) {
            auto dead = self->spawn([](caf::event_based_actor* own) -> caf::behavior {
              own->quit();
              return {[](const Ping&) { return Pong{}; }};
            });
            self->request(dead, caf::infinite, Ping{})
                .then([](const Pong&) {}, [self](const caf::error& why) { self->quit(why); });
          }};
}

struct Supervised {
  Bench& bench;
  SilentNotes notes;
  int starts{};
  caf::actor supervisor;

  Supervised(Bench& on, RestartLimit limit)
      : bench(on), supervisor(spawn_supervisor(on.system, "role", limit, notes)) {}
  ~Supervised() {
    caf::anon_send_exit(supervisor, caf::exit_reason::user_shutdown);
    bench.scheduler.drain();
  }
  void open(std::vector<caf::actor> dependents = {}) {
    open_supervisor(
        supervisor,
        [this](caf::actor_system& system) {
          ++starts;
          return system.spawn(role, static_cast<Notes*>(&notes));
        },
        std::move(dependents));
    bench.scheduler.drain();
  }
  void crash() {
    caf::anon_send(supervisor, Crash{});
    bench.scheduler.drain();
  }
  bool answers() { return ask<Pong>(bench, supervisor, Ping{})->has_value(); }
  std::uint64_t restarts() { return (*ask<RestartsFound>(bench, supervisor, RestartsAsked{}))->restarts; }
};

}  // namespace

TEST_CASE("mail that comes before the role is open waits for it", "[supervisor]") {
  Bench bench;
  Supervised role(bench, {});
  const auto answer = ask<Pong>(bench, role.supervisor, Ping{});
  CHECK(!*answer);
  role.open();
  CHECK(*answer);
}

TEST_CASE("a role that crashes is started again and answers under the same name", "[supervisor]") {
  Bench bench;
  Supervised role(bench, {.restarts = 3, .period = std::chrono::seconds{10}});
  role.open();
  for (int i = 0; i < 3; ++i) role.crash();
  CHECK(role.starts == 4);
  CHECK(role.restarts() == 3);
  CHECK(role.answers());
}

TEST_CASE("a role that crashes too often isn't started again", "[supervisor]") {
  Bench bench;
  Supervised role(bench, {.restarts = 3, .period = std::chrono::seconds{10}});
  role.open();
  for (int i = 0; i < 4; ++i) role.crash();
  CHECK(role.starts == 4);
  CHECK(!role.answers());
}

TEST_CASE("crashes that lie further apart than the period don't add up", "[supervisor]") {
  Bench bench;
  Supervised role(bench, {.restarts = 1, .period = std::chrono::seconds{10}});
  role.open();
  for (int i = 0; i < 5; ++i) {
    role.crash();
    bench.scheduler.run_until(policies::after_ms(bench.scheduler.now(), 11'000));
  }
  CHECK(role.starts == 6);
  CHECK(role.answers());
}

TEST_CASE("what depends on a role restarts with it, and that isn't counted against it", "[supervisor]") {
  Bench bench;
  Supervised dependent(bench, {.restarts = 1, .period = std::chrono::seconds{10}});
  Supervised role(bench, {.restarts = 5, .period = std::chrono::seconds{10}});
  dependent.open();
  role.open({dependent.supervisor});
  for (int i = 0; i < 4; ++i) role.crash();
  CHECK(role.starts == 5);
  CHECK(dependent.starts == 5);
  CHECK(dependent.answers());
  dependent.crash();
  CHECK(dependent.starts == 6);
  CHECK(role.starts == 5);
}

TEST_CASE("a role that sees the crash of what it depends on before others do waits for that restart",
          "[supervisor]") {
  Bench bench;
  Supervised dependent(bench, {.restarts = 1, .period = std::chrono::seconds{10}});
  Supervised role(bench, {.restarts = 5, .period = std::chrono::seconds{10}});
  role.open({dependent.supervisor});
  dependent.open();
  for (int i = 0; i < 3; ++i) {
    caf::anon_send(dependent.supervisor, AskTheDead{});
    bench.scheduler.drain();
    CHECK(dependent.starts == i + 1);
    const auto answer = ask<Pong>(bench, dependent.supervisor, Ping{});
    CHECK(!*answer);
    role.crash();
    CHECK(dependent.starts == i + 2);
    CHECK(*answer);
  }
  dependent.crash();
  CHECK(dependent.answers());
}

TEST_CASE("a role that depends on none is started again whatever it ends with", "[supervisor]") {
  Bench bench;
  Supervised role(bench, {.restarts = 5, .period = std::chrono::seconds{10}});
  role.open();
  caf::anon_send(role.supervisor, AskTheDead{});
  bench.scheduler.drain();
  CHECK(role.starts == 2);
  CHECK(role.answers());
}
