#pragma once

#include "messages/state.capnp.h"
#include "policies/ledger/state.hpp"

// Rows about validators: bonds, evidence, and how the set changes. Included by the codec of the state alone.
// Readers throw `Refused`.
namespace mnrt::messages {

policies::BondRow read_row(wire::BondRow::Reader reader);
void write_row(wire::BondRow::Builder builder, const policies::BondRow& row);
policies::OffenceRow read_row(wire::OffenceRow::Reader reader);
void write_row(wire::OffenceRow::Builder builder, const policies::OffenceRow& row);
policies::ReporterRow read_row(wire::ReporterRow::Reader reader);
void write_row(wire::ReporterRow::Builder builder, const policies::ReporterRow& row);
policies::EvidenceRow read_row(wire::EvidenceRow::Reader reader);
void write_row(wire::EvidenceRow::Builder builder, const policies::EvidenceRow& row);
policies::SetChangeRow read_row(wire::SetChangeRow::Reader reader);
void write_row(wire::SetChangeRow::Builder builder, const policies::SetChangeRow& row);
policies::SealingSetRow read_row(wire::SealingSetRow::Reader reader);
void write_row(wire::SealingSetRow::Builder builder, const policies::SealingSetRow& row);
policies::UpgradeRow read_row(wire::UpgradeRow::Reader reader);
void write_row(wire::UpgradeRow::Builder builder, const policies::UpgradeRow& row);

}  // namespace mnrt::messages
