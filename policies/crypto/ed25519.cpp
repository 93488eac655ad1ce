#include "policies/crypto/ed25519.hpp"

#include <sodium.h>

#include "policies/check.hpp"

namespace mnrt::policies {
namespace {

// libsodium chooses its implementations once a process; the answer is the same for every caller.
void need_sodium() {
  static const bool ready = sodium_init() >= 0;
  MNRT_CHECK(ready);
}

}  // namespace

SecretSeed::~SecretSeed() {
  sodium_memzero(bytes_.data(), bytes_.size());
}

SigningKey::SigningKey(const SecretSeed& seed) {
  static_assert(sizeof(secret_) == crypto_sign_ed25519_SECRETKEYBYTES);
  need_sodium();
  MNRT_CHECK(crypto_sign_ed25519_seed_keypair(public_.bytes.data(), secret_.data(), seed.bytes().data()) ==
             0);
}

SigningKey::~SigningKey() {
  sodium_memzero(secret_.data(), secret_.size());
}

Signature SigningKey::sign(ByteView message) const {
  Signature signature;
  MNRT_CHECK(crypto_sign_ed25519_detached(signature.bytes.data(), nullptr, message.data(), message.size(),
                                          secret_.data()) == 0);
  return signature;
}

SecretSeed SigningKey::seed() const {
  std::array<std::uint8_t, 32> bytes;
  MNRT_CHECK(crypto_sign_ed25519_sk_to_seed(bytes.data(), secret_.data()) == 0);
  SecretSeed seed(bytes);
  sodium_memzero(bytes.data(), bytes.size());
  return seed;
}

bool verify(const PublicKey& key, ByteView message, const Signature& signature) {
  need_sodium();
  return crypto_sign_ed25519_verify_detached(signature.bytes.data(), message.data(), message.size(),
                                             key.bytes.data()) == 0;
}

}  // namespace mnrt::policies
