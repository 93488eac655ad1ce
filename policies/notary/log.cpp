#include "policies/notary/log.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <iterator>
#include <limits>

#include "policies/check.hpp"
#include "policies/crypto/hash.hpp"
#include "policies/limits.hpp"

namespace mnrt::policies {
namespace {

constexpr std::array<std::uint8_t, 1> leaf_prefix{0};
constexpr std::array<std::uint8_t, 1> node_prefix{1};

struct Children {
  const Digest& left;
  const Digest& right;
};

Digest node_hash(Children children) {
  return Sha256{}.update(node_prefix).update(children.left.bytes).update(children.right.bytes).finish();
}

struct LeafRange {
  std::uint64_t begin{};
  std::uint64_t end{};
  std::uint64_t size() const { return end - begin; }
};

/// Where RFC 6962 splits a range of two or more leaves: after the largest power of two below its size.
std::uint64_t split_of(LeafRange range) {
  return range.begin + std::bit_floor(range.size() - 1);
}

/// Joins complete subtrees, largest first, to the root of all their leaves.
Digest join(const std::vector<Digest>& subtrees) {
  auto joined = subtrees.back();
  for (auto left = std::next(subtrees.rbegin()); left != subtrees.rend(); ++left)
    joined = node_hash({.left = *left, .right = joined});
  return joined;
}

std::optional<Digest> range_root(LeafRange range, const LogNodeReader& nodes) {
  std::vector<Digest> subtrees;
  while (range.size() > 0) {
    const auto leaves = std::bit_floor(range.size());
    const auto level = static_cast<std::uint8_t>(std::countr_zero(leaves));
    const auto hash = nodes.node({.level = level, .index = range.begin >> level});
    if (!hash) return std::nullopt;
    subtrees.push_back(*hash);
    range.begin += leaves;
  }
  return join(subtrees);
}

bool is_odd(std::uint64_t number) {
  return (number & 1) != 0;
}

/// The position of a node among its level's, and that of the level's last node, while a verifier climbs.
struct Climb {
  std::uint64_t node{};
  std::uint64_t last{};

