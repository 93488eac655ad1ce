#include "actors/notary.hpp"

#include <caf/all.hpp>
#include <deque>
#include <set>
#include <stdexcept>
#include <utility>

#include "actors/exceptions.hpp"
#include "actors/mail/common.hpp"
#include "actors/mail/core.hpp"
#include "actors/mail/journal.hpp"
#include "actors/mail/notary.hpp"
#include "actors/mail/validator.hpp"
#include "actors/owed_answer.hpp"
#include "actors/own_account.hpp"
#include "actors/receipt_maker.hpp"
#include "policies/notary/receipt.hpp"

namespace mnrt::actors {
namespace {

using policies::Refusal;

constexpr std::chrono::milliseconds role_timeout{2'000};
constexpr std::chrono::seconds journal_timeout{10};

struct Order {
  std::vector<policies::Operation> operations;
  OwedAnswer<SentOwn> answer;
};

struct ReceiptOrder {
  std::uint64_t leaf{};
  OwedAnswer<Receipt> answer;
};

struct State {
  NotaryDeps deps;
  std::uint64_t session{};
  std::deque<Order> orders;  ///< the first is under way
  std::deque<ReceiptOrder> receipts;
  bool signing{};  ///< a head's row is on its way to the disk
  policies::LogSignState signed_head;
  std::optional<policies::SignedNote> checkpoint;  ///< of signed_head
};

using Notary = notary_actor::stateful_pointer<State>;

LedgerView ledger(Notary self) {
  return LedgerView{self->state.deps.store->snapshot()};
}

std::optional<policies::ValidatorSet> validators(const LedgerView& view) {
  auto row = view.row(policies::validators_key());
  if (!row || !*row) return std::nullopt;
  return std::get<policies::ValidatorsRow>(std::move(**row)).validators;
}

// --- own transactions
// ------------------------------------------------------------------------------------------------

void send_first(Notary self);

void finish_first(Notary self, const SentOwn& sent) {
  auto& orders = self->state.orders;
  orders.front().answer->deliver(sent);
  orders.pop_front();
  if (!orders.empty()) send_first(self);
}

void send_with_nonce(Notary self, std::uint64_t nonce) {
  auto& state = self->state;
  const auto transaction =
      own_transaction(ledger(self), *state.deps.signer, state.deps.chain_id,
                      {.lane = clients_lane, .nonce = nonce}, state.orders.front().operations);
  self->request(state.deps.validator, role_timeout, CheckFrames{{transaction->frame}})
      .then(
          [self](const CheckedFrames& checked) {
            finish_first(self, {checked.items.front().id, checked.items.front().refusal});
          },
          [self](const caf::error&) { finish_first(self, {{}, Refusal::busy}); });
}

void send_first(Notary self) {
  const auto& deps = self->state.deps;
  self->request(deps.core, role_timeout,
                NonceAsked{own_address(*deps.signer, KeyRole::account), clients_lane})
      .then([self](const NonceFound& found) { send_with_nonce(self, found.next); },
            [self](const caf::error&) { finish_first(self, {{}, Refusal::busy}); });
}

// --- receipts
// --------------------------------------------------------------------------------------------------------

void answer_receipts(Notary self) {
  auto& state = self->state;
  const auto view = ledger(self);
  for (auto& order : std::exchange(state.receipts, {}))
    order.answer->deliver(make_receipt(view, order.leaf, *state.checkpoint, state.signed_head.last->size));
}

void refuse_receipts(Notary self, std::string_view why) {
  self->state.deps.notes->add("notary", {.level = policies::Note::Level::warning,
                                         .code = "receipt_refused",
                                         .fields = {{"reason", std::string{why}}}});
  for (auto& order : std::exchange(self->state.receipts, {})) order.answer->deliver(Receipt{});
}

/// Signs the head of the final log, if that is not the one already signed, and answers what waits.
void sign_and_answer(Notary self) {
  auto& state = self->state;
  if (state.signing) return;
  const auto view = ledger(self);
  const auto head = final_log_head(view);
  const auto set = validators(view);
  const auto seat = set && state.deps.seat ? policies::index_of(*set, *state.deps.seat) : std::nullopt;
  if (!head || !seat) return refuse_receipts(self, "this node has no seat whose keys could sign the log");

  policies::LogSignRequest request{*head, *head, {}};
  if (const auto& last = state.signed_head.last; last && last->size > 0 && last->size < head->size)
    if (auto proof = policies::prove_consistency({last->size, head->size}, StoredLog{view.snapshot()}))
      request.consistency = std::move(*proof);
  const auto verdict = policies::may_sign(state.signed_head, request);
  const bool again = verdict == policies::LogSignVerdict::sign_again;
  if (again && state.checkpoint) return answer_receipts(self);
  if (!again && verdict != policies::LogSignVerdict::sign)
    return refuse_receipts(self, policies::name_of(verdict));

  state.signing = true;
  self->request(state.deps.journal, journal_timeout, Append{state.session, {log_sign_row(*head)}})
      .then(
          [self, head = *head, seat = (*set)[*seat]](const Appended& appended) {
            auto& state = self->state;
            if (!appended.result) return self->quit(caf::sec::runtime_error);
            state.signing = false;
            state.signed_head.last = head;
            state.checkpoint = signed_checkpoint(state.deps.chain_id, seat, head, *state.deps.signer,
                                                 state.deps.wall->now());
            answer_receipts(self);
          },
          [self](const caf::error& why) { self->quit(why); });
}

// --- the role
// --------------------------------------------------------------------------------------------------------

NotaryFacts facts(Notary self) {
  const auto view = ledger(self);
  const auto head = final_log_head(view);
  const auto set = validators(view);
  std::size_t operators = 0;
  if (set) {
    std::set<policies::Address> distinct;
    for (const auto& validator : *set) distinct.insert(validator.operated_by);
    operators = distinct.size();
  }
  return {.workers = 1,
          .in_flight = self->state.orders.size(),
          .log_size = head ? head->size : 0,
          .assurance = policies::assurance_text(operators)};
}

void begin(Notary self, std::uint64_t session) {
  self->state.session = session;
  auto stored = stored_log_sign_state(*self->state.deps.store->snapshot());
  if (!stored) throw_error(stored.error());
  self->state.signed_head = *stored;
}

notary_actor::behavior_type notary(Notary self, NotaryDeps deps) {
  self->state.deps = std::move(deps);
  self->set_exception_handler(note_and_end(*self->state.deps.notes, "notary", self->state.deps.halt));
  self->request(self->state.deps.journal, journal_timeout, Open{"notary"})
      .await(
          [self](const Opened& opened) {
            if (!opened.session) return self->quit(caf::sec::runtime_error);
            begin(self, *opened.session);
          },
          [self](const caf::error& why) { self->quit(why); });
  return {
      [](const Ping&) { return Pong{}; },
      [](const Crash&) { throw AskedToCrash{}; },
      [self](SendOwn& send) -> caf::result<SentOwn> {
        auto& orders = self->state.orders;
        if (orders.size() >= self->state.deps.in_flight_max) return SentOwn{{}, Refusal::busy};
        const auto answer = owed(self->make_response_promise<SentOwn>());
        orders.push_back({std::move(send.operations), answer});
        if (orders.size() == 1) send_first(self);
        return *answer;
      },
      [self](const MakeReceipt& make) -> caf::result<Receipt> {
        const auto answer = owed(self->make_response_promise<Receipt>());
        self->state.receipts.push_back({make.leaf, answer});
        sign_and_answer(self);
        return *answer;
      },
      [self](const NotaryAsked&) { return facts(self); },
  };
}

}  // namespace

notary_actor spawn_notary(caf::actor_system& system, NotaryDeps deps) {
  return system.spawn(notary, std::move(deps));
}

}  // namespace mnrt::actors
