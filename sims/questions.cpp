#include "sims/questions.hpp"

#include <memory>
#include <utility>
#include <variant>

#include "policies/time.hpp"

namespace mnrt::sims {
namespace {

constexpr std::int64_t patience_ms = 5'000;
constexpr std::int64_t step_ms = 10;

template <class Answer>
std::optional<Answer> ask(SimulatedNode& node, Scheduler& scheduler, actors::api::Request request) {
  struct Told {
    bool any{};
    std::optional<Answer> answer;
  };
  auto told = std::make_shared<Told>();
  node.front_end().call(std::move(request), [told](const actors::api::Reply& reply) {
    told->any = true;
    if (const auto* answer = std::get_if<Answer>(&reply)) told->answer = *answer;
  });
  const auto end = policies::after_ms(scheduler.now(), patience_ms);
  while (!told->any && scheduler.now() < end)
    scheduler.run_until(policies::after_ms(scheduler.now(), step_ms));
  return std::move(told->answer);
}

}  // namespace

std::optional<actors::api::NodeReport> report_of(SimulatedNode& node, Scheduler& scheduler) {
  return ask<actors::api::NodeReport>(node, scheduler, actors::api::StatusOfNode{});
}

std::optional<actors::api::ReceiptFiles> receipt_of(SimulatedNode& node, Scheduler& scheduler,
                                                    std::uint64_t leaf) {
  return ask<actors::api::ReceiptFiles>(node, scheduler, actors::api::ReceiptQuery{leaf});
}

}  // namespace mnrt::sims