  bool sibling_is_left() const { return is_odd(node) || node == last; }
  void up() {
    node >>= 1;
    last >>= 1;
  }
  /// Past the levels on which a right-most node has no sibling.
  void up_to_sibling() {
    while (!is_odd(node) && node != 0) up();
  }
};

Bytes key_of(char kind, std::uint64_t leaf) {
  Bytes key{static_cast<std::uint8_t>(kind)};
  for (int shift = 56; shift >= 0; shift -= 8) key.push_back(static_cast<std::uint8_t>(leaf >> shift));
  return key;
}

}  // namespace

Digest leaf_hash(ByteView leaf) {
  return Sha256{}.update(leaf_prefix).update(leaf).finish();
}

std::vector<Digest> append(LogRow& log, const Digest& leaf_hash) {
  MNRT_CHECK(log.frontier.size() == static_cast<std::size_t>(std::popcount(log.size)));
  MNRT_CHECK(log.size < std::numeric_limits<std::uint64_t>::max());
  std::vector<Digest> completed{leaf_hash};
  for (auto size = log.size; is_odd(size); size >>= 1) {
    completed.push_back(node_hash({.left = log.frontier.back(), .right = completed.back()}));
    log.frontier.pop_back();
  }
  log.frontier.push_back(completed.back());
  ++log.size;
  return completed;
}

Digest root(const LogRow& log) {
  MNRT_CHECK(log.frontier.size() == static_cast<std::size_t>(std::popcount(log.size)));
  return log.size == 0 ? sha256({}) : join(log.frontier);
}

LogNodePlace place_of(LogNode node) {
  return {.leaf = ((node.index + 1) << node.level) - 1, .position = node.level};
}

Bytes log_hashes_key(std::uint64_t leaf) {
  return key_of('h', leaf);
}

Bytes log_leaf_key(std::uint64_t leaf) {
  return key_of('l', leaf);
}

Bytes log_document_key(const Digest& document, std::uint64_t leaf) {
  Bytes key{'d'};
  key.insert(key.end(), document.bytes.begin(), document.bytes.end());
  const auto index = key_of('l', leaf);
  key.insert(key.end(), index.begin() + 1, index.end());
  return key;
}

Bytes encode_log_hashes(const std::vector<Digest>& hashes) {
  Bytes row;
  row.reserve(hashes.size() * sizeof(Digest::bytes));
  for (const auto& hash : hashes) row.insert(row.end(), hash.bytes.begin(), hash.bytes.end());
  return row;
}

std::optional<Digest> log_hash_at(ByteView row, std::size_t position) {
  Digest hash;
  const auto width = hash.bytes.size();
  if (row.size() % width != 0 || position >= row.size() / width) return std::nullopt;
  std::ranges::copy(row.subspan(position * width, width), hash.bytes.begin());
  return hash;
}

std::optional<LogProof> prove_inclusion(LeafPlace place, const LogNodeReader& nodes) {
  if (place.index >= place.size) return std::nullopt;
  LogProof proof;
  LeafRange range{.begin = 0, .end = place.size};
  while (range.size() > 1) {
    const auto split = split_of(range);
    const bool goes_left = place.index < split;
    const auto sibling =
        range_root(goes_left ? LeafRange{split, range.end} : LeafRange{range.begin, split}, nodes);
    if (!sibling) return std::nullopt;
    proof.push_back(*sibling);
    (goes_left ? range.end : range.begin) = split;
  }
  std::ranges::reverse(proof);
  return proof;
}

std::optional<LogProof> prove_consistency(LogGrowth growth, const LogNodeReader& nodes) {
  if (growth.from > growth.to) return std::nullopt;
  LogProof proof;
  if (growth.from == 0 || growth.from == growth.to) return proof;
  LeafRange range{.begin = 0, .end = growth.to};
  while (range.end != growth.from) {
    const auto split = split_of(range);
    const bool goes_left = growth.from <= split;
    const auto sibling =
        range_root(goes_left ? LeafRange{split, range.end} : LeafRange{range.begin, split}, nodes);
    if (!sibling) return std::nullopt;
    proof.push_back(*sibling);
    (goes_left ? range.end : range.begin) = split;
  }
  // The verifier knows the old root already when the old tree is the left-most subtree itself.
  if (range.begin != 0) {
    const auto shared = range_root(range, nodes);
    if (!shared) return std::nullopt;
    proof.push_back(*shared);
  }
  std::ranges::reverse(proof);
  return proof;
}

std::optional<Digest> root_from_inclusion(const Digest& leaf_hash, LeafPlace place, const LogProof& proof) {
  if (place.index >= place.size || proof.size() > limits::log_proof_hashes_max) return std::nullopt;
  Climb climb{.node = place.index, .last = place.size - 1};
  auto hash = leaf_hash;
  for (const auto& sibling : proof) {
    if (climb.last == 0) return std::nullopt;
    if (climb.sibling_is_left()) {
      hash = node_hash({.left = sibling, .right = hash});
      climb.up_to_sibling();
    } else {
      hash = node_hash({.left = hash, .right = sibling});
    }
    climb.up();
  }
  if (climb.last != 0) return std::nullopt;
  return hash;
}

bool verify_inclusion(const Digest& leaf_hash, std::uint64_t index, const LogHead& head,
                      const LogProof& proof) {
  const auto computed = root_from_inclusion(leaf_hash, {.index = index, .size = head.size}, proof);
  return computed && *computed == head.root;
}

bool verify_consistency(const LogHeads& heads, const LogProof& proof) {
  const auto& [from, to] = heads;
  if (from.size > to.size || proof.size() > limits::log_proof_hashes_max + 1) return false;
  if (from.size == to.size) return proof.empty() && from.root == to.root;
  if (from.size == 0) return proof.empty() && from.root == sha256({});
  Climb climb{.node = from.size - 1, .last = to.size - 1};
  while (is_odd(climb.node)) climb.up();
  // Climbed to the left edge: the old tree is one complete subtree, which the proof leaves out.
  auto next = proof.begin();
  if (climb.node != 0 && next == proof.end()) return false;
  auto old_hash = climb.node == 0 ? from.root : *next++;
  auto new_hash = old_hash;
  for (; next != proof.end(); ++next) {
    if (climb.last == 0) return false;
    if (climb.sibling_is_left()) {
      old_hash = node_hash({.left = *next, .right = old_hash});
      new_hash = node_hash({.left = *next, .right = new_hash});
      climb.up_to_sibling();
    } else {
      new_hash = node_hash({.left = new_hash, .right = *next});
    }
    climb.up();
  }
  return climb.last == 0 && old_hash == from.root && new_hash == to.root;
}

}  // namespace mnrt::policies
