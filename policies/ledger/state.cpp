#include "policies/ledger/state.hpp"

#include <algorithm>
#include <span>

namespace mnrt::policies {
namespace {

StateKey key_of(RowKind kind, std::size_t rest = 0) {
  StateKey key;
  key.reserve(1 + rest);
  key.push_back(static_cast<std::uint8_t>(kind));
  return key;
}

void put(StateKey& key, std::span<const std::uint8_t> bytes) {
  key.insert(key.end(), bytes.begin(), bytes.end());
}

template <class Integer>
void put_big_endian(StateKey& key, Integer value) {
  for (std::size_t i = sizeof value; i-- > 0;) key.push_back(static_cast<std::uint8_t>(value >> (8 * i)));
}

}  // namespace

StateKey account_key(const Address& address) {
  auto key = key_of(RowKind::account, address.bytes.size());
  put(key, address.bytes);
  return key;
}

StateKey lane_key(const Address& address, std::uint32_t lane) {
  auto key = key_of(RowKind::lane, address.bytes.size() + sizeof lane);
  put(key, address.bytes);
  put_big_endian(key, lane);
  return key;
}

StateKey service_key(const std::string& id) {
  auto key = key_of(RowKind::service, id.size());
  key.insert(key.end(), id.begin(), id.end());
  return key;
}

StateKey expiry_key(BlockTime span_start) {
  auto key = key_of(RowKind::expiry, sizeof span_start.ms);
  put_big_endian(key, static_cast<std::uint64_t>(span_start.ms));
  return key;
}

StateKey pools_key() {
  return key_of(RowKind::pools);
}
StateKey owner_key() {
  return key_of(RowKind::owner);
}
StateKey log_key() {
  return key_of(RowKind::log);
}
StateKey parameters_key() {
  return key_of(RowKind::parameters);
}

StateKey parameter_history_key(Parameter parameter, Height until) {
  auto key = key_of(RowKind::parameter_history, 1 + sizeof until.value);
  key.push_back(static_cast<std::uint8_t>(parameter));
  put_big_endian(key, until.value);
  return key;
}

StateKey validators_key() {
  return key_of(RowKind::validators);
}
StateKey withdrawals_key() {
  return key_of(RowKind::withdrawals);
}

StateKey bond_key(const Address& seat) {
  auto key = key_of(RowKind::bond, seat.bytes.size());
  put(key, seat.bytes);
  return key;
}

StateKey offence_key(const Address& seat, Height height) {
  auto key = key_of(RowKind::offence, seat.bytes.size() + sizeof height.value);
  put(key, seat.bytes);
  put_big_endian(key, height.value);
  return key;
}

StateKey reporter_key(const Address& account) {
  auto key = key_of(RowKind::reporter, account.bytes.size());
  put(key, account.bytes);
  return key;
}

Height height_of_sealing_set(const StateKey& key) {
  Height height;
  for (std::size_t i = 1; i < key.size(); ++i) height.value = height.value << 8 | key[i];
  return height;
}

StateKey evidence_key() {
  return key_of(RowKind::evidence);
}
StateKey set_change_key() {
  return key_of(RowKind::set_change);
}
StateKey sealing_set_key(Height height) {
  auto key = key_of(RowKind::sealing_set, sizeof height.value);
  put_big_endian(key, height.value);
  return key;
}

StateKey upgrade_key() {
  return key_of(RowKind::upgrade);
}

}  // namespace mnrt::policies
