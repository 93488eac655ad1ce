#include "messages/validator_rows.hpp"

#include "messages/shared_values.hpp"
#include "messages/strict.hpp"
#include "policies/limits.hpp"

namespace mnrt::messages {

namespace limits = policies::limits;

policies::BondRow read_row(wire::BondRow::Reader reader) {
  require(reader.hasSeat(), DecodeError::missing_field);
  policies::BondRow row{.seat = read_validator(reader.getSeat()),
                        .amount = read_amount(reader.getAmount()),
                        .deposit = read_amount(reader.getDeposit()),
                        .bonded = {reader.getBonded()},
                        .ready = {reader.getReady()},
                        .ready_blocks = reader.getReadyBlocks(),
                        .unbonding = {}};
  require(reader.getLeaves() || reader.getUnbondingMs() == 0, DecodeError::inconsistent);
  if (reader.getLeaves()) row.unbonding = read_time(reader.getUnbondingMs());
  return row;
}

policies::OffenceRow read_row(wire::OffenceRow::Reader reader) {
  return {.reporter = read_32<policies::Address>(reader.getReporter()),
          .reported = {reader.getReported()},
          .penalty = read_amount(reader.getPenalty())};
}

policies::ReporterRow read_row(wire::ReporterRow::Reader reader) {
  return {.commitment = read_32<policies::Digest>(reader.getCommitment()),
          .committed = {reader.getCommitted()},
          .deposit = read_amount(reader.getDeposit())};
}

policies::EvidenceRow read_row(wire::EvidenceRow::Reader reader) {
  policies::EvidenceRow row{.seats = reader.getSeats(), .entries = {}};
  for (auto entry : require_list(reader.hasEntries(), reader.getEntries(), limits::evidence_max))
    row.entries.push_back({.offender = read_32<policies::Address>(entry.getOffender()),
                           .reported = {entry.getReported()},
                           .reporter = read_32<policies::Address>(entry.getReporter()),
                           .bond = read_amount(entry.getBond()),
                           .taken = read_amount(entry.getTaken())});
  return row;
}

policies::SetChangeRow read_row(wire::SetChangeRow::Reader reader) {
  policies::SetChangeRow row;
  for (auto one : require_list(reader.hasRemovals(), reader.getRemovals(), limits::validators_max))
    row.removals.push_back(
        {.seat = read_32<policies::Address>(one.getSeat()), .decided = {one.getDecided()}});
  require_sorted(row.removals, [](const auto& one) -> const auto& { return one.seat; });
  for (auto one : require_list(reader.hasProposals(), reader.getProposals(), limits::set_proposals_max)) {
    auto& proposal = row.proposals.emplace_back();
    proposal.joins = read_seats(one.hasJoins(), one.getJoins());
    proposal.leaves = read_seats(one.hasLeaves(), one.getLeaves());
    proposal.proposed = {one.getProposed()};
    proposal.votes = read_seats(one.hasVotes(), one.getVotes());
    require(one.getIsDecided() || one.getDecided() == 0, DecodeError::inconsistent);
    if (one.getIsDecided()) proposal.decided = {one.getDecided()};
  }
  return row;
}

policies::SealingSetRow read_row(wire::SealingSetRow::Reader reader) {
  return {read_validators(reader.hasValidators(), reader.getValidators())};
}

policies::UpgradeRow read_row(wire::UpgradeRow::Reader reader) {
  policies::UpgradeRow row{.version = reader.getVersion(), .proposals = {}};
  for (auto one : require_list(reader.hasProposals(), reader.getProposals(), limits::validators_max))
    row.proposals.push_back({.version = one.getVersion(),
                             .height = {one.getHeight()},
                             .votes = read_seats(one.hasVotes(), one.getVotes()),
                             .decided = one.getDecided()});
  require_sorted(row.proposals, [](const auto& one) { return std::pair{one.version, one.height}; });
  return row;
}

void write_row(wire::BondRow::Builder builder, const policies::BondRow& row) {
  write_validator(builder.initSeat(), row.seat);
  write_amount(builder.getAmount(), row.amount);
  write_amount(builder.getDeposit(), row.deposit);
  builder.setBonded(row.bonded.value);
  builder.setReady(row.ready.value);
  builder.setReadyBlocks(row.ready_blocks);
  builder.setLeaves(row.unbonding.has_value());
  if (row.unbonding) builder.setUnbondingMs(row.unbonding->ms);
}

void write_row(wire::OffenceRow::Builder builder, const policies::OffenceRow& row) {
  write_32(builder.getReporter(), row.reporter);
  builder.setReported(row.reported.value);
  write_amount(builder.getPenalty(), row.penalty);
}

void write_row(wire::ReporterRow::Builder builder, const policies::ReporterRow& row) {
  write_32(builder.getCommitment(), row.commitment);
  builder.setCommitted(row.committed.value);
  write_amount(builder.getDeposit(), row.deposit);
}

void write_row(wire::EvidenceRow::Builder builder, const policies::EvidenceRow& row) {
  builder.setSeats(row.seats);
  if (row.entries.empty()) return;
  auto list = builder.initEntries(static_cast<unsigned>(row.entries.size()));
  for (unsigned i = 0; i < list.size(); ++i) {
    const auto& entry = row.entries[i];
    write_32(list[i].getOffender(), entry.offender);
    write_32(list[i].getReporter(), entry.reporter);
    list[i].setReported(entry.reported.value);
    write_amount(list[i].getBond(), entry.bond);
    write_amount(list[i].getTaken(), entry.taken);
  }
}

void write_row(wire::SetChangeRow::Builder builder, const policies::SetChangeRow& row) {
  if (!row.removals.empty()) {
    auto list = builder.initRemovals(static_cast<unsigned>(row.removals.size()));
    for (unsigned i = 0; i < list.size(); ++i) {
      write_32(list[i].getSeat(), row.removals[i].seat);
      list[i].setDecided(row.removals[i].decided.value);
    }
  }
  if (row.proposals.empty()) return;
  auto list = builder.initProposals(static_cast<unsigned>(row.proposals.size()));
  for (unsigned i = 0; i < list.size(); ++i) {
    const auto& one = row.proposals[i];
    const auto size_of = [](const auto& seats) { return static_cast<unsigned>(seats.size()); };
    if (!one.joins.empty()) write_seats(list[i].initJoins(size_of(one.joins)), one.joins);
    if (!one.leaves.empty()) write_seats(list[i].initLeaves(size_of(one.leaves)), one.leaves);
    if (!one.votes.empty()) write_seats(list[i].initVotes(size_of(one.votes)), one.votes);
    list[i].setProposed(one.proposed.value);
    list[i].setIsDecided(one.decided.has_value());
    if (one.decided) list[i].setDecided(one.decided->value);
  }
}

void write_row(wire::SealingSetRow::Builder builder, const policies::SealingSetRow& row) {
  if (!row.validators.empty())
    write_validators(builder.initValidators(static_cast<unsigned>(row.validators.size())), row.validators);
}

void write_row(wire::UpgradeRow::Builder builder, const policies::UpgradeRow& row) {
  builder.setVersion(row.version);
  if (row.proposals.empty()) return;
  auto list = builder.initProposals(static_cast<unsigned>(row.proposals.size()));
  for (unsigned i = 0; i < list.size(); ++i) {
    const auto& one = row.proposals[i];
    list[i].setVersion(one.version);
    list[i].setHeight(one.height.value);
    list[i].setDecided(one.decided);
    if (!one.votes.empty())
      write_seats(list[i].initVotes(static_cast<unsigned>(one.votes.size())), one.votes);
  }
}

}  // namespace mnrt::messages
