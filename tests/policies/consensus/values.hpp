#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "policies/consensus/messages.hpp"
#include "policies/validator_set.hpp"

// Small values that tests are written with. Signatures are zeros: the core is given verified messages.
namespace mnrt::policies::testing {

inline Address seat(std::size_t index) {
  Address address;
  address.bytes[0] = static_cast<std::uint8_t>(10 * (index + 1));
  return address;
}

inline ValidatorSet set_of(std::size_t n) {
  ValidatorSet set(n);
  for (std::size_t i = 0; i < n; ++i) set[i].address = seat(i);
  return set;
}

inline Digest digest(std::uint64_t number) {
  Digest digest;
  for (std::size_t i = 0; i < 8; ++i) digest.bytes[31 - i] = static_cast<std::uint8_t>(number >> (8 * i));
  return digest;
}

inline const Digest chain = digest(0xc4a1);
constexpr BlockTime genesis_time{1'700'000'000'000};

/// A block at height 1 on genesis.
inline std::shared_ptr<const Block> block_of(std::size_t proposer, std::uint64_t number) {
  Block block;
  block.header.chain_id = chain;
  block.header.height = Height{1};
  block.header.parent = chain;
  block.header.proposer = seat(proposer);
  block.header.time = BlockTime{genesis_time.ms + 1};
  block.digest = digest(number);
  return std::make_shared<const Block>(block);
}

template <class Body>
Signed<Body> by(std::size_t signer, Body body) {
  return {std::move(body), seat(signer), {}};
}

constexpr Height h1{1};

/// What `signers` prepared at height 1.
inline PreparedCertificate certificate(Round round, const Digest& digest,
                                       const std::vector<std::size_t>& signers) {
  PreparedCertificate made{round, digest, {}};
  for (auto signer : signers) made.prepares.push_back(by(signer, Prepare{h1, round, digest}));
  return made;
}

inline Signed<RoundChange> change(std::size_t signer, Round round,
                                  std::optional<PreparedCertificate> prepared = std::nullopt) {
  return by(signer, RoundChange{h1, round, std::move(prepared)});
}

}  // namespace mnrt::policies::testing
