#include "actors/seeded_signer.hpp"

#include <string>

#include "policies/crypto/hash.hpp"
#include "policies/crypto/vrf.hpp"

namespace mnrt::actors {

policies::SigningKey key_from_text(std::string_view text) {
  const auto seed = policies::blake3({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
  return policies::SigningKey{policies::SecretSeed{seed.bytes}};
}

SeededSigner::SeededSigner(std::string_view text)
    : keys_{key_from_text(std::string{text} + "/consensus"), key_from_text(std::string{text} + "/lease"),
            key_from_text(std::string{text} + "/log"), key_from_text(std::string{text} + "/cosigner"),
            key_from_text(std::string{text} + "/account")} {}

policies::PublicKey SeededSigner::public_key(KeyRole role) const {
  return key(role).public_key();
}

policies::Signature SeededSigner::sign(KeyRole role, policies::ByteView message) const {
  return key(role).sign(message);
}

policies::Bytes SeededSigner::prove(policies::ByteView input) const {
  const auto proof = policies::vrf_prove(key(KeyRole::consensus), input);
  return {proof.begin(), proof.end()};
}

}  // namespace mnrt::actors
