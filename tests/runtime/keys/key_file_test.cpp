#include "runtime/keys/key_file.hpp"

#include <algorithm>
#include <catch2/catch.hpp>

#include "policies/digest.hpp"

namespace {

using namespace mnrt::runtime;
using namespace mnrt::policies;

/// Example of RFC 8032, 7.1, test 1: this seed has this public key.
const SecretSeed rfc_seed(
    digest_from_hex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60")->bytes);
const std::string rfc_public = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a";

EncryptionKey some_key() {
  EncryptionKey key;
  for (std::size_t i = 0; i < key.bytes.size(); ++i) key.bytes[i] = static_cast<std::uint8_t>(i);
  return key;
}

TEST_CASE("a sealed seed opens again, and its public key is the one of RFC 8032") {
  auto file = seal(rfc_seed, {FileRole::wallet, "alice"}, random_salt(), some_key());
  CHECK(to_hex(file.public_key.bytes) == rfc_public);
  auto opened = open_sealed(file, some_key());
  REQUIRE(opened.has_value());
  CHECK(opened->seed().bytes() == rfc_seed.bytes());
}

TEST_CASE("a file reads back as it was written") {
  auto wallet = seal(rfc_seed, {FileRole::wallet, "a.b_c-D9"}, random_salt(), some_key());
  CHECK(decode_key_file(encode(wallet)) == wallet);
  auto lease = seal(rfc_seed, {FileRole::lease, ""}, random_salt(), some_key());
  CHECK(decode_key_file(encode(lease)) == lease);
}

TEST_CASE("the same seed sealed twice shows nothing in common") {
  auto salt = random_salt();
  auto one = seal(rfc_seed, {FileRole::lease, ""}, salt, some_key());
  auto two = seal(rfc_seed, {FileRole::lease, ""}, salt, some_key());
  CHECK(one.nonce != two.nonce);
  CHECK(one.sealed != two.sealed);
}

TEST_CASE("a file with any byte changed, in any of its bits, is refused") {
  const auto key = some_key();
  const auto text = encode(seal(rfc_seed, {FileRole::wallet, "alice"}, random_salt(), key));
  for (std::size_t at = 0; at < text.size(); ++at)
    for (int bit = 0; bit < 8; ++bit) {
      auto changed = text;
      changed[at] = static_cast<char>(changed[at] ^ (1 << bit));
      auto file = decode_key_file(changed);
      INFO("byte " << at << " bit " << bit);
      CHECK((!file || !open_sealed(*file, key)));
    }
}

TEST_CASE("a file cut off or grown at any place is refused") {
  const auto text = encode(seal(rfc_seed, {FileRole::log, ""}, random_salt(), some_key()));
  for (std::size_t length = 0; length < text.size(); ++length)
    CHECK_FALSE(decode_key_file(std::string_view(text).substr(0, length)));
  CHECK_FALSE(decode_key_file(text + "\n"));
  CHECK_FALSE(decode_key_file(text + text));
}

TEST_CASE("a file relabelled as another role or wallet doesn't open") {
  auto file = seal(rfc_seed, {FileRole::lease, ""}, random_salt(), some_key());
  file.role = FileRole::owner;
  CHECK_FALSE(open_sealed(file, some_key()));
  auto wallet = seal(rfc_seed, {FileRole::wallet, "alice"}, random_salt(), some_key());
  wallet.name = "bob";
  CHECK_FALSE(open_sealed(wallet, some_key()));
}

TEST_CASE("another encryption key doesn't open a file") {
  auto file = seal(rfc_seed, {FileRole::lease, ""}, random_salt(), some_key());
  for (std::size_t at = 0; at < 32; ++at) {
    auto other = some_key();
    other.bytes[at] ^= 1;
    CHECK_FALSE(open_sealed(file, other));
  }
}

TEST_CASE("keys are derived by Argon2id 1.3 as its reference program does") {
  // printf %s "correct horse" | argon2 saltsaltsaltsalt -id -t 2 -k 65536 -p 1 -l 32 -r
  Salt salt;
  std::string_view text = "saltsaltsaltsalt";
  std::copy(text.begin(), text.end(), salt.begin());
  auto key = derive_key(Passphrase("correct horse"), salt);
  REQUIRE(key.has_value());
  CHECK(to_hex(key->bytes) == "abed2c28045c6bfa6e6dabcc81adf507599a44ab71b387e54aab03235b563bce");
}

TEST_CASE("wallet names are file names that can't leave their folder") {
  for (auto name : {"a", "alice", "owner2", "a.b", "A_1-z"}) CHECK(is_wallet_name(name));
  CHECK(is_wallet_name(std::string(64, 'a')));
  for (auto name : {"", ".", "..", ".a", "-a", "a/b", "../a", "a b", "ä", "a\n"})
    CHECK_FALSE(is_wallet_name(name));
  CHECK_FALSE(is_wallet_name(std::string(65, 'a')));
}

}  // namespace
