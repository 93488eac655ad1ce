#include "policies/notary/leaf.hpp"

#include <algorithm>
#include <limits>

#include "policies/crypto/hash.hpp"
#include "policies/limits.hpp"
#include "policies/notary/text.hpp"

namespace mnrt::policies {
namespace {

constexpr std::string_view first_line = "mnrt.notarisation/v1";
constexpr std::string_view no_label = "-";
constexpr std::string_view salt_word = "salt ";
constexpr std::string_view label_word = "label ";

/// Lower case alone: one digest, one text.
std::optional<Digest> strict_digest(std::string_view text) {
  const auto digest = digest_from_hex(text);
  if (!digest || to_hex(digest->bytes) != text) return std::nullopt;
  return digest;
}

}  // namespace

std::string origin_of(const Digest& chain_id) {
  return "mnrt.invalid/" + to_hex(ByteView{chain_id.bytes}.first(16));
}

std::string to_text(const Leaf& leaf) {
  std::string text{first_line};
  const auto add = [&](std::string_view line) { text.append("\n").append(line); };
  add(leaf.origin);
  add(to_hex(leaf.document.bytes));
  add(leaf.label_hash == Digest{} ? std::string{no_label} : to_hex(leaf.label_hash.bytes));
  add(to_hex(leaf.transaction.bytes));
  add(std::to_string(leaf.height.value));
  add(std::to_string(leaf.time.ms));
  add("");
  return text;
}

std::optional<Leaf> leaf_from_text(std::string_view text) {
  LineReader lines{text};
  if (lines.next() != first_line) return std::nullopt;
  const auto origin = lines.next();
  const auto document = strict_digest(lines.next().value_or(""));
  const auto label = lines.next().value_or("");
  const auto transaction = strict_digest(lines.next().value_or(""));
  const auto height = decimal_from_text(lines.next().value_or(""));
  const auto time_ms = decimal_from_text(lines.next().value_or(""));
  const auto label_hash = label == no_label ? Digest{} : strict_digest(label);
  if (!origin || !is_key_name(*origin) || !document || !transaction || !height || !time_ms || !label_hash)
    return std::nullopt;
  if (*time_ms > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max()) || !lines.at_end())
    return std::nullopt;
  // Zeros stand for "no label" in a block, which the text writes in one way alone.
  if (label != no_label && *label_hash == Digest{}) return std::nullopt;
  return Leaf{.origin = std::string{*origin},
              .document = *document,
              .label_hash = *label_hash,
              .transaction = *transaction,
              .height = {*height},
              .time = {static_cast<std::int64_t>(*time_ms)}};
}

Digest label_hash(const SaltedLabel& label) {
  const auto* text = reinterpret_cast<const std::uint8_t*>(label.label.data());
  return Sha256{}.update(label.salt).update({text, label.label.size()}).finish();
}

std::string to_text(const SaltedLabel& label) {
  return std::string{salt_word} + to_hex(label.salt) + "\n" + std::string{label_word} + label.label + "\n";
}

std::optional<SaltedLabel> salted_label_from_text(std::string_view text) {
  LineReader lines{text};
  const auto salt_line = lines.next();
  const auto label_line = lines.next();
  if (!salt_line || !label_line || !lines.at_end()) return std::nullopt;
  if (!salt_line->starts_with(salt_word) || !label_line->starts_with(label_word)) return std::nullopt;
  const auto salt_text = salt_line->substr(salt_word.size());
  const auto label_text = label_line->substr(label_word.size());
  const auto salt = from_hex(salt_text);
  SaltedLabel label{.salt = {}, .label = std::string{label_text}};
  if (!salt || salt->size() != label.salt.size() || to_hex(*salt) != salt_text) return std::nullopt;
  if (label_text.empty() || label_text.size() > limits::label_bytes_max || !is_plain_utf8(label_text))
    return std::nullopt;
  std::ranges::copy(*salt, label.salt.begin());
  return label;
}

}  // namespace mnrt::policies
