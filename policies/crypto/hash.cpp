#include "policies/crypto/hash.hpp"

#include <blake3.h>
#include <sodium.h>

#include <new>
#include <type_traits>

namespace mnrt::policies {
namespace {

blake3_hasher* hasher_in(std::uint8_t* state) {
  return std::launder(reinterpret_cast<blake3_hasher*>(state));
}

const blake3_hasher* hasher_in(const std::uint8_t* state) {
  return std::launder(reinterpret_cast<const blake3_hasher*>(state));
}

crypto_hash_sha256_state* sha_in(std::uint8_t* state) {
  return std::launder(reinterpret_cast<crypto_hash_sha256_state*>(state));
}

ByteView view_of(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

// Ends a tag: none is the beginning of another's input.
constexpr std::array<std::uint8_t, 1> tag_end{0};

}  // namespace

Blake3::Blake3() {
  static_assert(sizeof(blake3_hasher) <= sizeof(state_) && alignof(blake3_hasher) <= 8);
  static_assert(std::is_trivially_copyable_v<blake3_hasher>);
  blake3_hasher_init(new (state_.data()) blake3_hasher);
}

Blake3& Blake3::update(ByteView data) {
  blake3_hasher_update(hasher_in(state_.data()), data.data(), data.size());
  return *this;
}

Digest Blake3::finish() const {
  Digest digest;
  blake3_hasher_finalize(hasher_in(state_.data()), digest.bytes.data(), digest.bytes.size());
  return digest;
}

Sha256::Sha256() {
  static_assert(sizeof(crypto_hash_sha256_state) <= sizeof(state_) && alignof(crypto_hash_sha256_state) <= 8);
  static_assert(std::is_trivially_copyable_v<crypto_hash_sha256_state>);
  crypto_hash_sha256_init(new (state_.data()) crypto_hash_sha256_state);
}

Sha256& Sha256::update(ByteView data) {
  crypto_hash_sha256_update(sha_in(state_.data()), data.data(), data.size());
  return *this;
}

Digest Sha256::finish() {
  Digest digest;
  crypto_hash_sha256_final(sha_in(state_.data()), digest.bytes.data());
  return digest;
}

Digest blake3(ByteView data) {
  // Only what the library sets up is touched: the class would copy its whole state.
  blake3_hasher hasher;
  blake3_hasher_init(&hasher);
  blake3_hasher_update(&hasher, data.data(), data.size());
  Digest digest;
  blake3_hasher_finalize(&hasher, digest.bytes.data(), digest.bytes.size());
  return digest;
}

Digest sha256(ByteView data) {
  Digest digest;
  crypto_hash_sha256(digest.bytes.data(), data.data(), data.size());
  return digest;
}

std::string_view tag_of(Domain domain) {
  switch (domain) {
    case Domain::transaction:
      return "mnrt transaction v1";
    case Domain::header:
      return "mnrt header v1";
    case Domain::transaction_root:
      return "mnrt transaction root v1";
    case Domain::outcome_root:
      return "mnrt outcome root v1";
    case Domain::proposal:
      return "mnrt proposal v1";
    case Domain::prepare:
      return "mnrt prepare v1";
    case Domain::commit:
      return "mnrt commit v1";
    case Domain::round_change:
      return "mnrt round change v1";
    case Domain::validator_set:
      return "mnrt validator set v1";
    case Domain::genesis:
      return "mnrt genesis v1";
    case Domain::address:
      return "mnrt address v1";
    case Domain::state_path:
      return "mnrt state path v1";
    case Domain::handover:
      return "mnrt handover v1";
    case Domain::beta:
      return "mnrt beta v1";
    case Domain::evidence:
      return "mnrt evidence v1";
  }
  return {};
}

Digest domain_hash(Domain domain, const Digest& chain_id, ByteView body) {
  return Blake3{}
      .update(view_of(tag_of(domain)))
      .update(tag_end)
      .update(chain_id.bytes)
      .update(body)
      .finish();
}

Bytes signing_bytes(Domain domain, const Digest& chain_id, ByteView body) {
  const auto tag = view_of(tag_of(domain));
  const auto digest = blake3(body);
  Bytes bytes;
  bytes.reserve(tag.size() + tag_end.size() + chain_id.bytes.size() + digest.bytes.size());
  for (ByteView part : {tag, ByteView{tag_end}, ByteView{chain_id.bytes}, ByteView{digest.bytes}})
    bytes.insert(bytes.end(), part.begin(), part.end());
  return bytes;
}

}  // namespace mnrt::policies
