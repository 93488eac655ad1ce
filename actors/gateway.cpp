#include "actors/gateway.hpp"

#include <algorithm>
#include <caf/all.hpp>
#include <memory>
#include <utility>

#include "actors/exceptions.hpp"
#include "actors/mail/common.hpp"
#include "actors/mail/core.hpp"
#include "actors/mail/economy.hpp"
#include "actors/mail/gateway.hpp"
#include "actors/mail/journal.hpp"
#include "actors/mail/notary.hpp"
#include "actors/mail/registry.hpp"
#include "actors/mail/supervisor.hpp"
#include "actors/mail/validator.hpp"
#include "actors/node_report.hpp"
#include "actors/simulate.hpp"
#include "actors/waiters.hpp"
#include "policies/limits.hpp"

namespace mnrt::actors {
namespace {

namespace limits = policies::limits;
using api::TransactionStatus;
using policies::Refusal;
using Why = api::Unavailable::Why;

constexpr std::chrono::milliseconds role_timeout{2'000};
constexpr std::chrono::milliseconds expiry_interval{50};

struct State {
  GatewayDeps deps;
  std::uint64_t session{};
  Waiters waiters{limits::waiters_max};
};

using Gateway = gateway_actor::stateful_pointer<State>;
using CallPtr = std::shared_ptr<api::Call>;

policies::Instant now(Gateway self) {
  return {self->clock().now().time_since_epoch().count()};
}

auto unavailable(CallPtr call, std::string role) {
  return [call = std::move(call), role = std::move(role)](const caf::error& why) {
    const bool late = why == caf::sec::request_timeout;
    call->done(
        api::Unavailable{late ? Why::timed_out : Why::role_down,
                         "the role `" + role + (late ? "` did not answer in time" : "` is restarting")});
  };
}

// --- status of transactions
// ------------------------------------------------------------------------------------------

api::StatusReport report_of(const TransactionRecord& record) {
  const auto& outcome = record.outcome;
  return {.id = outcome.transaction,
          .status = outcome.refusal == Refusal::none ? TransactionStatus::final : TransactionStatus::refused,
          .refusal = outcome.refusal,
          .operation = outcome.operation,
          .height = record.height,
          .fee = outcome.fee,
          .leaves = outcome.leaves};
}

std::optional<api::StatusReport> final_report(Gateway self, const policies::Digest& id) {
  auto record = LedgerView{self->state.deps.store->snapshot()}.transaction(id);
  if (!record || !*record) return std::nullopt;
  return report_of(**record);
}

/// Waits for what is pending. A block that became final while the answer of the pool was under way is in the
/// store already, so the store is asked once before waiting.
void wait(Gateway self, std::vector<api::StatusReport> reports, std::chrono::milliseconds patience,
          Waiters::Done done) {
  if (patience.count() <= 0) return done(std::move(reports));
  for (auto& report : reports)
    if (report.status == TransactionStatus::pending)
      if (auto final = final_report(self, report.id)) report = *final;
  if (!self->state.waiters.has_room(reports.size())) return done(std::move(reports));
  self->state.waiters.add(std::move(reports), after_ms(now(self), patience.count()), std::move(done));
}

api::StatusReport report_of(Gateway self, const CheckedFrames::Item& item) {
  if (item.refusal == Refusal::none) return {.id = item.id, .status = TransactionStatus::pending};
  // The same bytes get the same id and the current status.
  if (item.refusal == Refusal::already_known) return {.id = item.id, .status = TransactionStatus::pending};
  if (item.refusal == Refusal::nonce_already_used)
    if (auto final = final_report(self, item.id)) return *final;
  return {
      .id = item.id,
      .status = item.refusal == Refusal::expired ? TransactionStatus::expired : TransactionStatus::refused,
      .refusal = item.refusal};
}

// --- calls
// -----------------------------------------------------------------------------------------------------------

void serve(Gateway self, const CallPtr& call, api::Submit& submit) {
  const auto patience = submit.wait;
  self->request(self->state.deps.validator, role_timeout, CheckFrames{std::move(submit.frames)})
      .then(
          [self, call, patience](const CheckedFrames& checked) {
            std::vector<api::StatusReport> reports;
            reports.reserve(checked.items.size());
            for (const auto& item : checked.items) reports.push_back(report_of(self, item));
            wait(self, std::move(reports), patience,
                 [call](std::vector<api::StatusReport> all) { call->done(api::Submitted{std::move(all)}); });
          },
          unavailable(call, "validator"));
}

void serve(Gateway self, const CallPtr& call, const api::StatusQuery& query) {
  const auto answer = [call](std::vector<api::StatusReport> all) { call->done(all.front()); };
  if (auto final = final_report(self, query.id)) return answer({*final});
  self->request(self->state.deps.core, role_timeout, PendingAsked{query.id})
      .then(
          [self, answer, query](const PendingFound& found) {
            const auto status = found.pending ? TransactionStatus::pending : TransactionStatus::unknown;
            wait(self, {{.id = query.id, .status = status}}, query.wait, answer);
          },
          unavailable(call, "core"));
}

/// One transaction a group of operations; the reports come in the order of the groups.
void send_own(Gateway self, const CallPtr& call, std::vector<std::vector<policies::Operation>> groups,
              std::chrono::milliseconds patience) {
  struct Sending {
    std::vector<api::StatusReport> reports;
    std::size_t open{};
    bool failed{};
  };
  auto sending = std::make_shared<Sending>(Sending{{}, groups.size(), false});
  sending->reports.resize(groups.size());
  for (std::size_t i = 0; i < groups.size(); ++i) {
    const auto finish = [self, call, sending, patience] {
      if (--sending->open != 0) return;
      if (sending->failed)
        return call->done(api::Unavailable{Why::role_down, "the role `notary` is restarting"});
      wait(self, std::move(sending->reports), patience,
           [call](std::vector<api::StatusReport> all) { call->done(api::Submitted{std::move(all)}); });
    };
    self->request(self->state.deps.notary, role_timeout, SendOwn{std::move(groups[i])})
        .then(
            [self, sending, i, finish](const SentOwn& sent) {
              sending->reports[i] = report_of(self, {sent.id, sent.refusal});
              finish();
            },
            [sending, finish](const caf::error&) {
              sending->failed = true;
              finish();
            });
  }
}

void serve(Gateway self, const CallPtr& call, const api::NotariseDigests& order) {
  std::vector<std::vector<policies::Operation>> groups;
  for (const auto& item : order.items) {
    if (groups.empty() || groups.back().size() == limits::operations_max) groups.emplace_back();
    groups.back().push_back(policies::Notarise{item.document, item.label_hash});
  }
  send_own(self, call, std::move(groups), order.wait);
}

void serve(Gateway self, const CallPtr& call, const api::ServiceOrder& order) {
  send_own(self, call, {{order.operation}}, order.wait);
}

void serve(Gateway self, const CallPtr& call, const api::ReceiptQuery& query) {
  self->request(self->state.deps.notary, role_timeout, MakeReceipt{query.leaf})
      .then(
          [call](const Receipt& receipt) {
            if (!receipt.found)
              return call->done(api::Unavailable{Why::not_found, "no such leaf in the final log"});
            call->done(api::ReceiptFiles{receipt.proof, receipt.trust});
          },
          unavailable(call, "notary"));
}

void serve(Gateway self, const CallPtr& call, const api::NonceQuery& query) {
  self->request(self->state.deps.core, role_timeout, NonceAsked{query.address, query.lane})
      .then([call](const NonceFound& found) { call->done(api::NonceReport{found.next}); },
            unavailable(call, "core"));
}

void serve(Gateway self, const CallPtr& call, const api::Simulate& simulate) {
  call->done(simulate_transaction(LedgerView{self->state.deps.store->snapshot()}, *simulate.frame,
                                  self->state.deps.wall->now()));
}

void serve(Gateway self, const CallPtr& call, const api::StatusOfNode&) {
  collect_node_report(self, self->state.deps,
                      [call](api::NodeReport report) { call->done(std::move(report)); });
}

void serve(Gateway self, const CallPtr& call, const api::ServiceHealthQuery&) {
  self->request(self->state.deps.registry, role_timeout, HealthAsked{})
      .then([call](const HealthFound& found) { call->done(found.health); }, unavailable(call, "registry"));
}

void serve(Gateway self, const CallPtr& call, const api::TreasuryQuery&) {
  self->request(self->state.deps.treasury, role_timeout, TreasuryAsked{})
      .then([call](const TreasuryFound& found) { call->done(found.report); }, unavailable(call, "treasury"));
}

void serve(Gateway self, const CallPtr& call, const api::CrashRole& order) {
  const auto& roles = self->state.deps.roles;
  const auto role = std::ranges::find(roles, order.role, &NamedRole::name);
  if (role == roles.end()) {
    std::string names;
    for (const auto& known : roles) names += (names.empty() ? "" : ", ") + known.name;
    return call->done(
        api::Unavailable{Why::unknown_role, "no role `" + order.role + "`; there are: " + names});
  }
  call->done(api::Done{});
  caf::anon_send(role->supervisor, Crash{});
}

void serve(Gateway self, const CallPtr& call, api::Remember& order) {
  messages::Batch rows{{messages::Table::local, std::move(order.key), std::move(order.value)}};
  self->request(self->state.deps.journal, role_timeout, Append{self->state.session, std::move(rows)})
      .then(
          [self, call](const Appended& appended) {
            if (appended.result) return call->done(api::Done{});
            call->done(api::Unavailable{Why::busy, "the journal refused the write"});
            if (appended.result.error() == AppendRefusal::stale_writer) self->quit(caf::sec::runtime_error);
          },
          unavailable(call, "journal"));
}

// --- the role
// --------------------------------------------------------------------------------------------------------

void block_final(Gateway self, const BlockFinal& mail) {
  const auto& block = *mail.block;
  const auto height = block.block->header.height;
  if (!self->state.waiters.empty())
    for (std::size_t i = 0; i < block.outcomes.size(); ++i)
      self->state.waiters.resolve(
          report_of(TransactionRecord{height, static_cast<std::uint32_t>(i), block.outcomes[i]}));
  if (self->state.deps.front_end) self->state.deps.front_end->block_final(mail.block);
}

/// A call that is answered even when the role ends with it: the client must not wait for nothing.
std::shared_ptr<api::Call> answered_in_any_case(api::Call call) {
  struct Guarded {
    api::Call call;
    std::function<void(api::Reply)> done;
    bool answered{};
    ~Guarded() {
      if (!answered) done(api::Unavailable{Why::role_down, "the role `gateway` is restarting"});
    }
  };
  auto guarded = std::make_shared<Guarded>();
  guarded->done = std::move(call.done);
  guarded->call = std::move(call);
  // The call's own part can't outlive the whole: `done` is only called through it.
  guarded->call.done = [whole = guarded.get()](api::Reply reply) {
    if (!std::exchange(whole->answered, true)) whole->done(std::move(reply));
  };
  return {guarded, &guarded->call};
}

void connect(Gateway self) {
  auto* front_end = self->state.deps.front_end;
  if (!front_end) return;
  auto me = caf::actor_cast<caf::actor_addr>(self);
  front_end->connect([me](api::Call call) {
    auto shared = answered_in_any_case(std::move(call));
    if (auto gateway = caf::actor_cast<caf::actor>(me)) caf::anon_send(gateway, FrontEndCall{shared});
  });
}

gateway_actor::behavior_type gateway(Gateway self, GatewayDeps deps) {
  self->state.deps = std::move(deps);
  self->set_exception_handler(note_and_end(*self->state.deps.notes, "gateway"));
  self->request(self->state.deps.journal, role_timeout, Open{"gateway"})
      .await(
          [self](const Opened& opened) {
            if (!opened.session) return self->quit(caf::sec::runtime_error);
            self->state.session = *opened.session;
            connect(self);
          },
          [self](const caf::error& why) { self->quit(why); });
  self->delayed_send(self, expiry_interval, Tick{});
  return {
      [](const Ping&) { return Pong{}; },
      [](const Crash&) { throw AskedToCrash{}; },
      [self](const FrontEndCall& mail) {
        std::visit([&](auto& request) { serve(self, mail.call, request); }, mail.call->request);
      },
      [self](const BlockFinal& mail) { block_final(self, mail); },
      [self](const Tick&) {
        self->state.waiters.expire(now(self));
        self->delayed_send(self, expiry_interval, Tick{});
      },
  };
}

}  // namespace

gateway_actor spawn_gateway(caf::actor_system& system, GatewayDeps deps) {
  return system.spawn(gateway, std::move(deps));
}

}  // namespace mnrt::actors
