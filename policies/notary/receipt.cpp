#include "policies/notary/receipt.hpp"

#include <algorithm>

#include "policies/limits.hpp"
#include "policies/notary/base64.hpp"
#include "policies/notary/text.hpp"

namespace mnrt::policies {
namespace {

constexpr std::string_view first_line = "c2sp.org/tlog-proof@v1";
constexpr std::string_view extra_word = "extra ";
constexpr std::string_view index_word = "index ";

ByteView view_of(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

std::optional<std::string> leaf_from_line(std::string_view line) {
  if (!line.starts_with(extra_word)) return std::nullopt;
  const auto bytes = from_base64(line.substr(extra_word.size()));
  if (!bytes) return std::nullopt;
  return std::string{bytes->begin(), bytes->end()};
}

std::optional<std::uint64_t> index_from_line(std::string_view line) {
  if (!line.starts_with(index_word)) return std::nullopt;
  return decimal_from_text(line.substr(index_word.size()));
}

std::optional<Digest> hash_from_line(std::string_view line) {
  const auto bytes = from_base64(line);
  Digest hash;
  if (!bytes || bytes->size() != hash.bytes.size()) return std::nullopt;
  std::ranges::copy(*bytes, hash.bytes.begin());
  return hash;
}

}  // namespace

std::string to_text(const Receipt& receipt) {
  std::string text{first_line};
  text.append("\n").append(extra_word).append(to_base64(view_of(receipt.leaf)));
  text.append("\n").append(index_word).append(std::to_string(receipt.index)).append("\n");
  for (const auto& hash : receipt.proof) text.append(to_base64(hash.bytes)).append("\n");
  return text.append("\n").append(to_text(receipt.checkpoint));
}

std::expected<Receipt, TextError> receipt_from_text(std::string_view text) {
  if (text.size() > limits::receipt_bytes_max)
    return std::unexpected{TextError{1, "longer than a receipt may be"}};
  LineReader lines{text};
  const auto wrong = [&](std::string_view why) { return std::unexpected{TextError{lines.line(), why}}; };
  const auto cut_off = [&] { return std::unexpected{TextError{lines.line() + 1, "ends too early"}}; };
  auto line = lines.next();
  if (!line) return cut_off();
  if (*line != first_line) return wrong("not the first line of a receipt");
  Receipt receipt;
  if (!(line = lines.next())) return cut_off();
  auto leaf = leaf_from_line(*line);
  if (!leaf) return wrong("not the leaf: `extra` and canonical base64");
  receipt.leaf = std::move(*leaf);
  if (!(line = lines.next())) return cut_off();
  const auto index = index_from_line(*line);
  if (!index) return wrong("not the index: `index` and a decimal number");
  receipt.index = *index;
  for (;;) {
    if (!(line = lines.next())) return cut_off();
    if (line->empty()) break;
    if (receipt.proof.size() == limits::log_proof_hashes_max) return wrong("a proof of more than 64 hashes");
    const auto hash = hash_from_line(*line);
    if (!hash) return wrong("not a hash in canonical base64");
    receipt.proof.push_back(*hash);
  }
  auto note = note_from_text(lines.rest());
  if (!note) return std::unexpected{TextError{lines.line() + note.error().line, note.error().why}};
  receipt.checkpoint = std::move(*note);
  return receipt;
}

}  // namespace mnrt::policies
