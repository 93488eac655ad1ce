#include "actors/registry.hpp"

#include <caf/all.hpp>
#include <catch2/catch.hpp>
#include <deque>
#include <memory>
#include <string>

#include "actors/mail/common.hpp"
#include "actors/mail/registry.hpp"
#include "tests/actors/asking.hpp"
#include "tests/runtime/gateway/test_chain.hpp"

using namespace mnrt;
using namespace mnrt::actors;
using namespace mnrt::tests;

namespace {

/// What the prober below was asked and has not answered yet.
using Orders = std::shared_ptr<std::deque<caf::response_promise>>;

constexpr const char* not_tried = "not tried";

/// Answers its oldest order when it is sent the answer, with an error when that says `not_tried`.
caf::behavior answers_when_told(caf::event_based_actor* self, Orders orders) {
  return {[self, orders](const Probe&) {
            orders->push_back(self->make_response_promise());
            return orders->back();
          },
          [orders](const Probed& answer) {
            auto order = std::move(orders->front());
            orders->pop_front();
            if (answer.reason == not_tried)
              order.deliver(caf::make_error(caf::sec::runtime_error));
            else
              order.deliver(answer);
          }};
}

/// A registry that watches as many services, over a prober that answers when the test says so.
struct Watching {
  Bench bench;
  SilentNotes notes;
  TestChain chain;
  Orders orders{std::make_shared<Orders::element_type>()};
  caf::actor prober{bench.system.spawn(answers_when_told, orders)};
  registry_actor registry;

  explicit Watching(int services) {
    for (int i = 0; i < services; ++i)
      REQUIRE(chain.admit(chain.sign("alice", policies::RegisterService{.id = "service-" + std::to_string(i),
                                                                        .kind = "web",
                                                                        .version = "1",
                                                                        .endpoints = {"tcp://192.0.2.1:80"},
                                                                        .labels = {},
                                                                        .ttl_seconds = 300})) ==
              policies::Refusal::none);
    chain.commit();
    // Due again at once, so that each tick probes.
    registry = spawn_registry(bench.system, {.health = {.interval_ms = 0, .recovery_interval_ms = 0},
                                             .store = &chain.store(),
                                             .notes = &notes,
                                             .prober = caf::actor_cast<prober_actor>(prober)});
    tick();
  }
  ~Watching() {
    orders->clear();
    caf::anon_send_exit(registry, caf::exit_reason::user_shutdown);
    caf::anon_send_exit(prober, caf::exit_reason::user_shutdown);
    bench.scheduler.drain();
  }

  void tick() {
    caf::anon_send(registry, Tick{});
    bench.scheduler.drain();
  }
  void answer(const Probed& reply) {
    REQUIRE(!orders->empty());
    caf::anon_send(prober, reply);
    bench.scheduler.drain();
  }
  std::string health(const std::string& id) {
    return (*ask<HealthFound>(bench, registry, HealthAsked{}))->health.services.at(id).state;
  }
};

}  // namespace

TEST_CASE("a probe that was not tried leaves a service's health as it was, and is tried again",
          "[registry]") {
  Watching watching(1);
  watching.answer({true, {}});
  CHECK(watching.health("service-0") == "healthy");
  watching.tick();
  watching.answer({false, not_tried});
  CHECK(watching.health("service-0") == "healthy");
  watching.tick();
  watching.answer({false, "refused"});
  CHECK(watching.health("service-0") == "failing");
}

TEST_CASE("no more probes are ordered than the prober has answered of the first 16", "[registry]") {
  Watching watching(20);
  CHECK(watching.orders->size() == 16);
  for (int i = 0; i < 100; ++i) watching.tick();
  CHECK(watching.orders->size() == 16);
  watching.answer({true, {}});
  watching.tick();
  CHECK(watching.orders->size() == 16);
}
