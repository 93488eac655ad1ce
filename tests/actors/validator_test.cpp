#include "actors/validator.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <memory>
#include <optional>
#include <vector>

#include "actors/mail/common.hpp"
#include "actors/mail/core.hpp"
#include "actors/mail/validator.hpp"
#include "policies/limits.hpp"
#include "tests/actors/asking.hpp"

namespace mnrt::tests {
namespace {

using namespace actors;
namespace limits = policies::limits;

/// Undecodable, as each worker finds out for itself.
std::vector<std::shared_ptr<const policies::Bytes>> some_frames(std::size_t count) {
  return {count, std::make_shared<const policies::Bytes>(16, std::uint8_t{7})};
}

/// The router with one real worker.
struct Router {
  Bench bench;
  SilentNotes notes;
  validator_actor role;

  explicit Router(std::size_t frames_waiting_max = 100'000) {
    role = spawn_validator(bench.system, {.chain_id = {},
                                          .workers = 1,
                                          .frames_waiting_max = frames_waiting_max,
                                          .core = {},
                                          .peers = {},
                                          .notes = &notes});
    bench.scheduler.drain();
  }
  ~Router() { caf::anon_send_exit(role, caf::exit_reason::user_shutdown); }

  std::uint64_t waiting() {
    const auto facts = ask<ValidatorFacts>(bench, role, ValidatorAsked{});
    return (*facts)->waiting;
  }
};

TEST_CASE("a vote is checked before the transactions that came before it") {
  Router router;
  constexpr std::size_t pieces = 100;
  const SignerSets nobody{
      .open = {}, .now = std::make_shared<policies::ValidatorSet>(), .before = {}, .tip = {}};
  std::optional<std::uint64_t> waiting;
  router.bench.system.spawn([&](caf::event_based_actor* self) {
    const auto role = caf::actor_cast<caf::actor>(router.role);
    self->request(role, caf::infinite,
                  CheckFrames{.frames = some_frames(pieces * limits::verify_batch_max), .from_peer = true})
        .then([](const CheckedFrames&) {});
    self->request(role, caf::infinite, CheckFinals{some_frames(1), nobody}).then([](const CheckedFinals&) {});
    self->request(role, caf::infinite, CheckConsensus{some_frames(1).front(), nobody})
        .then([&, self, role](const CheckedConsensus& checked) {
          CHECK(checked.messages.empty());
          self->request(role, caf::infinite, ValidatorAsked{}).then([&](const ValidatorFacts& facts) {
            waiting = facts.waiting;
          });
        });
  });
  router.bench.scheduler.drain();
  REQUIRE(waiting);
  CHECK(*waiting > pieces * limits::verify_batch_max * 3 / 4);
  CHECK(router.waiting() == 0);
}

TEST_CASE("whoever has frames with a validator that crashes hears of it at once") {
  Router router;
  const SignerSets nobody{
      .open = {}, .now = std::make_shared<policies::ValidatorSet>(), .before = {}, .tip = {}};
  std::vector<caf::error> failed;
  router.bench.system.spawn([&](caf::event_based_actor* self) {
    const auto role = caf::actor_cast<caf::actor>(router.role);
    const auto keep = [&](const caf::error& why) { failed.push_back(why); };
    self->request(role, caf::infinite, CheckFrames{.frames = some_frames(100 * limits::verify_batch_max)})
        .then([](const CheckedFrames&) {}, keep);
    self->request(role, caf::infinite, CheckFinals{some_frames(1), nobody})
        .then([](const CheckedFinals&) {}, keep);
    self->send(role, Crash{});
  });
  router.bench.scheduler.drain();
  REQUIRE(failed.size() == 2);
  for (const auto& why : failed) CHECK(why == caf::sec::request_receiver_down);
}

TEST_CASE("what peers gossip fills at most half of the queue") {
  Router router(1'000);
  std::vector<policies::Refusal> answers;
  router.bench.system.spawn([&](caf::event_based_actor* self) {
    const auto role = caf::actor_cast<caf::actor>(router.role);
    const auto offer = [&, self, role](std::size_t count, bool from_peer) {
      self->request(role, caf::infinite, CheckFrames{.frames = some_frames(count), .from_peer = from_peer})
          .then([&](const CheckedFrames& checked) { answers.push_back(checked.items.front().refusal); });
    };
    offer(400, true);
    offer(200, true);
    offer(600, false);
    offer(1, false);
  });
  router.bench.scheduler.drain();
  CHECK(answers.size() == 4);
  CHECK(std::ranges::count(answers, policies::Refusal::busy) == 2);
}

}  // namespace
}  // namespace mnrt::tests
