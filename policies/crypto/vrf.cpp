#include "policies/crypto/vrf.hpp"

#include <sodium.h>

#include <algorithm>
#include <initializer_list>

#include "policies/check.hpp"

namespace mnrt::policies {
namespace {

using Point = std::array<std::uint8_t, crypto_core_ed25519_BYTES>;
using Scalar = std::array<std::uint8_t, crypto_core_ed25519_SCALARBYTES>;
using Challenge = std::array<std::uint8_t, 16>;
using Hash512 = std::array<std::uint8_t, crypto_hash_sha512_BYTES>;

// RFC 9381, 5.5 and the separators of 5.1.3, 5.2, 5.4.1.1 and 5.4.3.
constexpr std::array<std::uint8_t, 1> suite{0x03};
constexpr std::array<std::uint8_t, 1> encode_front{0x01};
constexpr std::array<std::uint8_t, 1> challenge_front{0x02};
constexpr std::array<std::uint8_t, 1> output_front{0x03};
constexpr std::array<std::uint8_t, 1> back{0x00};

struct ProofParts {
  Point gamma;
  Challenge c;
  Scalar s;
};

Hash512 sha512(std::initializer_list<ByteView> parts) {
  crypto_hash_sha512_state state;
  crypto_hash_sha512_init(&state);
  for (const auto part : parts) crypto_hash_sha512_update(&state, part.data(), part.size());
  Hash512 hash;
  crypto_hash_sha512_final(&state, hash.data());
  sodium_memzero(&state, sizeof state);
  return hash;
}

// libsodium takes y modulo p; RFC 8032, 5.1.3 refuses y ≥ p = 2^255 − 19.
bool is_canonical(const Point& p) {
  if ((p[31] & 0x7f) != 0x7f || p[0] < 0xed) return true;
  return std::any_of(p.begin() + 1, p.begin() + 31, [](std::uint8_t byte) { return byte != 0xff; });
}

// 8 × p by doubling: libsodium multiplies only points of the prime-order subgroup, which p need not be in.
// Nothing if p isn't on the curve.
std::optional<Point> clear_cofactor(Point p) {
  for (int doubling = 0; doubling < 3; ++doubling) {
    Point twice;
    if (crypto_core_ed25519_add(twice.data(), p.data(), p.data()) != 0) return std::nullopt;
    p = twice;
  }
  return p;
}

// ECVRF_encode_to_curve_try_and_increment (5.4.1.1), salted with the public key.
std::optional<Point> encode_to_curve(const PublicKey& key, ByteView alpha) {
  constexpr Point identity{1};
  for (unsigned attempt = 0; attempt <= 255; ++attempt) {
    const std::array<std::uint8_t, 1> counter{static_cast<std::uint8_t>(attempt)};
    const auto hash = sha512({suite, encode_front, key.bytes, alpha, counter, back});
    Point candidate;
    std::copy_n(hash.begin(), candidate.size(), candidate.begin());
    if (!is_canonical(candidate)) continue;
    if (const auto point = clear_cofactor(candidate); point && *point != identity) return point;
  }
  return std::nullopt;  // one in 2^256
}

// ECVRF_challenge_generation (5.4.3).
Challenge challenge_of(const PublicKey& key, const Point& h, const Point& gamma, const Point& u,
                       const Point& v) {
  const auto hash = sha512({suite, challenge_front, key.bytes, h, gamma, u, v, back});
  Challenge c;
  std::copy_n(hash.begin(), c.size(), c.begin());
  return c;
}

Scalar scalar_of(const Challenge& c) {
  Scalar scalar{};
  std::ranges::copy(c, scalar.begin());
  return scalar;
}

// Nothing where the point isn't canonical, on the curve and of prime order, or the scalar is zero.
std::optional<Point> multiply(const Scalar& scalar, const Point& point) {
  Point product;
  if (crypto_scalarmult_ed25519_noclamp(product.data(), scalar.data(), point.data()) != 0)
    return std::nullopt;
  return product;
}

std::optional<Point> multiply_base(const Scalar& scalar) {
  Point product;
  if (crypto_scalarmult_ed25519_base_noclamp(product.data(), scalar.data()) != 0) return std::nullopt;
  return product;
}

std::optional<Point> subtract(const std::optional<Point>& a, const std::optional<Point>& b) {
  Point difference;
  if (!a || !b || crypto_core_ed25519_sub(difference.data(), a->data(), b->data()) != 0) return std::nullopt;
  return difference;
}

// s must be below the group's order: libsodium's reduction leaves exactly those as they are.
bool is_reduced(const Scalar& s) {
  std::array<std::uint8_t, crypto_core_ed25519_NONREDUCEDSCALARBYTES> wide{};
  std::ranges::copy(s, wide.begin());
  Scalar reduced;
  crypto_core_ed25519_scalar_reduce(reduced.data(), wide.data());
  return reduced == s;
}

// ECVRF_decode_proof (5.4.4), but for what must hold for Gamma.
std::optional<ProofParts> decode_proof(ByteView proof) {
  if (proof.size() != std::tuple_size_v<VrfProof>) return std::nullopt;
  ProofParts parts;
  std::ranges::copy(proof.subspan(0, 32), parts.gamma.begin());
  std::ranges::copy(proof.subspan(32, 16), parts.c.begin());
  std::ranges::copy(proof.subspan(48, 32), parts.s.begin());
  if (!is_reduced(parts.s)) return std::nullopt;
  return parts;
}

VrfOutput output_of(const Point& gamma) {
  const auto cleared = clear_cofactor(gamma);
  MNRT_CHECK(cleared.has_value());
  return sha512({suite, output_front, *cleared, back});
}

}  // namespace

VrfProof vrf_prove(const SigningKey& key, ByteView alpha) {
  const auto seed = key.seed();
  auto expanded = sha512({seed.bytes()});  // RFC 8032, 5.1.5: the scalar, then the nonce's prefix
  std::array<std::uint8_t, crypto_core_ed25519_NONREDUCEDSCALARBYTES> wide{};
  std::copy_n(expanded.begin(), 32, wide.begin());
  wide[0] &= 0xf8;
  wide[31] = static_cast<std::uint8_t>((wide[31] & 0x7f) | 0x40);
  Scalar x;
  crypto_core_ed25519_scalar_reduce(x.data(), wide.data());

  const auto h = encode_to_curve(key.public_key(), alpha);
  MNRT_CHECK(h.has_value());
  const auto gamma = multiply(x, *h);
  auto nonce = sha512({ByteView(expanded).subspan(32), *h});  // 5.4.2.2
  Scalar k;
  crypto_core_ed25519_scalar_reduce(k.data(), nonce.data());
  const auto u = multiply_base(k);
  const auto v = multiply(k, *h);
  MNRT_CHECK(gamma && u && v);

  const auto c = challenge_of(key.public_key(), *h, *gamma, *u, *v);
  Scalar cx;
  Scalar s;
  crypto_core_ed25519_scalar_mul(cx.data(), scalar_of(c).data(), x.data());
  crypto_core_ed25519_scalar_add(s.data(), cx.data(), k.data());

  VrfProof proof;
  std::ranges::copy(*gamma, proof.begin());
  std::ranges::copy(c, proof.begin() + 32);
  std::ranges::copy(s, proof.begin() + 48);
  sodium_memzero(expanded.data(), expanded.size());
  sodium_memzero(wide.data(), wide.size());
  sodium_memzero(nonce.data(), nonce.size());
  sodium_memzero(x.data(), x.size());
  sodium_memzero(k.data(), k.size());
  sodium_memzero(cx.data(), cx.size());
  return proof;
}

std::optional<VrfOutput> vrf_verify(const PublicKey& key, ByteView alpha, ByteView proof) {
  const auto parts = decode_proof(proof);
  if (!parts) return std::nullopt;
  const auto h = encode_to_curve(key, alpha);
  if (!h) return std::nullopt;

  // Multiplying checks key and Gamma: once is enough, it is a third of the work.
  const auto c = scalar_of(parts->c);
  const auto u = subtract(multiply_base(parts->s), multiply(c, key.bytes));
  const auto v = subtract(multiply(parts->s, *h), multiply(c, parts->gamma));
  if (!u || !v || challenge_of(key, *h, parts->gamma, *u, *v) != parts->c) return std::nullopt;
  return output_of(parts->gamma);
}

std::optional<VrfOutput> vrf_output(ByteView proof) {
  const auto parts = decode_proof(proof);
  if (!parts || crypto_core_ed25519_is_valid_point(parts->gamma.data()) != 1) return std::nullopt;
  return output_of(parts->gamma);
}

}  // namespace mnrt::policies
