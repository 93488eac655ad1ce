#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "actors/ports.hpp"
#include "policies/crypto/ed25519.hpp"

namespace mnrt::actors {

/// A key that anyone derives from a public text: for simulated nodes and `mnrt dev`, never for anything of
/// worth.
policies::SigningKey key_from_text(std::string_view text);

/// Signs with keys made from a text.
class SeededSigner final : public Signer {
 public:
  explicit SeededSigner(std::string_view text);

  policies::PublicKey public_key(KeyRole role) const override;
  policies::Signature sign(KeyRole role, policies::ByteView message) const override;
  policies::Bytes prove(policies::ByteView input) const override;

 private:
  const policies::SigningKey& key(KeyRole role) const { return keys_[static_cast<std::size_t>(role)]; }
  std::array<policies::SigningKey, 5> keys_;  ///< indexed by KeyRole
};

}  // namespace mnrt::actors
