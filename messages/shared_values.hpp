#pragma once

#include "messages/block.capnp.h"
#include "messages/state.capnp.h"
#include "messages/strict.hpp"
#include "messages/values.capnp.h"
#include "policies/ledger/block.hpp"
#include "policies/ledger/key_policy.hpp"
#include "policies/ledger/state.hpp"
#include "policies/validator_set.hpp"

// Values that stand in several messages. Included by the codecs' sources alone. Readers throw `Refused`.
namespace mnrt::messages {

/// The protocol versions that this binary speaks. A later one may give fields another meaning, so nothing
/// else of such a message is looked at.
inline void require_version(std::uint32_t version) {
  constexpr std::uint32_t version_max = 1;
  require(version >= 1 && version <= version_max, DecodeError::unsupported_version);
}

/// Well-formed: 1 ≤ threshold ≤ keys ≤ 16, keys sorted and distinct.
policies::KeyPolicy read_key_policy(wire::KeyPolicy::Reader reader);
void write_key_policy(wire::KeyPolicy::Builder builder, const policies::KeyPolicy& policy);

policies::Validator read_validator(wire::Validator::Reader reader);
void write_validator(wire::Validator::Builder builder, const policies::Validator& validator);

/// Addresses of at most 100 seats, sorted, distinct.
std::vector<policies::Address> read_seats(bool present, capnp::List<wire::Key>::Reader list);
void write_seats(capnp::List<wire::Key>::Builder list, const std::vector<policies::Address>& seats);

/// At most 100, sorted by address, distinct.
policies::ValidatorSet read_validators(bool present, capnp::List<wire::Validator>::Reader list);
void write_validators(capnp::List<wire::Validator>::Builder list, const policies::ValidatorSet& set);

/// As many signatures as flags that are set.
policies::SealSet read_seals(wire::SealSet::Reader reader);
void write_seals(wire::SealSet::Builder builder, const policies::SealSet& seals);

policies::Balances read_balances(wire::Balances::Reader reader);
void write_balances(wire::Balances::Builder builder, const policies::Balances& balances);

policies::Token read_token(wire::Token token);
inline wire::Token wire_of(policies::Token token) {
  return static_cast<wire::Token>(token);
}

policies::Parameter read_parameter(std::uint16_t number);

/// One a parameter, no more and no fewer.
policies::Parameters read_parameters(bool present, capnp::List<wire::ParameterValue>::Reader list);
void write_parameters(capnp::List<wire::ParameterValue>::Builder list,
                      const policies::Parameters& parameters);

/// Not before 1970.
policies::BlockTime read_time(std::int64_t ms);

/// Lengths of texts are the ledger's to judge.
std::vector<std::string> read_texts(bool present, capnp::List<capnp::Text>::Reader list,
                                    std::size_t count_max);
void write_texts(capnp::List<capnp::Text>::Builder list, const std::vector<std::string>& texts);

inline std::string read_text(bool present, capnp::Text::Reader text) {
  require_blob(present, text);
  return {text.begin(), text.end()};
}

inline capnp::Text::Reader text_of(const std::string& text) {
  return {text.data(), text.size()};
}

/// Strictly ascending by `key_of`.
template <class List, class KeyOf>
void require_sorted(const List& list, KeyOf key_of) {
  for (std::size_t i = 1; i < list.size(); ++i)
    require(key_of(list[i - 1]) < key_of(list[i]), DecodeError::not_sorted);
}

}  // namespace mnrt::messages
