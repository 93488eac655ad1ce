#include "actors/node_report.hpp"

#include <algorithm>
#include <caf/all.hpp>
#include <memory>
#include <string>
#include <utility>

#include "actors/mail/common.hpp"
#include "actors/mail/core.hpp"
#include "actors/mail/economy.hpp"
#include "actors/mail/notary.hpp"
#include "actors/mail/supervisor.hpp"
#include "actors/mail/validator.hpp"

namespace mnrt::actors {
namespace {

constexpr std::chrono::milliseconds patience{500};
constexpr std::int64_t clock_behind_ms = 2'000;
constexpr std::int64_t overdue_ms = 10'000;  ///< beyond three block times: rounds that change take their time

struct Collection {
  api::NodeReport report;
  std::size_t open{};
  std::function<void(api::NodeReport)> done;

  void one_more() {
    if (--open != 0) return;
    for (const auto& role : report.roles)
      if (!role.answering) report.reasons.push_back("the role `" + role.name + "` does not answer");
    report.healthy = report.reasons.empty();
    done(std::move(report));
  }
};
using Shared = std::shared_ptr<Collection>;

template <class Answer, class Role, class Question>
void ask(gateway_actor::pointer self, const Shared& collection, const Role& role, Question question,
         std::function<void(api::NodeReport&, const Answer&)> take) {
  ++collection->open;
  self->request(role, patience, std::move(question))
      .then(
          [collection, take](const Answer& answer) {
            take(collection->report, answer);
            collection->one_more();
          },
          [collection](const caf::error&) { collection->one_more(); });
}

/// Where an upgrade begins that this program doesn't know.
std::string stop_problem(const CoreFacts& facts) {
  if (facts.stop_reason.empty()) return {};
  return facts.stop_reason + ": the chain goes on with block " + std::to_string(next(facts.height).value) +
         " under a newer protocol than this program's; install a newer mnrt";
}

}  // namespace

std::string block_time_problem(const BlockTimes& times) {
  const auto age_ms = times.now_ms - times.last_block_ms;
  if (age_ms < -clock_behind_ms)
    return "clock_behind_chain: the clock is " + std::to_string(-age_ms / 1'000) +
           " s behind the last block, and no block comes before it has caught up; set the clock";
  const auto waited_ms = times.now_ms - std::max(times.last_block_ms, times.started_ms);
  if (times.signing && waited_ms > 3 * times.block_time_ms + overdue_ms)
    return "blocks_overdue: no block came for " + std::to_string(waited_ms / 1'000) + " s";
  return {};
}

void collect_node_report(gateway_actor::pointer self, const GatewayDeps& deps,
                         std::function<void(api::NodeReport)> done) {
  auto collection = std::make_shared<Collection>();
  collection->open = 1;  // this function itself
  collection->done = std::move(done);
  BlockTimes times{.now_ms = deps.wall->now().ms,
                   .last_block_ms = 0,
                   .started_ms = deps.started.ms,
                   .block_time_ms = deps.block_time_ms,
                   .signing = false};
  ask<CoreFacts>(self, collection, deps.core, CoreAsked{},
                 [times](api::NodeReport& report, const CoreFacts& facts) mutable {
                   report.height = facts.height;
                   report.round = facts.round;
                   report.last_block_age_ms = times.now_ms - facts.last_block.ms;
                   report.pool_transactions = facts.pool_transactions;
                   report.pool_bytes = facts.pool_bytes;
                   if (!facts.signing)
                     report.reasons.push_back("the node does not sign: its sign state is missing or too old");
                   times.last_block_ms = facts.last_block.ms;
                   times.signing = facts.signing;
                   if (auto stop = stop_problem(facts); !stop.empty())
                     report.reasons.push_back(std::move(stop));
                   else if (auto problem = block_time_problem(times); !problem.empty())
                     report.reasons.push_back(std::move(problem));
                 });
  ask<ValidatorFacts>(self, collection, deps.validator, ValidatorAsked{},
                      [](api::NodeReport& report, const ValidatorFacts& facts) {
                        report.verification_workers = facts.workers;
                      });
  ask<NotaryFacts>(self, collection, deps.notary, NotaryAsked{},
                   [](api::NodeReport& report, const NotaryFacts& facts) {
                     report.notarisation_workers = facts.workers;
                     report.assurance = facts.assurance;
                   });
  ask<FailoverFacts>(self, collection, deps.failover, FailoverAsked{},
                     [](api::NodeReport& report, const FailoverFacts& facts) {
                       report.epoch = facts.epoch;
                       report.owner_status = facts.owner_status;
                       report.immortality = facts.immortality;
                       report.failures_tolerated = facts.failures_tolerated;
                       report.validators = facts.validators;
                     });
  ask<ScalerFacts>(
      self, collection, deps.scaler, ScalerAsked{},
      [](api::NodeReport& report, const ScalerFacts& facts) { report.scaling_decisions = facts.decisions; });
  collection->report.roles.reserve(deps.roles.size());
  for (const auto& role : deps.roles) {
    const auto place = collection->report.roles.size();
    // The gateway itself answers by getting here; it can't ask itself and wait.
    collection->report.roles.push_back({role.name, role.name == "gateway", 0});
    if (role.name != "gateway")
      ask<Pong>(self, collection, caf::actor_cast<role_actor>(role.supervisor), Ping{},
                [place](api::NodeReport& report, const Pong&) { report.roles[place].answering = true; });
    ask<RestartsFound>(self, collection, caf::actor_cast<restarts_actor>(role.supervisor), RestartsAsked{},
                       [place](api::NodeReport& report, const RestartsFound& found) {
                         report.roles[place].restarts = found.restarts;
                       });
  }
  collection->one_more();
}

}  // namespace mnrt::actors
