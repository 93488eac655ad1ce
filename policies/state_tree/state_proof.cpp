#include "policies/state_tree/state_proof.hpp"

#include <algorithm>

namespace mnrt::policies {
namespace {

constexpr Digest empty_digest{};
constexpr std::size_t siblings_max = 256;

bool same_until(const Digest& a, const Digest& b, std::size_t depth) {
  for (unsigned i = 0; i < depth; ++i)
    if (bit_at(a, i) != bit_at(b, i)) return false;
  return true;
}

Digest take_digest(ByteView& rest) {
  Digest digest;
  std::ranges::copy(rest.first(digest.bytes.size()), digest.bytes.begin());
  rest = rest.subspan(digest.bytes.size());
  return digest;
}

void put(Bytes& bytes, const Digest& digest) {
  bytes.insert(bytes.end(), digest.bytes.begin(), digest.bytes.end());
}

}  // namespace

std::expected<ProvenPath, TreeError> prove_path(const NodeReader& store, const StateTreeRoot& root,
                                                const Digest& path) {
  ProvenPath proven;
  if (root.digest == empty_digest) return proven;
  NodeKey key{.written = root.written, .prefix = {}, .nibbles = 0};
  auto expected = root.digest;
  for (unsigned depth = 0; depth < siblings_max;) {
    const auto bytes = store.read(key);
    if (!bytes) return std::unexpected(TreeError::node_missing);
    const auto node = TreeNode::decode(*bytes, expected);
    if (!node) return std::unexpected(TreeError::node_damaged);

    for (unsigned place = 1;;) {
      if (node->occupied_at(place) == 0) return proven;
      if (const auto leaf = node->only_leaf_at(place)) {
        if (leaf->path == path)
          proven.value_hash = leaf->value_hash;
        else
          proven.proof.other = *leaf;
        return proven;
      }
      if (place >= 16) break;
      const auto bit = bit_at(path, depth++) ? 1U : 0U;
      proven.proof.siblings.push_back(node->digest_at(2 * place + 1 - bit));
      place = 2 * place + bit;
    }
    const auto nibble = nibble_at(path, key.nibbles);
    const auto child = std::get<TreeChild>(*node->slot(nibble));
    expected = child.digest;
    key.written = child.written;
    auto& byte = key.prefix.bytes[key.nibbles / 2];
    byte = static_cast<std::uint8_t>(byte | nibble << (key.nibbles % 2 == 0 ? 4 : 0));
    ++key.nibbles;
  }
  return std::unexpected(TreeError::node_damaged);  // 256 levels down there is one path, so one leaf
}

std::string_view name_of(ProofVerdict verdict) {
  switch (verdict) {
    case ProofVerdict::holds:
      return "holds";
    case ProofVerdict::too_long:
      return "too_long";
    case ProofVerdict::other_misplaced:
      return "other_misplaced";
    case ProofVerdict::root_differs:
      return "root_differs";
  }
  return {};
}

ProofVerdict verify_proof(const StateClaim& claim, const StateProof& proof) {
  if (proof.siblings.size() > siblings_max) return ProofVerdict::too_long;
  auto digest = empty_digest;
  if (proof.other) {
    // A leaf elsewhere says nothing about this path.
    if (claim.value_hash || proof.other->path == claim.path ||
        !same_until(proof.other->path, claim.path, proof.siblings.size()))
      return ProofVerdict::other_misplaced;
    digest = leaf_digest(*proof.other);
  } else if (claim.value_hash) {
    digest = leaf_digest({.path = claim.path, .value_hash = *claim.value_hash});
  }
  for (auto depth = static_cast<unsigned>(proof.siblings.size()); depth-- > 0;) {
    const auto& sibling = proof.siblings[depth];
    digest = bit_at(claim.path, depth) ? inner_digest(sibling, digest) : inner_digest(digest, sibling);
  }
  return digest == claim.root ? ProofVerdict::holds : ProofVerdict::root_differs;
}

Bytes encode_proof(const StateProof& proof) {
  Bytes bytes;
  bytes.reserve(67 + 33 * proof.siblings.size());
  bytes.push_back(proof.other ? 1 : 0);
  if (proof.other) {
    put(bytes, proof.other->path);
    put(bytes, proof.other->value_hash);
  }
  const auto count = proof.siblings.size();
  bytes.push_back(static_cast<std::uint8_t>(count >> 8));
  bytes.push_back(static_cast<std::uint8_t>(count));
  const auto mask_at = bytes.size();
  bytes.resize(mask_at + (count + 7) / 8);
  for (std::size_t i = 0; i < count; ++i) {
    if (proof.siblings[i] == empty_digest) continue;
    bytes[mask_at + i / 8] = static_cast<std::uint8_t>(bytes[mask_at + i / 8] | 0x80U >> i % 8);
    put(bytes, proof.siblings[i]);
  }
  return bytes;
}

std::optional<StateProof> decode_proof(ByteView bytes) {
  StateProof proof;
  if (bytes.empty() || bytes[0] > 1) return std::nullopt;
  const bool has_other = bytes[0] == 1;
  auto rest = bytes.subspan(1);
  if (rest.size() < (has_other ? 66U : 2U)) return std::nullopt;
  if (has_other) {
    TreeLeaf other;
    other.path = take_digest(rest);
    other.value_hash = take_digest(rest);
    proof.other = other;
  }
  const auto count = static_cast<std::size_t>(rest[0]) << 8 | rest[1];
  rest = rest.subspan(2);
  if (count > siblings_max || rest.size() < (count + 7) / 8) return std::nullopt;
  const auto mask = rest.first((count + 7) / 8);
  rest = rest.subspan(mask.size());
  for (std::size_t i = 0; i < count; ++i) {
    proof.siblings.emplace_back();
    if ((mask[i / 8] & 0x80U >> i % 8) == 0) continue;
    if (rest.size() < empty_digest.bytes.size()) return std::nullopt;
    proof.siblings.back() = take_digest(rest);
  }
  // One proof, one spelling: no bytes after it, no bits after the last sibling, no empty one spelt out.
  if (encode_proof(proof) != Bytes(bytes.begin(), bytes.end())) return std::nullopt;
  return proof;
}

}  // namespace mnrt::policies
