#include "policies/ledger/evidence.hpp"

#include <algorithm>
#include <map>
#include <optional>

#include "policies/crypto/hash.hpp"
#include "policies/ledger/accounts.hpp"
#include "policies/limits.hpp"

namespace mnrt::policies {
namespace {

using Entry = EvidenceRow::Entry;

template <class Row>
std::optional<Row> find(const StateReader& rows, const StateKey& key) {
  auto row = rows.read(key);
  return row ? std::optional{std::get<Row>(std::move(*row))} : std::nullopt;
}

/// Whole × part / of, part ≤ of, rounded down, for every amount.
Amount part_of(Amount whole, std::uint64_t part, std::uint64_t of) {
  return {whole.units / of * part + whole.units % of * part / of};
}

}  // namespace

Digest evidence_commitment(const Digest& chain_id, const Address& reporter, const ReportEvidence& report) {
  Bytes body;
  const auto put = [&](const auto& bytes) { body.insert(body.end(), bytes.begin(), bytes.end()); };
  put(reporter.bytes);
  put(report.first.signature.bytes);
  put(report.second.signature.bytes);
  put(report.salt.bytes);
  return domain_hash(Domain::evidence, chain_id, body);
}

Refusal evidence_fault(const ReportEvidence& report, Height block, const StateReader& rows) {
  const auto height = report.first.body.height;
  if (!contradict(report.first.body, report.second.body) || height == Height{0} || height > block)
    return Refusal::evidence_unproved;

  const auto set = find<ValidatorsRow>(rows, validators_key())->validators;
  const auto seat = index_of(set, report.offender);
  const auto bond = find<BondRow>(rows, bond_key(report.offender));
  const bool of_seat = seat && set[*seat].consensus_key == report.key;
  const bool of_bond = bond && bond->seat.consensus_key == report.key;
  if (!of_seat && !of_bond) return Refusal::offender_unknown;
  if (rows.read(offence_key(report.offender, height))) return Refusal::evidence_known;

  const auto changes = find<SetChangeRow>(rows, set_change_key()).value_or(SetChangeRow{});
  const auto goes = [&](const auto& removal) { return removal.seat == report.offender; };
  const bool loses_seat = seat && std::ranges::none_of(changes.removals, goes);
  if (!loses_seat && (!bond || bond->amount.units == 0)) return Refusal::evidence_moot;
  const auto window = find<EvidenceRow>(rows, evidence_key());
  const bool full = window && window->entries.size() >= limits::evidence_max;
  return full ? Refusal::evidence_window_full : Refusal::none;
}

bool reported_lately(const Address& reporter, Height block, const StateReader& rows) {
  const auto window = find<EvidenceRow>(rows, evidence_key());
  return window && std::ranges::any_of(window->entries, [&](const Entry& entry) {
           return entry.reporter == reporter && entry.reported + free_report_blocks > block;
         });
}

Amount penalty_at_end(Amount bond, Amount taken, std::uint64_t offenders, std::uint64_t seats) {
  if (seats <= flat_penalty_seats_max) return {};
  const auto all = seats * seats;
  const auto due = part_of(bond, std::min(9 * offenders * offenders, all), all);
  return due > taken ? Amount{due.units - taken.units} : Amount{};
}

Amount punish(const Address& seat, Amount penalty, Account* reporter, Overlay& state) {
  constexpr auto gen = index_of(Token::gen);
  const auto* bond = state.find<BondRow>(bond_key(seat));
  if (bond == nullptr) return {};
  penalty = std::min(penalty, bond->amount);
  if (penalty.units == 0) return {};
  debit(state.change<BondRow>(bond_key(seat)).amount, penalty);
  auto& pools = state.change_pools();
  debit(pools.bonds, penalty);
  auto rest = penalty;
  if (reporter != nullptr) {
    const auto share = share_rounded_down(penalty, reporter_share);
    if (share.units != 0) credit(state.change(*reporter).balances[gen], share);
    debit(rest, share);
  }
  const auto kept = Amount{rest.units / 2};
  credit(pools.treasury[gen], kept);
  credit(pools.burned[gen], Amount{rest.units - kept.units});
  return penalty;
}

void close_evidence_window(Height height, Overlay& state) {
  if (height.value % evidence_window_blocks != 0) return;
  const auto* row = state.find<EvidenceRow>(evidence_key());
  if (row == nullptr) return;
  const auto window = *row;
  struct Offender {
    Amount bond;
    Amount taken;
  };
  std::map<Address, Offender> offenders;
  for (const auto& entry : window.entries) {
    auto& offender = offenders.try_emplace(entry.offender, Offender{entry.bond, {}}).first->second;
    credit(offender.taken, entry.taken);
  }
  for (const auto& [seat, offender] : offenders)
    punish(seat, penalty_at_end(offender.bond, offender.taken, offenders.size(), window.seats), nullptr,
           state);
  state.erase(evidence_key());
}

}  // namespace mnrt::policies
