#pragma once

#include <array>
#include <compare>
#include <cstdint>

namespace mnrt::policies {

/// An Ed25519 public key (RFC 8032), 32 bytes.
struct PublicKey {
  std::array<std::uint8_t, 32> bytes{};
  friend auto operator<=>(const PublicKey&, const PublicKey&) = default;
};

/// An Ed25519 signature (RFC 8032), 64 bytes.
struct Signature {
  std::array<std::uint8_t, 64> bytes{};
  friend auto operator<=>(const Signature&, const Signature&) = default;
};

}  // namespace mnrt::policies
