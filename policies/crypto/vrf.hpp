#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "policies/bytes.hpp"
#include "policies/crypto/ed25519.hpp"
#include "policies/keys.hpp"

// ECVRF-EDWARDS25519-SHA512-TAI (RFC 9381, 5.5): a key's one and only random-looking output for an input,
// with a proof that anyone checks. Keys are Ed25519 keys.
namespace mnrt::policies {

using VrfProof = std::array<std::uint8_t, 80>;   ///< Gamma ‖ c ‖ s
using VrfOutput = std::array<std::uint8_t, 64>;  ///< beta

/// ECVRF_prove (RFC 9381, 5.1). Deterministic. Takes time that depends on `alpha`, which is public here.
VrfProof vrf_prove(const SigningKey& key, ByteView alpha);

/// ECVRF_verify (RFC 9381, 5.3): the output, or nothing if the proof isn't for this key and input. Stricter
/// than the RFC: key and Gamma must lie in the prime-order subgroup, where every honest prover's are.
std::optional<VrfOutput> vrf_verify(const PublicKey& key, ByteView alpha, ByteView proof);

/// ECVRF_proof_to_hash (RFC 9381, 5.2) without checking the proof: for proofs already verified. Nothing if it
/// doesn't even decode.
std::optional<VrfOutput> vrf_output(ByteView proof);

}  // namespace mnrt::policies
