#include "actors/duties.hpp"

#include <caf/all.hpp>
#include <stdexcept>
#include <string>
#include <utility>

#include "actors/exceptions.hpp"
#include "actors/mail/common.hpp"
#include "actors/mail/core.hpp"
#include "actors/mail/duties.hpp"
#include "actors/mail/journal.hpp"
#include "actors/mail/validator.hpp"
#include "actors/own_account.hpp"
#include "messages/keys.hpp"
#include "messages/transaction_codec.hpp"
#include "policies/crypto/hash.hpp"
#include "policies/ledger/duties.hpp"
#include "policies/ledger/set_change.hpp"
#include "policies/limits.hpp"

namespace mnrt::actors {
namespace {

using policies::Refusal;

constexpr std::chrono::milliseconds role_timeout{2'000};
constexpr std::chrono::seconds journal_timeout{10};

struct State {
  DutiesDeps deps;
  std::uint64_t session{};
  policies::Findings findings;
  bool reporting{};  ///< a commitment or a report is on its way to the pool
  bool readying{};   ///< a `ready` is
};

using Duties = duties_actor::stateful_pointer<State>;

LedgerView ledger(Duties self) {
  return LedgerView{self->state.deps.store->snapshot()};
}

void note(Duties self, policies::Note::Level level, std::string_view code,
          std::vector<std::pair<std::string_view, std::string>> fields) {
  policies::Note made{.level = level, .code = code, .fields = {}};
  for (auto& field : fields) made.fields.push_back(std::move(field));
  self->state.deps.notes->add("duties", made);
}

/// A transaction of one operation from one of the node's accounts to the pool; `then` gets its refusal.
template <class Then>
void send(Duties self, OwnSender sender, policies::Operation operation, Then then) {
  const auto& deps = self->state.deps;
  self->request(deps.core, role_timeout, NonceAsked{own_address(*deps.signer, sender.role), 0})
      .then(
          [=](const NonceFound& found) mutable {
            const auto& deps = self->state.deps;
            sender.nonce = found.next;
            const auto made =
                own_transaction(ledger(self), *deps.signer, deps.chain_id, sender, {std::move(operation)});
            self->request(deps.validator, role_timeout, CheckFrames{{made->frame}})
                .then([then](const CheckedFrames& checked) { then(checked.items.front().refusal); },
                      [then](const caf::error&) { then(Refusal::busy); });
          },
          [then](const caf::error&) { then(Refusal::busy); });
}

// --- evidence

/// Stable over restarts, because it is a function of the evidence; known to nobody else, because of the key.
policies::Digest salt_of(Duties self, const policies::ReportEvidence& report) {
  const auto& deps = self->state.deps;
  policies::Bytes body{report.first.signature.bytes.begin(), report.first.signature.bytes.end()};
  body.insert(body.end(), report.second.signature.bytes.begin(), report.second.signature.bytes.end());
  const auto bytes = policies::signing_bytes(policies::Domain::evidence, deps.chain_id, body);
  return policies::blake3(deps.signer->sign(KeyRole::account, bytes).bytes);
}

messages::Row row_of(Duties self, const policies::ReportEvidence& report) {
  const auto& deps = self->state.deps;
  const auto frame =
      own_transaction(ledger(self), *deps.signer, deps.chain_id, {.fee_free = true}, {report})->frame;
  return {messages::Table::local, messages::local_evidence_key(report.offender, report.first.body.height),
          *frame};
}

void append(Duties self, messages::Batch rows) {
  self->request(self->state.deps.journal, journal_timeout, Append{self->state.session, std::move(rows)})
      .then(
          [self](const Appended& appended) {
            if (!appended.result) self->quit(caf::sec::runtime_error);
          },
          [self](const caf::error& why) { self->quit(why); });
}

void remember(Duties self, const policies::Evidence& evidence) {
  auto& state = self->state;
  const auto view = ledger(self);
  const auto tip = view.tip();
  if (!state.deps.seat || evidence.offender == *state.deps.seat || !tip || !*tip) return;
  auto report = policies::report_of(evidence, view);
  if (!report) return;
  report->salt = salt_of(self, *report);
  auto row = row_of(self, *report);
  if (state.findings.add(std::move(*report), next(**tip))) append(self, {std::move(row)});
}

void read_findings(Duties self) {
  const auto view = ledger(self);
  const auto tip = view.tip();
  const auto prefix = messages::local_key(messages::LocalKind::evidence, {});
  const auto rows = view.snapshot().scan(messages::Table::local, prefix, messages::after_prefix(prefix),
                                         policies::limits::findings_max);
  if (!rows) throw_error(rows.error());
  if (!tip) throw_error(tip.error());
  if (!*tip) throw std::runtime_error("the store shows no chain");
  for (const auto& row : *rows) {
    const auto decoded = messages::decode_transaction(row.value);
    const auto* report =
        decoded ? std::get_if<policies::ReportEvidence>(&(*decoded)->body.operations.front()) : nullptr;
    if (report == nullptr)
      throw Damaged{"a row of evidence does not decode: restore a backup of the data directory"};
    self->state.findings.add(*report, next(**tip));
  }
}

void forget_settled(Duties self) {
  messages::Batch rows;
  for (const auto& [offender, height] : self->state.findings.take_settled())
    rows.push_back({messages::Table::local, messages::local_evidence_key(offender, height), std::nullopt});
  if (!rows.empty()) append(self, std::move(rows));
}

void report_if_due(Duties self, const LedgerView& view, policies::Height tip) {
  auto& state = self->state;
  if (state.findings.size() == 0 || state.reporting) return;
  auto operation = state.findings.next({.rows = view,
                                        .block = next(tip),
                                        .account = own_address(*state.deps.signer, KeyRole::account),
                                        .seat = *state.deps.seat,
                                        .chain_id = state.deps.chain_id});
  forget_settled(self);
  if (!operation) return;
  state.reporting = true;
  const bool is_report = std::holds_alternative<policies::ReportEvidence>(*operation);
  send(self, {.fee_free = is_report, .expiry_blocks = policies::duty_expiry_blocks}, std::move(*operation),
       [self, is_report](Refusal refusal) {
         self->state.reporting = false;
         const bool taken = refusal == Refusal::none;
         if (!taken) self->state.findings.not_taken();
         note(self, policies::Note::Level::info,
              taken ? is_report ? "evidence_reported" : "evidence_committed" : "evidence_not_taken",
              {{"reason", std::string{name_of(refusal)}}});
       });
}

// --- ready

void ready_if_due(Duties self, const LedgerView& view, policies::Height tip) {
  auto& state = self->state;
  if (state.readying) return;
  const auto ready = policies::ready_due(*state.deps.seat, tip, view);
  if (!ready) return;
  state.readying = true;
  // Expires when the ledger would find it too old: it would keep the next one out of the pool.
  send(self, {.role = KeyRole::consensus, .fee_free = true, .expiry_blocks = policies::ready_lag_blocks + 1},
       *ready, [self](Refusal refusal) {
         self->state.readying = false;
         // Renewed already: the one before still waits, and is as good.
         if (refusal != Refusal::none && refusal != Refusal::renewed_already)
           note(self, policies::Note::Level::warning, "ready_not_taken",
                {{"reason", std::string{name_of(refusal)}}});
       });
}

// --- the role

void act(Duties self) {
  if (!self->state.deps.seat) return;
  const auto view = ledger(self);
  const auto tip = view.tip();
  if (!tip || !*tip) return;
  report_if_due(self, view, **tip);
  ready_if_due(self, view, **tip);
}

duties_actor::behavior_type duties(Duties self, DutiesDeps deps) {
  self->state.deps = std::move(deps);
  self->set_exception_handler(note_and_end(*self->state.deps.notes, "duties", self->state.deps.halt));
  self->request(self->state.deps.journal, journal_timeout, Open{"duties"})
      .await(
          [self](const Opened& opened) {
            if (!opened.session) return self->quit(caf::sec::runtime_error);
            self->state.session = *opened.session;
            read_findings(self);
          },
          [self](const caf::error& why) { self->quit(why); });
  return {
      [](const Ping&) { return Pong{}; },
      [](const Crash&) { throw AskedToCrash{}; },
      [self](const BlockFinal&) { act(self); },
      [self](const EvidenceFound& found) { remember(self, *found.evidence); },
  };
}

}  // namespace

duties_actor spawn_duties(caf::actor_system& system, DutiesDeps deps) {
  return system.spawn(duties, std::move(deps));
}

}  // namespace mnrt::actors
