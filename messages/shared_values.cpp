#include "messages/shared_values.hpp"

#include <algorithm>

#include "policies/limits.hpp"

namespace mnrt::messages {

using policies::limits::keys_max;
using policies::limits::validators_max;

policies::KeyPolicy read_key_policy(wire::KeyPolicy::Reader reader) {
  require_known(reader);
  const auto list = require_list(reader.hasKeys(), reader.getKeys(), keys_max);
  require(list.size() > 0, DecodeError::wrong_length);
  require(reader.getThreshold() >= 1 && reader.getThreshold() <= list.size(), DecodeError::out_of_range);
  policies::KeyPolicy policy{.threshold = static_cast<std::uint8_t>(reader.getThreshold()), .keys = {}};
  policy.keys.reserve(list.size());
  for (auto key : list) policy.keys.push_back(read_32<policies::PublicKey>(key));
  require_sorted(policy.keys, [](const auto& key) -> const auto& { return key; });
  return policy;
}

void write_key_policy(wire::KeyPolicy::Builder builder, const policies::KeyPolicy& policy) {
  builder.setThreshold(policy.threshold);
  if (policy.keys.empty()) return;
  auto list = builder.initKeys(static_cast<unsigned>(policy.keys.size()));
  for (unsigned i = 0; i < list.size(); ++i) write_32(list[i], policy.keys[i]);
}

policies::Validator read_validator(wire::Validator::Reader reader) {
  require_known(reader);
  return {.address = read_32<policies::Address>(reader.getAddress()),
          .operated_by = read_32<policies::Address>(reader.getOperatedBy()),
          .consensus_key = read_32<policies::PublicKey>(reader.getConsensusKey()),
          .log_key = read_32<policies::PublicKey>(reader.getLogKey()),
          .cosigner_key = read_32<policies::PublicKey>(reader.getCosignerKey()),
          .tsa_certificate = read_32<policies::Digest>(reader.getTsaCertificate())};
}

void write_validator(wire::Validator::Builder builder, const policies::Validator& validator) {
  write_32(builder.getAddress(), validator.address);
  write_32(builder.getOperatedBy(), validator.operated_by);
  write_32(builder.getConsensusKey(), validator.consensus_key);
  write_32(builder.getLogKey(), validator.log_key);
  write_32(builder.getCosignerKey(), validator.cosigner_key);
  write_32(builder.getTsaCertificate(), validator.tsa_certificate);
}

std::vector<policies::Address> read_seats(bool present, capnp::List<wire::Key>::Reader list) {
  std::vector<policies::Address> seats;
  for (auto seat : require_list(present, list, validators_max))
    seats.push_back(read_32<policies::Address>(seat));
  require_sorted(seats, [](const auto& seat) -> const auto& { return seat; });
  return seats;
}

void write_seats(capnp::List<wire::Key>::Builder list, const std::vector<policies::Address>& seats) {
  for (unsigned i = 0; i < list.size(); ++i) write_32(list[i], seats[i]);
}

policies::ValidatorSet read_validators(bool present, capnp::List<wire::Validator>::Reader list) {
  require_list(present, list, validators_max);
  policies::ValidatorSet set;
  set.reserve(list.size());
  for (auto reader : list) set.push_back(read_validator(reader));
  require_sorted(set, [](const auto& validator) -> const auto& { return validator.address; });
  return set;
}

void write_validators(capnp::List<wire::Validator>::Builder list, const policies::ValidatorSet& set) {
  for (unsigned i = 0; i < list.size(); ++i) write_validator(list[i], set[i]);
}

policies::SealSet read_seals(wire::SealSet::Reader reader) {
  require_known(reader);
  policies::SealSet seals;
  seals.round = {reader.getRound()};
  const auto signers = require_list(reader.hasSigners(), reader.getSigners(), validators_max);
  seals.signers.reserve(signers.size());
  for (bool signer : signers) seals.signers.push_back(signer);
  const auto signatures = require_list(reader.hasSignatures(), reader.getSignatures(), validators_max);
  require(static_cast<std::size_t>(std::ranges::count(seals.signers, true)) == signatures.size(),
          DecodeError::inconsistent);
  seals.signatures.reserve(signatures.size());
  for (auto signature : signatures) seals.signatures.push_back(read_64<policies::Signature>(signature));
  return seals;
}

void write_seals(wire::SealSet::Builder builder, const policies::SealSet& seals) {
  builder.setRound(seals.round.value);
  if (!seals.signers.empty()) {
    auto signers = builder.initSigners(static_cast<unsigned>(seals.signers.size()));
    for (unsigned i = 0; i < signers.size(); ++i) signers.set(i, seals.signers[i]);
  }
  if (seals.signatures.empty()) return;
  auto signatures = builder.initSignatures(static_cast<unsigned>(seals.signatures.size()));
  for (unsigned i = 0; i < signatures.size(); ++i) write_64(signatures[i], seals.signatures[i]);
}

policies::Balances read_balances(wire::Balances::Reader reader) {
  require_known(reader);
  return {read_amount(reader.getGen()), read_amount(reader.getNex()), read_amount(reader.getFlx()),
          read_amount(reader.getAur())};
}

void write_balances(wire::Balances::Builder builder, const policies::Balances& balances) {
  write_amount(builder.getGen(), balances[0]);
  write_amount(builder.getNex(), balances[1]);
  write_amount(builder.getFlx(), balances[2]);
  write_amount(builder.getAur(), balances[3]);
}

policies::Token read_token(wire::Token token) {
  require(static_cast<std::size_t>(token) < policies::all_tokens.size(), DecodeError::unknown_variant);
  return static_cast<policies::Token>(token);
}

policies::Parameter read_parameter(std::uint16_t number) {
  require(number < policies::parameter_count, DecodeError::unknown_variant);
  return static_cast<policies::Parameter>(number);
}

policies::Parameters read_parameters(bool present, capnp::List<wire::ParameterValue>::Reader list) {
  require_list(present, list, policies::parameter_count);
  require(list.size() == policies::parameter_count, DecodeError::wrong_length);
  policies::Parameters parameters{};
  for (unsigned i = 0; i < list.size(); ++i)
    parameters[i] = {
        .value = list[i].getValue(), .lowest = list[i].getLowest(), .highest = list[i].getHighest()};
  return parameters;
}

void write_parameters(capnp::List<wire::ParameterValue>::Builder list,
                      const policies::Parameters& parameters) {
  for (unsigned i = 0; i < list.size(); ++i) {
    list[i].setValue(parameters[i].value);
    list[i].setLowest(parameters[i].lowest);
    list[i].setHighest(parameters[i].highest);
  }
}

policies::BlockTime read_time(std::int64_t ms) {
  require(ms >= 0, DecodeError::out_of_range);
  return {ms};
}

std::vector<std::string> read_texts(bool present, capnp::List<capnp::Text>::Reader list,
                                    std::size_t count_max) {
  require_list(present, list, count_max);
  std::vector<std::string> texts;
  texts.reserve(list.size());
  for (auto text : list) {
    // An empty element has two encodings, and no list has a use for one.
    require(text.size() > 0, DecodeError::missing_field);
    texts.emplace_back(text.begin(), text.end());
  }
  return texts;
}

void write_texts(capnp::List<capnp::Text>::Builder list, const std::vector<std::string>& texts) {
  for (unsigned i = 0; i < list.size(); ++i) list.set(i, text_of(texts[i]));
}

}  // namespace mnrt::messages
