#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "policies/consensus/messages.hpp"
#include "policies/consensus/sign_state.hpp"
#include "policies/ledger/genesis.hpp"
#include "policies/ledger/outcome.hpp"
#include "policies/ledger/state.hpp"
#include "policies/ledger/transaction.hpp"
#include "policies/notary/trust.hpp"

// Values drawn from a seed, well-formed as the codecs demand. Zeros are drawn often: the canonical form
// leaves trailing zero words out, so they are where an encoding could go wrong.
namespace mnrt::messages::samples {

class Draw {
 public:
  explicit Draw(std::uint64_t seed) : engine_(seed) {}

  std::uint64_t below(std::uint64_t bound) { return engine_() % bound; }
  bool chance(std::uint64_t one_in) { return below(one_in) == 0; }

  /// 0, small, largest or anything.
  std::uint64_t number();
  std::uint32_t number_32() { return static_cast<std::uint32_t>(number()); }
  std::int64_t time_ms() { return static_cast<std::int64_t>(number() >> 1); }
  policies::Amount amount();

  /// 32 or 64 bytes: zeros, zeros at the end, or anything.
  template <class Value>
  Value bytes() {
    Value value;
    if (chance(8)) return value;
    const auto from_end = chance(4) ? below(value.bytes.size()) : 0;
    for (std::size_t i = 0; i + from_end < value.bytes.size(); ++i)
      value.bytes[i] = static_cast<std::uint8_t>(below(256));
    return value;
  }

  /// Distinct and sorted.
  template <class Value>
  std::vector<Value> sorted(std::size_t count) {
    std::vector<Value> all;
    for (std::size_t i = 0; i < count; ++i) all.push_back(bytes<Value>());
    std::sort(all.begin(), all.end());
    all.erase(std::unique(all.begin(), all.end()), all.end());
    return all;
  }

  std::string text(std::size_t bytes_max);
  policies::Bytes blob(std::size_t size);

 private:
  std::mt19937_64 engine_;
};

policies::KeyPolicy key_policy(Draw& draw);
policies::Operation operation(Draw& draw, std::size_t kind);
policies::Operation operation(Draw& draw);
policies::Transaction transaction(Draw& draw);
std::vector<policies::KeySignature> signatures(Draw& draw);

/// A frame whose signatures are drawn, not made.
policies::Bytes frame(Draw& draw);

policies::SignedStatement statement(Draw& draw);
policies::SealSet seals(Draw& draw);
policies::Header header(Draw& draw);
/// A block whose header names its transactions.
std::shared_ptr<const policies::Block> block(Draw& draw);
policies::ValidatorSet validators(Draw& draw, std::size_t count);
policies::Outcome outcome(Draw& draw);
policies::PreparedCertificate certificate(Draw& draw);
policies::RoundChange round_change(Draw& draw);
policies::ConsensusMessage consensus(Draw& draw, std::size_t kind);
policies::SignState sign_state(Draw& draw);
policies::Genesis genesis(Draw& draw);
policies::Trust trust(Draw& draw);

struct KeyedRow {
  policies::StateKey key;
  policies::StateRow row;
};
constexpr std::size_t row_kinds = std::variant_size_v<policies::StateRow>;
KeyedRow row(Draw& draw, std::size_t kind);

}  // namespace mnrt::messages::samples
