#include "policies/crypto/hash.hpp"

#include <rapidcheck.h>
#include <catch2/catch.hpp>

#include <set>
#include <string>

using namespace mnrt::policies;

namespace {

std::string hex(const Digest& digest) {
  return to_hex(digest.bytes);
}

Bytes ascii(std::string_view text) {
  return {text.begin(), text.end()};
}

Bytes joined(std::initializer_list<ByteView> parts) {
  Bytes all;
  for (const auto part : parts) all.insert(all.end(), part.begin(), part.end());
  return all;
}

struct Vector {
  std::size_t length;
  std::string digest;
};

}  // namespace

// The lengths and the input (byte i is i modulo 251) of BLAKE3's test_vectors.json; digests from Debian's
// b3sum 1.2.0.
TEST_CASE("BLAKE3 agrees with b3sum at every edge of blocks, chunks and subtrees", "[hash]") {
  const auto vector = GENERATE(values<Vector>({
      {0, "af1349b9f5f9a1a6a0404dea36dcc9499bcb25c9adc112b7cc9a93cae41f3262"},
      {1, "2d3adedff11b61f14c886e35afa036736dcd87a74d27b5c1510225d0f592e213"},
      {2, "7b7015bb92cf0b318037702a6cdd81dee41224f734684c2c122cd6359cb1ee63"},
      {3, "e1be4d7a8ab5560aa4199eea339849ba8e293d55ca0a81006726d184519e647f"},
      {63, "e9bc37a594daad83be9470df7f7b3798297c3d834ce80ba85d6e207627b7db7b"},
      {64, "4eed7141ea4a5cd4b788606bd23f46e212af9cacebacdc7d1f4c6dc7f2511b98"},
      {65, "de1e5fa0be70df6d2be8fffd0e99ceaa8eb6e8c93a63f2d8d1c30ecb6b263dee"},
      {127, "d81293fda863f008c09e92fc382a81f5a0b4a1251cba1634016a0f86a6bd640d"},
      {128, "f17e570564b26578c33bb7f44643f539624b05df1a76c81f30acd548c44b45ef"},
      {129, "683aaae9f3c5ba37eaaf072aed0f9e30bac0865137bae68b1fde4ca2aebdcb12"},
      {1023, "10108970eeda3eb932baac1428c7a2163b0e924c9a9e25b35bba72b28f70bd11"},
      {1024, "42214739f095a406f3fc83deb889744ac00df831c10daa55189b5d121c855af7"},
      {1025, "d00278ae47eb27b34faecf67b4fe263f82d5412916c1ffd97c8cb7fb814b8444"},
      {2048, "e776b6028c7cd22a4d0ba182a8bf62205d2ef576467e838ed6f2529b85fba24a"},
      {2049, "5f4d72f40d7a5f82b15ca2b2e44b1de3c2ef86c426c95c1af0b6879522563030"},
      {3072, "b98cb0ff3623be03326b373de6b9095218513e64f1ee2edd2525c7ad1e5cffd2"},
      {3073, "7124b49501012f81cc7f11ca069ec9226cecb8a2c850cfe644e327d22d3e1cd3"},
      {4096, "015094013f57a5277b59d8475c0501042c0b642e531b0a1c8f58d2163229e969"},
      {4097, "9b4052b38f1c5fc8b1f9ff7ac7b27cd242487b3d890d15c96a1c25b8aa0fb995"},
      {8192, "aae792484c8efe4f19e2ca7d371d8c467ffb10748d8a5a1ae579948f718a2a63"},
      {8193, "bab6c09cb8ce8cf459261398d2e7aef35700bf488116ceb94a36d0f5f1b7bc3b"},
      {31744, "62b6960e1a44bcc1eb1a611a8d6235b6b4b78f32e7abc4fb4c6cdcce94895c47"},
      {102400, "bc3e3d41a1146b069abffad3c0d44860cf664390afce4d9661f7902e7943e085"},
  }));
  Bytes input(vector.length);
  for (std::size_t i = 0; i < input.size(); ++i) input[i] = static_cast<std::uint8_t>(i % 251);
  CHECK(hex(blake3(input)) == vector.digest);
  Blake3 pieces;
  for (std::size_t at = 0; at < input.size(); at += 37)
    pieces.update(ByteView(input).subspan(at, std::min<std::size_t>(37, input.size() - at)));
  CHECK(hex(pieces.finish()) == vector.digest);
}

// FIPS 180-4 examples (NIST, "SHA256.pdf" and "SHA2_Additional.pdf").
TEST_CASE("SHA-256 gives the digests of NIST's examples", "[hash]") {
  CHECK(hex(sha256({})) == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  CHECK(hex(sha256(ascii("abc"))) == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  CHECK(hex(sha256(ascii("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"))) ==
        "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
  Sha256 million;
  for (int i = 0; i < 1'000; ++i) million.update(Bytes(1'000, 'a'));
  CHECK(hex(million.finish()) == "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST_CASE("pieces hash to what the whole hashes to", "[hash]") {
  CHECK(rc::check([](const Bytes& a, const Bytes& b) {
    RC_ASSERT(Blake3{}.update(a).update(b).finish() == blake3(joined({a, b})));
    RC_ASSERT(Sha256{}.update(a).update(b).finish() == sha256(joined({a, b})));
  }));
}

TEST_CASE("a copied hasher goes its own way", "[hash]") {
  Blake3 first;
  first.update(ascii("a"));
  Blake3 second = first;
  second.update(ascii("b"));
  CHECK(first.finish() == blake3(ascii("a")));
  CHECK(second.finish() == blake3(ascii("ab")));
}

TEST_CASE("each domain has a tag of its own and none begins another", "[hash]") {
  std::set<std::string> tags;
  for (int i = 0; i <= static_cast<int>(Domain::evidence); ++i) {
    const std::string tag(tag_of(static_cast<Domain>(i)));
    CAPTURE(i, tag);
    CHECK(tag.starts_with("mnrt "));
    CHECK(tag.ends_with(" v1"));
    CHECK(tags.insert(tag + '\0').second);
  }
  for (const auto& a : tags)
    for (const auto& b : tags) CHECK((a == b || !a.starts_with(b)));
}

TEST_CASE("a domain hash and signed bytes are laid out as documented", "[hash]") {
  const auto chain = blake3(ascii("chain"));
  const auto body = ascii("body");
  const auto front = joined({ascii("mnrt round change v1"), Bytes{0}, chain.bytes});
  CHECK(domain_hash(Domain::round_change, chain, body) == blake3(joined({front, body})));
  CHECK(signing_bytes(Domain::round_change, chain, body) == joined({front, blake3(body).bytes}));
}
