#include "messages/state_codec.hpp"

#include "messages/shared_values.hpp"
#include "messages/state.capnp.h"
#include "messages/strict.hpp"
#include "messages/validator_rows.hpp"
#include "policies/limits.hpp"

namespace mnrt::messages {
namespace {

namespace limits = policies::limits;
using policies::Bytes;
using policies::ByteView;

using messages::read_row;
using messages::write_row;

constexpr std::size_t frontier_max = 64;  // one a bit of the log's size

policies::AccountRow read_row(wire::AccountRow::Reader reader) {
  policies::AccountRow row{.keys = {},
                           .nonce = reader.getNonce(),
                           .balances = {read_amount(reader.getGen()), read_amount(reader.getNex()),
                                        read_amount(reader.getFlx()), read_amount(reader.getAur())},
                           .deposit = read_amount(reader.getDeposit())};
  if (reader.hasKeys()) row.keys = read_key_policy(reader.getKeys());
  return row;
}

policies::LaneRow read_row(wire::LaneRow::Reader reader) {
  return {.nonce = reader.getNonce(), .deposit = read_amount(reader.getDeposit())};
}

policies::ServiceRow read_row(wire::ServiceRow::Reader reader) {
  return {
      .owner = read_32<policies::Address>(reader.getOwner()),
      .kind = read_text(reader.hasKind(), reader.getKind()),
      .version = read_text(reader.hasVersion(), reader.getVersion()),
      .endpoints = read_texts(reader.hasEndpoints(), reader.getEndpoints(), limits::service_endpoints_max),
      .labels = read_texts(reader.hasLabels(), reader.getLabels(), limits::service_labels_max),
      .ttl_seconds = reader.getTtlSeconds(),
      .registered = {reader.getRegistered()},
      .expires = read_time(reader.getExpiresMs()),
      .deposit = read_amount(reader.getDeposit())};
}

policies::PoolsRow read_row(wire::PoolsRow::Reader reader) {
  require(reader.hasTreasury() && reader.hasMinted() && reader.hasBurned(), DecodeError::missing_field);
  return {.treasury = read_balances(reader.getTreasury()),
          .minted = read_balances(reader.getMinted()),
          .burned = read_balances(reader.getBurned()),
          .deposits = read_amount(reader.getDeposits()),
          .services = reader.getServices(),
          .services_swept = read_time(reader.getServicesSweptMs()),
          .bonds = read_amount(reader.getBonds())};
}

policies::OwnerRow read_row(wire::OwnerRow::Reader reader) {
  return {.epoch = {reader.getEpoch()},
          .owner = read_32<policies::Address>(reader.getOwner()),
          .lease_key = read_32<policies::PublicKey>(reader.getLeaseKey()),
          .renewed_time = read_time(reader.getRenewedTimeMs()),
          .renewed_height = {reader.getRenewedHeight()},
          .deposed = reader.getDeposed()};
}

policies::LogRow read_row(wire::LogRow::Reader reader) {
  policies::LogRow row{.size = reader.getSize(), .frontier = {}};
  const auto frontier = require_list(reader.hasFrontier(), reader.getFrontier(), frontier_max);
  require(frontier.size() == static_cast<unsigned>(std::popcount(row.size)), DecodeError::inconsistent);
  for (auto root : frontier) row.frontier.push_back(read_32<policies::Digest>(root));
  return row;
}

policies::ParametersRow read_row(wire::ParametersRow::Reader reader) {
  policies::ParametersRow row{.values = read_parameters(reader.hasValues(), reader.getValues()),
                              .pending = {}};
  for (auto pending : require_list(reader.hasPending(), reader.getPending(), policies::parameter_count))
    row.pending.push_back({.parameter = read_parameter(pending.getParameter()),
                           .value = pending.getValue(),
                           .effective = {pending.getEffective()}});
  require_sorted(row.pending,
                 [](const auto& pending) { return std::pair{pending.effective, pending.parameter}; });
  return row;
}

policies::ParameterHistoryRow read_row(wire::ParameterHistoryRow::Reader reader) {
  return {.value = reader.getValue()};
}

policies::ValidatorsRow read_row(wire::ValidatorSet::Reader reader) {
  return {.validators = read_validators(reader.hasValidators(), reader.getValidators())};
}

policies::WithdrawalsRow read_row(wire::WithdrawalsRow::Reader reader) {
  policies::WithdrawalsRow row;
  for (auto entry : require_list(reader.hasEntries(), reader.getEntries(), limits::withdrawals_max))
    row.entries.push_back({.to = read_32<policies::Address>(entry.getTo()),
                           .token = read_token(entry.getToken()),
                           .amount = read_amount(entry.getAmount()),
                           .asked = read_time(entry.getAskedMs()),
                           .paid = entry.getPaid()});
  return row;
}

policies::ExpiryRow read_row(wire::ExpiryRow::Reader reader) {
  policies::ExpiryRow row{.services =
                              read_texts(reader.hasServices(), reader.getServices(), limits::services_max)};
  require(!row.services.empty(), DecodeError::wrong_length);
  require_sorted(row.services, [](const auto& id) -> const auto& { return id; });
  return row;
}

void write_row(wire::AccountRow::Builder builder, const policies::AccountRow& row) {
  builder.setNonce(row.nonce);
  write_amount(builder.getGen(), row.balances[0]);
  write_amount(builder.getNex(), row.balances[1]);
  write_amount(builder.getFlx(), row.balances[2]);
  write_amount(builder.getAur(), row.balances[3]);
  write_amount(builder.getDeposit(), row.deposit);
  if (row.keys) write_key_policy(builder.initKeys(), *row.keys);
}

void write_row(wire::LaneRow::Builder builder, const policies::LaneRow& row) {
  builder.setNonce(row.nonce);
  write_amount(builder.getDeposit(), row.deposit);
}

void write_row(wire::ServiceRow::Builder builder, const policies::ServiceRow& row) {
  write_32(builder.getOwner(), row.owner);
  if (!row.kind.empty()) builder.setKind(text_of(row.kind));
  if (!row.version.empty()) builder.setVersion(text_of(row.version));
  const auto endpoints = static_cast<unsigned>(row.endpoints.size());
  const auto labels = static_cast<unsigned>(row.labels.size());
  if (endpoints > 0) write_texts(builder.initEndpoints(endpoints), row.endpoints);
  if (labels > 0) write_texts(builder.initLabels(labels), row.labels);
  builder.setTtlSeconds(row.ttl_seconds);
  builder.setRegistered(row.registered.value);
  builder.setExpiresMs(row.expires.ms);
  write_amount(builder.getDeposit(), row.deposit);
}

void write_row(wire::PoolsRow::Builder builder, const policies::PoolsRow& row) {
  write_balances(builder.initTreasury(), row.treasury);
  write_balances(builder.initMinted(), row.minted);
  write_balances(builder.initBurned(), row.burned);
  write_amount(builder.getDeposits(), row.deposits);
  builder.setServices(row.services);
  builder.setServicesSweptMs(row.services_swept.ms);
  write_amount(builder.getBonds(), row.bonds);
}

void write_row(wire::OwnerRow::Builder builder, const policies::OwnerRow& row) {
  builder.setEpoch(row.epoch.value);
  write_32(builder.getOwner(), row.owner);
  write_32(builder.getLeaseKey(), row.lease_key);
  builder.setRenewedTimeMs(row.renewed_time.ms);
  builder.setRenewedHeight(row.renewed_height.value);
  builder.setDeposed(row.deposed);
}

void write_row(wire::LogRow::Builder builder, const policies::LogRow& row) {
  builder.setSize(row.size);
  if (row.frontier.empty()) return;
  auto frontier = builder.initFrontier(static_cast<unsigned>(row.frontier.size()));
  for (unsigned i = 0; i < frontier.size(); ++i) write_32(frontier[i], row.frontier[i]);
}

void write_row(wire::ParametersRow::Builder builder, const policies::ParametersRow& row) {
  write_parameters(builder.initValues(policies::parameter_count), row.values);
  if (row.pending.empty()) return;
  auto list = builder.initPending(static_cast<unsigned>(row.pending.size()));
  for (unsigned i = 0; i < list.size(); ++i) {
    list[i].setEffective(row.pending[i].effective.value);
    list[i].setValue(row.pending[i].value);
    list[i].setParameter(static_cast<std::uint16_t>(row.pending[i].parameter));
  }
}

void write_row(wire::ParameterHistoryRow::Builder builder, const policies::ParameterHistoryRow& row) {
  builder.setValue(row.value);
}

void write_row(wire::ValidatorSet::Builder builder, const policies::ValidatorsRow& row) {
  if (row.validators.empty()) return;
  write_validators(builder.initValidators(static_cast<unsigned>(row.validators.size())), row.validators);
}

void write_row(wire::WithdrawalsRow::Builder builder, const policies::WithdrawalsRow& row) {
  if (row.entries.empty()) return;
  auto list = builder.initEntries(static_cast<unsigned>(row.entries.size()));
  for (unsigned i = 0; i < list.size(); ++i) {
    const auto& entry = row.entries[i];
    write_32(list[i].getTo(), entry.to);
    list[i].setToken(wire_of(entry.token));
    write_amount(list[i].getAmount(), entry.amount);
    list[i].setAskedMs(entry.asked.ms);
    list[i].setPaid(entry.paid);
  }
}

void write_row(wire::ExpiryRow::Builder builder, const policies::ExpiryRow& row) {
  if (row.services.empty()) return;
  write_texts(builder.initServices(static_cast<unsigned>(row.services.size())), row.services);
}

/// Which schema a row's value has.
template <class Row>
struct WireOf;
template <>
struct WireOf<policies::AccountRow> {
  using type = wire::AccountRow;
};
template <>
struct WireOf<policies::LaneRow> {
  using type = wire::LaneRow;
};
template <>
struct WireOf<policies::ServiceRow> {
  using type = wire::ServiceRow;
};
template <>
struct WireOf<policies::PoolsRow> {
  using type = wire::PoolsRow;
};
template <>
struct WireOf<policies::OwnerRow> {
  using type = wire::OwnerRow;
};
template <>
struct WireOf<policies::LogRow> {
  using type = wire::LogRow;
};
template <>
struct WireOf<policies::ParametersRow> {
  using type = wire::ParametersRow;
};
template <>
struct WireOf<policies::ParameterHistoryRow> {
  using type = wire::ParameterHistoryRow;
};
template <>
struct WireOf<policies::ValidatorsRow> {
  using type = wire::ValidatorSet;
};
template <>
struct WireOf<policies::WithdrawalsRow> {
  using type = wire::WithdrawalsRow;
};
template <>
struct WireOf<policies::ExpiryRow> {
  using type = wire::ExpiryRow;
};

template <>
struct WireOf<policies::BondRow> {
  using type = wire::BondRow;
};
template <>
struct WireOf<policies::OffenceRow> {
  using type = wire::OffenceRow;
};
template <>
struct WireOf<policies::ReporterRow> {
  using type = wire::ReporterRow;
};
template <>
struct WireOf<policies::EvidenceRow> {
  using type = wire::EvidenceRow;
};
template <>
struct WireOf<policies::SetChangeRow> {
  using type = wire::SetChangeRow;
};
template <>
struct WireOf<policies::SealingSetRow> {
  using type = wire::SealingSetRow;
};

template <>
struct WireOf<policies::UpgradeRow> {
  using type = wire::UpgradeRow;
};

template <class Row>
std::expected<policies::StateRow, DecodeError> decode_as(ByteView bytes) {
  using Wire = typename WireOf<Row>::type;
  return decode_with<Wire>(bytes, limits::row_bytes_max,
                           [](typename Wire::Reader reader) -> policies::StateRow {
                             require_known(reader);
                             return read_row(reader);
                           });
}

}  // namespace

Bytes encode_row(const policies::StateRow& row) {
  return std::visit(
      []<class Row>(const Row& value) {
        using Wire = typename WireOf<Row>::type;
        return encode_with<Wire>([&](typename Wire::Builder builder) { write_row(builder, value); });
      },
      row);
}

std::expected<policies::StateRow, DecodeError> decode_row(const policies::StateKey& key, ByteView bytes) {
  using policies::RowKind;
  if (key.empty()) return std::unexpected(DecodeError::unknown_variant);
  switch (static_cast<RowKind>(key.front())) {
    case RowKind::account:
      return decode_as<policies::AccountRow>(bytes);
    case RowKind::lane:
      return decode_as<policies::LaneRow>(bytes);
    case RowKind::service:
      return decode_as<policies::ServiceRow>(bytes);
    case RowKind::expiry:
      return decode_as<policies::ExpiryRow>(bytes);
    case RowKind::pools:
      return decode_as<policies::PoolsRow>(bytes);
    case RowKind::owner:
      return decode_as<policies::OwnerRow>(bytes);
    case RowKind::log:
      return decode_as<policies::LogRow>(bytes);
    case RowKind::parameters:
      return decode_as<policies::ParametersRow>(bytes);
    case RowKind::parameter_history:
      return decode_as<policies::ParameterHistoryRow>(bytes);
    case RowKind::validators:
      return decode_as<policies::ValidatorsRow>(bytes);
    case RowKind::withdrawals:
      return decode_as<policies::WithdrawalsRow>(bytes);
    case RowKind::bond:
      return decode_as<policies::BondRow>(bytes);
    case RowKind::offence:
      return decode_as<policies::OffenceRow>(bytes);
    case RowKind::reporter:
      return decode_as<policies::ReporterRow>(bytes);
    case RowKind::evidence:
      return decode_as<policies::EvidenceRow>(bytes);
    case RowKind::set_change:
      return decode_as<policies::SetChangeRow>(bytes);
    case RowKind::sealing_set:
      return decode_as<policies::SealingSetRow>(bytes);
    case RowKind::upgrade:
      return decode_as<policies::UpgradeRow>(bytes);
  }
  return std::unexpected(DecodeError::unknown_variant);
}

}  // namespace mnrt::messages
