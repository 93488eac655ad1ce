#include "actors/failover.hpp"

#include <caf/all.hpp>
#include <set>
#include <utility>

#include "actors/exceptions.hpp"
#include "actors/mail/common.hpp"
#include "actors/mail/core.hpp"
#include "actors/mail/economy.hpp"
#include "actors/mail/validator.hpp"
#include "actors/own_account.hpp"
#include "policies/immortality.hpp"
#include "policies/ledger/parameters.hpp"

namespace mnrt::actors {
namespace {

constexpr std::chrono::milliseconds role_timeout{2'000};

struct State {
  FailoverDeps deps;
  bool renewing{};  ///< a renewal is on its way to the pool
};

using Failover = failover_actor::stateful_pointer<State>;

struct LeaseView {
  policies::OwnerRow owner;
  policies::Parameters parameters;
  policies::ValidatorSet validators;
};

std::optional<LeaseView> lease_view(const LedgerView& ledger) {
  auto owner = ledger.row(policies::owner_key());
  auto parameters = ledger.row(policies::parameters_key());
  auto validators = ledger.row(policies::validators_key());
  if (!owner || !*owner || !parameters || !*parameters || !validators || !*validators) return std::nullopt;
  return LeaseView{std::get<policies::OwnerRow>(**owner),
                   std::get<policies::ParametersRow>(**parameters).values,
                   std::get<policies::ValidatorsRow>(std::move(**validators)).validators};
}

void note(Failover self, policies::Note::Level level, std::string_view code, std::string reason) {
  self->state.deps.notes->add("failover",
                              {.level = level, .code = code, .fields = {{"reason", std::move(reason)}}});
}

void renew(Failover self, policies::Epoch epoch, std::uint64_t nonce) {
  const auto& deps = self->state.deps;
  const auto transaction = own_transaction(LedgerView{deps.store->snapshot()}, *deps.signer, deps.chain_id,
                                           {.role = KeyRole::lease, .nonce = nonce, .fee_free = true},
                                           {policies::RenewLease{epoch}});
  self->request(deps.validator, role_timeout, CheckFrames{{transaction->frame}})
      .then(
          [self](const CheckedFrames& checked) {
            self->state.renewing = false;
            const auto refusal = checked.items.front().refusal;
            if (refusal != policies::Refusal::none && refusal != policies::Refusal::already_known)
              note(self, policies::Note::Level::warning, "lease_renewal_refused",
                   std::string{name_of(refusal)});
          },
          [self](const caf::error&) { self->state.renewing = false; });
}

void renew_if_due(Failover self) {
  auto& state = self->state;
  if (!state.deps.holds_lease_key || state.renewing) return;
  const auto view = lease_view(LedgerView{state.deps.store->snapshot()});
  if (!view) return;
  const auto lease_ms = value_of(view->parameters, policies::Parameter::lease_ms);
  if (!policies::renewal_due(view->owner, lease_ms, state.deps.wall->now())) return;
  state.renewing = true;
  self->request(state.deps.core, role_timeout, NonceAsked{own_address(*state.deps.signer, KeyRole::lease), 0})
      .then([self, epoch = view->owner.epoch](const NonceFound& found) { renew(self, epoch, found.next); },
            [self](const caf::error&) { self->state.renewing = false; });
}

FailoverFacts facts(Failover self) {
  const auto& deps = self->state.deps;
  const auto view = lease_view(LedgerView{deps.store->snapshot()});
  if (!view) return {};
  const auto lease_ms = value_of(view->parameters, policies::Parameter::lease_ms);
  const auto immortality = policies::immortality_of(view->validators, view->owner.owner);
  return {
      .epoch = view->owner.epoch,
      .owner_status = std::string{name_of(policies::owner_health(view->owner, lease_ms, deps.wall->now()))},
      .immortality = std::string{name_of(immortality.state)},
      .failures_tolerated = immortality.failures_tolerated,
      .validators = view->validators.size()};
}

failover_actor::behavior_type failover(Failover self, FailoverDeps deps) {
  self->state.deps = std::move(deps);
  self->set_exception_handler(note_and_end(*self->state.deps.notes, "failover", self->state.deps.halt));
  self->delayed_send(self, self->state.deps.check_interval, Tick{});
  return {
      [](const Ping&) { return Pong{}; },
      [](const Crash&) { throw AskedToCrash{}; },
      [self](const Tick&) {
        renew_if_due(self);
        self->delayed_send(self, self->state.deps.check_interval, Tick{});
      },
      [self](const FailoverAsked&) { return facts(self); },
  };
}

}  // namespace

failover_actor spawn_failover(caf::actor_system& system, FailoverDeps deps) {
  return system.spawn(failover, std::move(deps));
}

}  // namespace mnrt::actors
