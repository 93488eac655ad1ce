#include "messages/consensus_check.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <set>
#include <vector>

#include "messages/consensus_codec.hpp"
#include "policies/consensus/evidence.hpp"
#include "policies/crypto/ed25519.hpp"

namespace mnrt::messages {
namespace {

using namespace policies;

const Digest chain = blake3(Bytes{'c'});
const Digest digest = blake3(Bytes{'d'});
constexpr Height height{9};

/// Four seats; the address of each is its number, its key made from it.
SigningKey key_of(std::uint8_t seat) {
  std::array<std::uint8_t, 32> seed;
  seed.fill(seat);
  return SigningKey(SecretSeed(seed));
}

Address address_of(std::uint8_t seat) {
  Address address;
  address.bytes[0] = seat;
  return address;
}

ValidatorSet four() {
  ValidatorSet set;
  for (std::uint8_t seat = 1; seat <= 4; ++seat) {
    Validator validator;
    validator.address = address_of(seat);
    validator.consensus_key = key_of(seat).public_key();
    set.push_back(validator);
  }
  return set;
}

template <class Body>
Signed<Body> signed_by(std::uint8_t seat, Body body) {
  auto signature = key_of(seat).sign(signing_bytes_of(chain, body));
  return {std::move(body), address_of(seat), signature};
}

PreparedCertificate certificate(std::uint8_t forger = 0) {
  PreparedCertificate made{Round{0}, digest, {}};
  for (std::uint8_t seat = 1; seat <= 3; ++seat) {
    made.prepares.push_back(signed_by(seat, Prepare{height, Round{0}, digest}));
    if (seat == forger) made.prepares.back().signature.bytes[5] ^= 1;
  }
  return made;
}

Signed<Proposal> justified(const std::vector<Signed<RoundChange>>& changes) {
  auto block = std::make_shared<Block>();
  block->header.height = height;
  block->digest = digest;
  return signed_by(2, Proposal{height, Round{1}, block, changes});
}

bool verifies(const ConsensusMessage& message) {
  return verify_consensus(std::make_shared<const ConsensusMessage>(message), chain, four()).has_value();
}

TEST_CASE("Prepares and Commits are told from other messages by their frames") {
  const auto prepare = encode_consensus(signed_by(1, Prepare{height, Round{0}, digest}));
  const auto commit = encode_consensus(signed_by(1, Commit{height, Round{~0U}, digest}));
  CHECK(decode_vote(prepare) == decode_consensus(prepare).value());
  CHECK(decode_vote(commit) == decode_consensus(commit).value());
  CHECK_FALSE(decode_vote(encode_consensus(signed_by(1, RoundChange{height, Round{1}, {}}))));
  CHECK_FALSE(decode_vote(ByteView(prepare).first(prepare.size() - 8)));
  CHECK_FALSE(decode_vote({}));
}

TEST_CASE("a vote is verified against the key of its signer's seat") {
  const auto vote = signed_by(1, Prepare{height, Round{0}, digest});
  REQUIRE(verifies(vote));
  auto of_another = vote;
  of_another.signer = address_of(2);
  REQUIRE_FALSE(verifies(of_another));
  auto of_a_stranger = vote;
  of_a_stranger.signer = address_of(9);
  REQUIRE_FALSE(verifies(of_a_stranger));
  auto of_another_round = vote;
  of_another_round.body.round = Round{1};
  REQUIRE_FALSE(verifies(of_another_round));
  const auto as_commit = Signed<Commit>{{height, Round{0}, digest}, vote.signer, vote.signature};
  REQUIRE_FALSE(verifies(as_commit));
}

TEST_CASE(
    "what is signed says its chain, kind, height, round and digest or claim: no two share their bytes") {
  const auto other = blake3(Bytes{'e'});
  std::set<Bytes> signed_bytes;
  std::size_t bodies = 0;
  const auto add = [&](const Digest& of_chain, const auto& body) {
    signed_bytes.insert(signing_bytes_of(of_chain, body));
    ++bodies;
  };
  for (const auto& of_chain : {chain, other})
    for (const auto at : {Height{9}, Height{10}})
      for (const auto round : {Round{1}, Round{2}, Round{~0U}}) {
        for (const auto& of : {digest, other}) {
          add(of_chain, Proposal{at, round, std::make_shared<const Block>(Block{{}, of, {}}), {}});
          add(of_chain, Prepare{at, round, of});
          add(of_chain, Commit{at, round, of});
          for (const auto claimed : {Round{0}, Round{1}})
            add(of_chain, RoundChange{at, round, PreparedCertificate{claimed, of, {}}});
        }
        add(of_chain, RoundChange{at, round, {}});
      }
  CHECK(signed_bytes.size() == bodies);
  // The Prepares beside a claim carry their own signatures.
  CHECK(signing_bytes_of(chain, RoundChange{height, Round{1}, certificate()}) ==
        signing_bytes_of(chain, RoundChange{height, Round{1}, PreparedCertificate{Round{0}, digest, {}}}));
}

TEST_CASE("a forged prepare deep inside a justification spoils the proposal") {
  std::vector<Signed<RoundChange>> changes;
  for (std::uint8_t seat = 1; seat <= 3; ++seat)
    changes.push_back(signed_by(seat, RoundChange{height, Round{1}, certificate()}));
  REQUIRE(verifies(justified(changes)));
  // Its own signature covers the claim, not the prepares: they must be looked at themselves.
  changes[2] = signed_by(3, RoundChange{height, Round{1}, certificate(2)});
  REQUIRE_FALSE(verifies(justified(changes)));
}

TEST_CASE("a forged round change inside a justification spoils the proposal") {
  std::vector<Signed<RoundChange>> changes;
  for (std::uint8_t seat = 1; seat <= 3; ++seat)
    changes.push_back(signed_by(seat, RoundChange{height, Round{1}, {}}));
  REQUIRE(verifies(justified(changes)));
  changes[0].signature = changes[1].signature;
  REQUIRE_FALSE(verifies(justified(changes)));
}

TEST_CASE(
    "prepares that are about something else than the claim they stand for are refused, true as they are") {
  auto claim = certificate();
  REQUIRE(verifies(signed_by(3, RoundChange{height, Round{1}, claim})));
  auto of_another_block = claim;
  of_another_block.prepares[1] = signed_by(2, Prepare{height, Round{0}, blake3(Bytes{'e'})});
  CHECK_FALSE(verifies(signed_by(3, RoundChange{height, Round{1}, of_another_block})));
  auto of_another_height = claim;
  of_another_height.prepares[1] = signed_by(2, Prepare{Height{8}, Round{0}, digest});
  CHECK_FALSE(verifies(signed_by(3, RoundChange{height, Round{1}, of_another_height})));
  CHECK_FALSE(verifies(signed_by(3, RoundChange{height, Round{0}, claim})));  // not below
  std::vector<Signed<RoundChange>> changes{signed_by(1, RoundChange{height, Round{2}, {}})};
  CHECK_FALSE(verifies(justified(changes)));  // to another round
}

TEST_CASE("who signs a round change over a forged certificate has said what it claims") {
  const ConsensusMessage forged = signed_by(3, RoundChange{height, Round{1}, certificate(2)});
  REQUIRE_FALSE(verifies(forged));
  const auto said = verify_statement(forged, chain, four());
  REQUIRE(said);
  CHECK((*said)->signer == address_of(3));
  CHECK((*said)->said == statement_of(forged));
  CHECK((*said)->said.body.prepared == Statement::Claim{Round{0}, digest});

  auto of_another = std::get<Signed<RoundChange>>(forged);
  of_another.signer = address_of(1);
  CHECK_FALSE(verify_statement(of_another, chain, four()));
  of_another.signer = address_of(9);
  CHECK_FALSE(verify_statement(of_another, chain, four()));
}

TEST_CASE("the same prepare in many certificates is checked once") {
  std::vector<Signed<RoundChange>> changes;
  for (std::uint8_t seat = 1; seat <= 3; ++seat)
    changes.push_back(signed_by(seat, RoundChange{height, Round{1}, certificate()}));
  REQUIRE(signatures_in(justified(changes)) == 1 + 3 + 3);
}

}  // namespace
}  // namespace mnrt::messages
