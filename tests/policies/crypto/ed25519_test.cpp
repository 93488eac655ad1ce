#include "policies/crypto/ed25519.hpp"

#include <rapidcheck.h>
#include <catch2/catch.hpp>

#include <algorithm>
#include <string>

#include "policies/digest.hpp"

using namespace mnrt::policies;

namespace {

template <std::size_t N>
std::array<std::uint8_t, N> bytes_of(const std::string& hex) {
  const auto bytes = from_hex(hex).value();
  REQUIRE(bytes.size() == N);
  std::array<std::uint8_t, N> out;
  std::ranges::copy(bytes, out.begin());
  return out;
}

SigningKey key_of(std::uint8_t fill) {
  std::array<std::uint8_t, 32> seed;
  seed.fill(fill);
  return SigningKey(SecretSeed(seed));
}

struct Vector {
  std::string seed, key, message, signature;
};

}  // namespace

// RFC 8032, 7.1: TEST 1, 2, 3 and SHA(abc).
TEST_CASE("RFC 8032's examples sign and verify", "[ed25519]") {
  const auto vector = GENERATE(values<Vector>({
      {"9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
       "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
       "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46b"
       "d25bf5f0595bbe24655141438e7a100b"},
      {"4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
       "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
       "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c"
       "387b2eaeb4302aeeb00d291612bb0c00"},
      {"c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
       "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
       "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc659"
       "4a7c15e9716ed28dc027beceea1ec40a"},
      {"833fe62409237b9d62ec77587520911e9a759cec1d19755b7da901b96dca3d42",
       "ec172b93ad5e563bf4932c70e1245034c35467ef2efd4d64ebf819683467e2bf",
       "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd"
       "454d4423643ce80e2a9ac94fa54ca49f",
       "dc2a4459e7369633a52b1bf277839a00201009a3efbf3ecb69bea2186c26b58909351fc9ac90b3ecfdfbc7c66431e030"
       "3dca179c138ac17ad9bef1177331a704"},
  }));
  const SigningKey key(SecretSeed(bytes_of<32>(vector.seed)));
  const auto message = from_hex(vector.message).value();
  const PublicKey expected_key{bytes_of<32>(vector.key)};
  const Signature expected{bytes_of<64>(vector.signature)};
  CHECK(key.public_key() == expected_key);
  CHECK(key.sign(message) == expected);
  CHECK(verify(expected_key, message, expected));
  CHECK(key.seed().bytes() == bytes_of<32>(vector.seed));
}

TEST_CASE("a signature holds for its message and key alone", "[ed25519]") {
  CHECK(rc::check([](const std::array<std::uint8_t, 32>& seed, Bytes message) {
    const SigningKey key{SecretSeed(seed)};
    const auto signature = key.sign(message);
    RC_ASSERT(verify(key.public_key(), message, signature));
    RC_ASSERT(!verify(key_of(77).public_key(), message, signature));
    auto bent = signature;
    bent.bytes[*rc::gen::inRange(0, 64)] ^= static_cast<std::uint8_t>(1 << *rc::gen::inRange(0, 8));
    RC_ASSERT(!verify(key.public_key(), message, bent));
    message.push_back(0);
    RC_ASSERT(!verify(key.public_key(), message, signature));
  }));
}

// The points of order 1, 2, 4 and 8, and encodings of them with y ≥ p. With such a key S = 0, R = A
// "verifies" any message under a cofactored or careless equation.
TEST_CASE("keys of small order are refused whatever is signed", "[ed25519]") {
  const std::string point = GENERATE("0100000000000000000000000000000000000000000000000000000000000000",
                                     "0100000000000000000000000000000000000000000000000000000000000080",
                                     "0000000000000000000000000000000000000000000000000000000000000000",
                                     "0000000000000000000000000000000000000000000000000000000000000080",
                                     "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
                                     "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
                                     "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
                                     "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
                                     "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
                                     "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
                                     "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
                                     "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
                                     "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
                                     "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff");
  const PublicKey key{bytes_of<32>(point)};
  for (const auto& r : {key.bytes, key_of(1).public_key().bytes}) {
    Signature signature;
    std::ranges::copy(r, signature.bytes.begin());
    for (std::uint8_t last = 0; last < 16; ++last) {
      const Bytes message{'m', last};
      CHECK_FALSE(verify(key, message, signature));
    }
  }
}

TEST_CASE("an honest key with a commitment of small order is refused", "[ed25519]") {
  Signature signature;
  signature.bytes[0] = 1;  // R is the identity, S is 0
  CHECK_FALSE(verify(key_of(1).public_key(), {}, signature));
}

TEST_CASE("S plus the group's order is refused: nobody else can bend a signature", "[ed25519]") {
  // RFC 8032, 5.1: L = 2^252 + 27742317777372353535851937790883648493, little-endian.
  const auto order = bytes_of<32>("edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010");
  const auto key = key_of(3);
  auto signature = key.sign({});
  unsigned carry = 0;
  for (std::size_t i = 0; i < 32; ++i) {
    carry += signature.bytes[32 + i] + order[i];
    signature.bytes[32 + i] = static_cast<std::uint8_t>(carry);
    carry >>= 8;
  }
  REQUIRE(carry == 0);
  CHECK_FALSE(verify(key.public_key(), {}, signature));
}

TEST_CASE("a key that isn't on the curve is refused", "[ed25519]") {
  PublicKey key;
  key.bytes[0] = 2;  // x² has no root for y = 2
  CHECK_FALSE(verify(key, {}, key_of(1).sign({})));
}
