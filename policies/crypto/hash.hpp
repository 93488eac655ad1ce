#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "policies/bytes.hpp"
#include "policies/digest.hpp"

namespace mnrt::policies {

/// One-shot hashes; the empty view is a message like any other.
Digest blake3(ByteView data);
Digest sha256(ByteView data);

/// BLAKE3 over data that comes in pieces; `finish` may be asked at any point and again.
class Blake3 {
 public:
  Blake3();
  Blake3& update(ByteView data);
  Digest finish() const;

 private:
  alignas(8) std::array<std::uint8_t, 1912> state_;
};

/// SHA-256 over data that comes in pieces; nothing may follow `finish`.
class Sha256 {
 public:
  Sha256();
  Sha256& update(ByteView data);
  Digest finish();

 private:
  alignas(8) std::array<std::uint8_t, 128> state_;
};

/// What a hash or signature is for. The tag and the chain id come before the canonical bytes, so that bytes
/// signed for one purpose or chain mean nothing for another. What is older than its chain (`genesis`,
/// `address`) has a chain id of zeros. docs/formats.md lists the tags.
enum class Domain : std::uint8_t {
  transaction,
  header,
  transaction_root,
  outcome_root,
  proposal,
  prepare,
  commit,
  round_change,
  validator_set,
  genesis,
  address,
  state_path,
  handover,
  beta,
  evidence,
};

/// `mnrt <purpose> v1` in ASCII, words apart by one space.
std::string_view tag_of(Domain domain);

/// BLAKE3(tag ‖ 0x00 ‖ chain id ‖ body).
Digest domain_hash(Domain domain, const Digest& chain_id, ByteView body);

/// The bytes that are signed: tag ‖ 0x00 ‖ chain id ‖ BLAKE3(body). Short, whatever the body's size.
Bytes signing_bytes(Domain domain, const Digest& chain_id, ByteView body);

}  // namespace mnrt::policies
