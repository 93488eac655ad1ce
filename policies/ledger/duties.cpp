#include "policies/ledger/duties.hpp"

#include <algorithm>
#include <utility>

#include "policies/consensus/evidence.hpp"
#include "policies/ledger/evidence.hpp"
#include "policies/ledger/set_change.hpp"
#include "policies/limits.hpp"

namespace mnrt::policies {
namespace {

ValidatorSet set_in(const StateReader& rows) {
  return std::get<ValidatorsRow>(*rows.read(validators_key())).validators;
}

/// Whether no later block takes the report: known to the chain, or nothing left to punish.
bool is_settled(Refusal fault) {
  return fault == Refusal::evidence_known || fault == Refusal::evidence_moot ||
         fault == Refusal::offender_unknown || fault == Refusal::evidence_unproved;
}

bool is_committed(const ReportEvidence& report, const ReporterView& view) {
  const auto row = view.rows.read(reporter_key(view.account));
  return row &&
         std::get<ReporterRow>(*row).commitment == evidence_commitment(view.chain_id, view.account, report);
}

}  // namespace

std::optional<ReportEvidence> report_of(const Evidence& evidence, const StateReader& rows) {
  const auto report = [&](const PublicKey& key) {
    return ReportEvidence{.offender = evidence.offender,
                          .key = key,
                          .first = statement_of(evidence.first),
                          .second = statement_of(evidence.second),
                          .salt = {}};
  };
  const auto set = set_in(rows);
  if (const auto seat = index_of(set, evidence.offender)) return report(set[*seat].consensus_key);
  const auto bond = rows.read(bond_key(evidence.offender));
  if (!bond) return std::nullopt;
  return report(std::get<BondRow>(*bond).seat.consensus_key);
}

std::uint64_t blocks_before_turn(const ValidatorSet& set, const Address& seat, const Address& offender,
                                 Height height) {
  const auto mine = index_of(set, seat);
  const auto its = index_of(set, offender);
  const auto others = set.size() - (its ? 1 : 0);
  const auto turns = std::min<std::uint64_t>(others, report_turns_max);
  if (!mine || others == 0) return turns * report_turn_blocks;
  const auto place = *mine - (its && *its < *mine ? 1 : 0);
  return (place + height.value) % others * turns / others * report_turn_blocks;
}

bool Findings::add(ReportEvidence report, Height block) {
  if (findings_.size() >= limits::findings_max) return false;
  const auto same = [&](const Finding& known) { return key_of(known.report) == key_of(report); };
  if (std::ranges::any_of(findings_, same)) return false;
  findings_.push_back({.report = std::move(report), .found = block, .sent = {}});
  return true;
}

std::optional<Operation> Findings::next(const ReporterView& view) {
  // A statement about the height after the next one is refused now and taken soon.
  const auto is_early = [&](const Finding& one) { return one.report.first.body.height > view.block; };
  std::erase_if(findings_, [&](const Finding& one) {
    if (is_early(one) || !is_settled(evidence_fault(one.report, view.block, view.rows))) return false;
    settled_.push_back(key_of(one.report));
    return true;
  });
  const auto set = set_in(view.rows);
  const auto is_due = [&](const Finding& one) {
    const auto& report = one.report;
    const auto wait = blocks_before_turn(set, view.seat, report.offender, report.first.body.height);
    return !is_early(one) && one.found + wait <= view.block &&
           evidence_fault(report, view.block, view.rows) == Refusal::none;
  };
  const auto due = std::ranges::find_if(findings_, is_due);
  if (due == findings_.end()) return std::nullopt;

  const bool report = is_committed(due->report, view) || due->commitments >= report_commitments_max;
  if (report && reported_lately(view.account, view.block, view.rows)) return std::nullopt;
  const bool waits = due->sent && *due->sent + duty_expiry_blocks > view.block;
  if (waits && due->reported == report) return std::nullopt;
  due->sent = view.block;
  due->reported = report;
  if (report) return due->report;
  ++due->commitments;
  return CommitEvidence{evidence_commitment(view.chain_id, view.account, due->report)};
}

std::vector<Findings::Key> Findings::take_settled() {
  return std::exchange(settled_, {});
}

void Findings::not_taken() {
  for (auto& one : findings_) one.sent.reset();
}

std::optional<Ready> ready_due(const Address& seat, Height tip, const StateReader& rows) {
  if (!is_asked_to_join(seat, rows)) return std::nullopt;
  const Ready ready{tip};
  if (ready_fault(ready, seat, next(tip), rows) != Refusal::none) return std::nullopt;
  return ready;
}

}  // namespace mnrt::policies
