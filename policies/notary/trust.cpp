#include "policies/notary/trust.hpp"

#include <algorithm>
#include <set>

#include "policies/crypto/ed25519.hpp"
#include "policies/limits.hpp"
#include "policies/notary/base64.hpp"
#include "policies/notary/checkpoint.hpp"
#include "policies/notary/leaf.hpp"
#include "policies/notary/text.hpp"

namespace mnrt::policies {
namespace {

constexpr std::string_view first_line = "-----BEGIN MNRT TRUST V1-----";
constexpr std::string_view last_line = "-----END MNRT TRUST V1-----";
constexpr std::size_t line_characters = 64;

bool is_well_formed(const ValidatorSet& set) {
  if (set.empty() || set.size() > limits::validators_max) return false;
  std::set<PublicKey> consensus_keys;
  std::set<PublicKey> cosigner_keys;
  for (std::size_t seat = 0; seat < set.size(); ++seat) {
    if (seat > 0 && set[seat - 1].address >= set[seat].address) return false;
    // One key in two seats would count as two signers.
    if (!consensus_keys.insert(set[seat].consensus_key).second) return false;
    if (!cosigner_keys.insert(set[seat].cosigner_key).second) return false;
  }
  return true;
}

TrustVerdict check_seals(const Handover& handover, const ValidatorSet& set) {
  const auto& [round, signers, signatures] = handover.seals;
  const auto sealed = static_cast<std::size_t>(std::ranges::count(signers, true));
  if (signers.size() != set.size() || signatures.size() != sealed) return TrustVerdict::seals_malformed;
  if (sealed < quorum(set.size())) return TrustVerdict::too_few_seals;
  auto signature = signatures.begin();
  for (std::size_t seat = 0; seat < set.size(); ++seat)
    if (signers[seat] && !verify(set[seat].consensus_key, handover.sealed_bytes, *signature++))
      return TrustVerdict::seal_bad;
  return TrustVerdict::established;
}

/// What the start alone establishes. Its digest is the caller's to compare.
std::expected<EstablishedTrust, TrustVerdict> begin(const Trust& trust) {
  EstablishedTrust now;
  if (const auto* genesis = std::get_if<GenesisStart>(&trust.start)) {
    now = {.chain_id = genesis->digest, .set = genesis->genesis.validators, .since = {0}};
  } else {
    const auto& pinned = std::get<PinnedStart>(trust.start);
    if (pinned.next_set_digest != pinned.header.next_validators)
      return std::unexpected{TrustVerdict::set_differs};
    now = {.chain_id = pinned.header.chain_id, .set = pinned.next_set, .since = pinned.header.height};
  }
  if (!is_well_formed(now.set)) return std::unexpected{TrustVerdict::set_malformed};
  return now;
}

TrustVerdict check_handover(const Handover& handover, const EstablishedTrust& now) {
  if (handover.header.chain_id != now.chain_id) return TrustVerdict::wrong_chain;
  if (handover.header.height <= now.since) return TrustVerdict::out_of_order;
  if (const auto seals = check_seals(handover, now.set); seals != TrustVerdict::established) return seals;
  if (handover.next_set_digest != handover.header.next_validators) return TrustVerdict::set_differs;
  if (!is_well_formed(handover.next_set)) return TrustVerdict::set_malformed;
  return TrustVerdict::established;
}

}  // namespace

std::string_view name_of(TrustVerdict verdict) {
  switch (verdict) {
    case TrustVerdict::established:
      return "established";
    case TrustVerdict::no_root:
      return "no_root";
    case TrustVerdict::other_root:
      return "other_root";
    case TrustVerdict::wrong_chain:
      return "wrong_chain";
    case TrustVerdict::out_of_order:
      return "out_of_order";
    case TrustVerdict::set_malformed:
      return "set_malformed";
    case TrustVerdict::set_differs:
      return "set_differs";
    case TrustVerdict::seals_malformed:
      return "seals_malformed";
    case TrustVerdict::seal_bad:
      return "seal_bad";
    case TrustVerdict::too_few_seals:
      return "too_few_seals";
    case TrustVerdict::too_long:
      return "too_long";
  }
  return {};
}

Digest start_of(const Trust& trust) {
  return std::visit([](const auto& start) { return start.digest; }, trust.start);
}

std::expected<EstablishedTrust, TrustRefusal> establish(const Trust& trust,
                                                        const std::optional<Digest>& root) {
  if (!root) return std::unexpected{TrustRefusal{TrustVerdict::no_root, 0}};
  if (start_of(trust) != *root) return std::unexpected{TrustRefusal{TrustVerdict::other_root, 0}};
  if (trust.handovers.size() > limits::handovers_max)
    return std::unexpected{TrustRefusal{TrustVerdict::too_long, 0}};
  auto now = begin(trust);
  if (!now) return std::unexpected{TrustRefusal{now.error(), 0}};
  for (std::size_t i = 0; i < trust.handovers.size(); ++i) {
    const auto& handover = trust.handovers[i];
    if (const auto verdict = check_handover(handover, *now); verdict != TrustVerdict::established)
      return std::unexpected{TrustRefusal{verdict, i + 1}};
    now->set = handover.next_set;
    now->since = handover.header.height;
  }
  return *now;
}

std::string trust_text(ByteView frame) {
  const auto base64 = to_base64(frame);
  std::string text{first_line};
  for (std::size_t at = 0; at < base64.size(); at += line_characters)
    text.append("\n").append(base64, at, line_characters);
  return text.append("\n").append(last_line).append("\n");
}

std::expected<Bytes, TextError> trust_frame(std::string_view text) {
  if (text.size() > limits::trust_bytes_max)
    return std::unexpected{TextError{1, "longer than a trust file may be"}};
  LineReader lines{text};
  if (lines.next() != first_line) return std::unexpected{TextError{1, "not the first line of a trust file"}};
  std::string base64;
  bool full = true;
  for (;;) {
    const auto line = lines.next();
    if (!line) return std::unexpected{TextError{lines.line() + 1, "ends before its last line"}};
    if (*line == last_line) break;
    if (!full || line->empty() || line->size() > line_characters)
      return std::unexpected{TextError{lines.line(), "not a line of 64 characters"}};
    full = line->size() == line_characters;
    base64 += *line;
  }
  if (!lines.at_end()) return std::unexpected{TextError{lines.line() + 1, "something after the last line"}};
  auto frame = from_base64(base64);
  if (!frame || frame->empty()) return std::unexpected{TextError{2, "not canonical base64"}};
  return *frame;
}

std::string tlog_policy(const EstablishedTrust& trust) {
  const auto origin = origin_of(trust.chain_id);
  std::string text = "# c2sp.org/tlog-policy for the log of chain blake3:" + to_hex(trust.chain_id.bytes) +
                     "\n" + "# validators since height " + std::to_string(trust.since.value) + "\n";
  std::set<PublicKey> log_keys;  // the format refuses a log key twice
  for (const auto& seat : trust.set)
    if (log_keys.insert(seat.log_key).second) text += "log " + to_vkey(log_key_of(origin, seat)) + "\n";
  std::string members;
  for (std::size_t seat = 0; seat < trust.set.size(); ++seat) {
    const auto name = "seat-" + std::to_string(seat + 1);
    text += "witness " + name + " " + to_vkey(cosigner_key_of(origin, trust.set[seat])) + "\n";
    members += " " + name;
  }
  text += "group validators " + std::to_string(faulty_max(trust.set.size()) + 1) + members + "\n";
  return text + "quorum validators\n";
}

}  // namespace mnrt::policies
