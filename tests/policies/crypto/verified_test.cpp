#include "policies/crypto/verified.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <memory>
#include <vector>

#include "policies/crypto/ed25519.hpp"

using namespace mnrt::policies;

namespace {

const Digest chain = blake3(Bytes{'c'});
const Bytes body{1, 2, 3, 4};

SigningKey key_of(std::uint8_t fill) {
  std::array<std::uint8_t, 32> seed;
  seed.fill(fill);
  return SigningKey(SecretSeed(seed));
}

KeySignature signed_by(std::uint8_t fill) {
  const auto key = key_of(fill);
  return {.key = key.public_key(), .signature = key.sign(signing_bytes(Domain::transaction, chain, body))};
}

SignedTransaction transaction_signed_by(const std::vector<std::uint8_t>& fills) {
  SignedTransaction transaction;
  transaction.body.chain_id = chain;
  transaction.id = domain_hash(Domain::transaction, chain, body);
  for (const auto fill : fills) transaction.signatures.push_back(signed_by(fill));
  std::ranges::sort(transaction.signatures, {}, &KeySignature::key);
  return transaction;
}

Refusal refusal_of(const SignedTransaction& transaction) {
  const auto answer = verify_transaction(std::make_shared<const SignedTransaction>(transaction), body, chain);
  return answer ? Refusal::none : answer.error();
}

}  // namespace

TEST_CASE("a transaction is verified when all its signatures hold", "[verified]") {
  const auto transaction = std::make_shared<const SignedTransaction>(transaction_signed_by({1, 2, 3}));
  const auto answer = verify_transaction(transaction, body, chain);
  REQUIRE(answer);
  CHECK(answer->value() == transaction);
}

TEST_CASE("each way a transaction's frame can lie has its refusal", "[verified]") {
  const auto good = transaction_signed_by({1, 2});

  auto other_chain = good;
  other_chain.body.chain_id = blake3({});
  CHECK(refusal_of(other_chain) == Refusal::wrong_chain);

  auto other_id = good;
  other_id.id = blake3(body);
  CHECK(refusal_of(other_id) == Refusal::malformed);

  auto unsigned_one = good;
  unsigned_one.signatures.clear();
  CHECK(refusal_of(unsigned_one) == Refusal::malformed);

  auto twice = good;
  twice.signatures[1] = twice.signatures[0];
  CHECK(refusal_of(twice) == Refusal::malformed);

  auto unsorted = good;
  std::swap(unsorted.signatures[0], unsorted.signatures[1]);
  CHECK(refusal_of(unsorted) == Refusal::malformed);

  std::vector<std::uint8_t> crowd(17);
  for (std::size_t i = 0; i < crowd.size(); ++i) crowd[i] = static_cast<std::uint8_t>(i);
  CHECK(refusal_of(transaction_signed_by(crowd)) == Refusal::malformed);

  for (std::size_t i = 0; i < good.signatures.size(); ++i) {
    auto bent = good;
    bent.signatures[i].signature.bytes[5] ^= 1;
    CHECK(refusal_of(bent) == Refusal::bad_signature);
  }
}

TEST_CASE("a signature for another domain or chain proves nothing", "[verified]") {
  const auto key = key_of(9);
  const auto signature = key.sign(signing_bytes(Domain::prepare, chain, body));
  const SignatureClaim good{
      .domain = Domain::prepare, .body = body, .key = key.public_key(), .signature = signature};
  CHECK(holds(chain, good));
  CHECK_FALSE(holds(blake3({}), good));
  auto commit = good;
  commit.domain = Domain::commit;
  CHECK_FALSE(holds(chain, commit));
}

TEST_CASE("a value is verified when every claim holds, and never without one", "[verified]") {
  const auto claim = [](std::uint8_t fill) {
    const auto key = key_of(fill);
    return SignatureClaim{.domain = Domain::round_change,
                          .body = body,
                          .key = key.public_key(),
                          .signature = key.sign(signing_bytes(Domain::round_change, chain, body))};
  };
  std::vector claims{claim(1), claim(2), claim(3)};
  CHECK(verify_signed(42, chain, claims).has_value());
  CHECK_FALSE(verify_signed(42, chain, {}));
  claims.back().key = key_of(4).public_key();
  CHECK_FALSE(verify_signed(42, chain, claims));
}
