#include "actors/core_notes.hpp"

#include "policies/consensus/evidence.hpp"

namespace mnrt::actors {
namespace {

void note(Notes& notes, std::string_view step, policies::Height height, policies::Round round,
          std::string what) {
  notes.add("core", {.level = policies::Note::Level::debug,
                     .code = "message_signed",
                     .fields = {{"step", std::string{step}},
                                {"height", std::to_string(height.value)},
                                {"round", std::to_string(round.value)},
                                {"digest", std::move(what)}}});
}

}  // namespace

std::string describe(const policies::Digest& digest) {
  return policies::to_hex(digest.bytes).substr(0, 16);
}

void note_signed(Notes& notes, const policies::Proposal& body) {
  note(notes, "proposal", body.height, body.round, policies::to_hex(body.block->digest.bytes));
}
void note_signed(Notes& notes, const policies::Prepare& body) {
  note(notes, "prepare", body.height, body.round, policies::to_hex(body.digest.bytes));
}
void note_signed(Notes& notes, const policies::Commit& body) {
  note(notes, "commit", body.height, body.round, policies::to_hex(body.digest.bytes));
}
void note_signed(Notes& notes, const policies::RoundChange& body) {
  note(notes, "round_change", body.height, body.round,
       body.prepared
           ? std::to_string(body.prepared->round.value) + ":" + policies::to_hex(body.prepared->digest.bytes)
           : "none");
}

void note_dropped(Notes& notes, const policies::Dropped& dropped) {
  notes.add("core", {.level = policies::Note::Level::info,
                     .code = "transaction_dropped",
                     .fields = {{"id", describe(dropped.transaction)},
                                {"reason", std::string{name_of(dropped.refusal)}}}});
}

void note_displaced(Notes& notes, std::span<const policies::Digest> ids) {
  for (const auto& id : ids)
    notes.add("core", {.level = policies::Note::Level::debug,
                       .code = "transaction_displaced",
                       .fields = {{"id", describe(id)}}});
}

void note_votes_checked(Notes& notes, const policies::VoteGate::Closed& closed) {
  notes.add("peers", {.level = policies::Note::Level::debug,
                      .code = "votes_checked",
                      .fields = {{"height", std::to_string(closed.height.value)},
                                 {"validators", std::to_string(closed.validators)},
                                 {"signatures", std::to_string(closed.signatures)}}});
}

void note_evidence(Notes& notes, const policies::Evidence& evidence) {
  notes.add("core", {.level = policies::Note::Level::warning,
                     .code = "equivocation_seen",
                     .fields = {{"offender", policies::to_bech32m(evidence.offender)},
                                {"height", std::to_string(policies::height_of(evidence.first).value)}}});
}

}  // namespace mnrt::actors
