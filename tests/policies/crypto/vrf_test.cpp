#include "policies/crypto/vrf.hpp"

#include <rapidcheck.h>
#include <catch2/catch.hpp>

#include <algorithm>
#include <string>

#include "policies/digest.hpp"

using namespace mnrt::policies;

namespace {

SigningKey key_from(const std::string& seed_hex) {
  const auto bytes = from_hex(seed_hex).value();
  std::array<std::uint8_t, 32> seed;
  std::ranges::copy(bytes, seed.begin());
  return SigningKey(SecretSeed(seed));
}

struct Vector {
  std::string seed, key, alpha, proof, output;
};

const std::string first_seed = "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60";

}  // namespace

// RFC 9381, B.3 (ECVRF-EDWARDS25519-SHA512-TAI).
TEST_CASE("RFC 9381's examples 16, 17 and 18 prove, verify and hash", "[vrf]") {
  const auto vector = GENERATE(values<Vector>({
      {first_seed, "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
       "8657106690b5526245a92b003bb079ccd1a92130477671f6fc01ad16f26f723f26f8a57ccaed74ee1b190bed1f479d97"
       "27d2d0f9b005a6e456a35d4fb0daab1268a1b0db10836d9826a528ca76567805",
       "90cf1df3b703cce59e2a35b925d411164068269d7b2d29f3301c03dd757876ff66b71dda49d2de59d03450451af02679"
       "8e8f81cd2e333de5cdf4f3e140fdd8ae"},
      {"4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
       "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
       "f3141cd382dc42909d19ec5110469e4feae18300e94f304590abdced48aed5933bf0864a62558b3ed7f2fea45c92a465"
       "301b3bbf5e3e54ddf2d935be3b67926da3ef39226bbc355bdc9850112c8f4b02",
       "eb4440665d3891d668e7e0fcaf587f1b4bd7fbfe99d0eb2211ccec90496310eb5e33821bc613efb94db5e5b54c70a848"
       "a0bef4553a41befc57663b56373a5031"},
      {"c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
       "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
       "9bc0f79119cc5604bf02d23b4caede71393cedfbb191434dd016d30177ccbf8096bb474e53895c362d8628ee9f9ea3c0"
       "e52c7a5c691b6c18c9979866568add7a2d41b00b05081ed0f58ee5e31b3a970e",
       "645427e5d00c62a23fb703732fa5d892940935942101e456ecca7bb217c61c452118fec1219202a0edcf038bb6373241"
       "578be7217ba85a2687f7a0310b2df19f"},
  }));
  const auto key = key_from(vector.seed);
  const auto alpha = from_hex(vector.alpha).value();
  REQUIRE(to_hex(key.public_key().bytes) == vector.key);
  const auto proof = vrf_prove(key, alpha);
  CHECK(to_hex(proof) == vector.proof);
  const auto output = vrf_verify(key.public_key(), alpha, proof);
  REQUIRE(output);
  CHECK(to_hex(*output) == vector.output);
  CHECK(vrf_output(proof) == output);
}

TEST_CASE("any bent bit of a proof is refused", "[vrf]") {
  const auto key = key_from(first_seed);
  const Bytes alpha{1, 2, 3};
  const auto proof = vrf_prove(key, alpha);
  for (std::size_t bit = 0; bit < proof.size() * 8; ++bit) {
    auto bent = proof;
    bent[bit / 8] = static_cast<std::uint8_t>(bent[bit / 8] ^ 1 << bit % 8);
    CAPTURE(bit);
    CHECK_FALSE(vrf_verify(key.public_key(), alpha, bent));
  }
}

TEST_CASE("a proof is for one key and one input", "[vrf]") {
  CHECK(rc::check([](const std::array<std::uint8_t, 32>& seed, const Bytes& alpha, const Bytes& other) {
    RC_PRE(alpha != other);
    const SigningKey key{SecretSeed(seed)};
    const auto proof = vrf_prove(key, alpha);
    RC_ASSERT(vrf_verify(key.public_key(), alpha, proof).has_value());
    RC_ASSERT(!vrf_verify(key.public_key(), other, proof));
    RC_ASSERT(!vrf_verify(key_from(first_seed).public_key(), alpha, proof));
  }));
}

TEST_CASE("a proof of another length or with a key or Gamma of small order is refused", "[vrf]") {
  const auto key = key_from(first_seed);
  const auto proof = vrf_prove(key, {});
  const Bytes longer = [&] {
    Bytes bytes(proof.begin(), proof.end());
    bytes.push_back(0);
    return bytes;
  }();
  CHECK_FALSE(vrf_verify(key.public_key(), {}, longer));
  CHECK_FALSE(vrf_verify(key.public_key(), {}, ByteView(proof).first(79)));
  CHECK_FALSE(vrf_verify(key.public_key(), {}, {}));
  CHECK_FALSE(vrf_output({}));

  PublicKey identity;
  identity.bytes[0] = 1;
  CHECK_FALSE(vrf_verify(identity, {}, proof));
  auto bent = proof;
  std::ranges::copy(identity.bytes, bent.begin());
  CHECK_FALSE(vrf_verify(key.public_key(), {}, bent));
  CHECK_FALSE(vrf_output(bent));
}

TEST_CASE("s plus the group's order is refused: a key has one proof for an input", "[vrf]") {
  const auto order = from_hex("edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010").value();
  const auto key = key_from(first_seed);
  auto proof = vrf_prove(key, {});
  unsigned carry = 0;
  for (std::size_t i = 0; i < 32; ++i) {
    carry += proof[48 + i] + order[i];
    proof[48 + i] = static_cast<std::uint8_t>(carry);
    carry >>= 8;
  }
  REQUIRE(carry == 0);
  CHECK_FALSE(vrf_verify(key.public_key(), {}, proof));
}
