#pragma once

#include <array>
#include <cstdint>

#include "policies/bytes.hpp"
#include "policies/keys.hpp"

namespace mnrt::policies {

/// The 32-byte seed of an Ed25519 key pair (RFC 8032, 5.1.5). Erased from memory when it goes.
class SecretSeed {
 public:
  explicit SecretSeed(const std::array<std::uint8_t, 32>& bytes) : bytes_(bytes) {}
  SecretSeed(const SecretSeed&) = default;
  SecretSeed& operator=(const SecretSeed&) = default;
  ~SecretSeed();
  const std::array<std::uint8_t, 32>& bytes() const { return bytes_; }

 private:
  std::array<std::uint8_t, 32> bytes_;
};

/// A key pair that signs. Deterministic: the same message always gets the same signature.
class SigningKey {
 public:
  explicit SigningKey(const SecretSeed& seed);
  SigningKey(const SigningKey&) = default;
  SigningKey& operator=(const SigningKey&) = default;
  ~SigningKey();

  const PublicKey& public_key() const { return public_; }
  Signature sign(ByteView message) const;
  SecretSeed seed() const;

 private:
  PublicKey public_;
  std::array<std::uint8_t, 64> secret_;
};

/// RFC 8032 verification as libsodium does it: small-order keys and non-canonical encodings are refused.
bool verify(const PublicKey& key, ByteView message, const Signature& signature);

}  // namespace mnrt::policies
