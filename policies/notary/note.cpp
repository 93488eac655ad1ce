#include "policies/notary/note.hpp"

#include <algorithm>
#include <limits>

#include "policies/crypto/ed25519.hpp"
#include "policies/crypto/hash.hpp"
#include "policies/limits.hpp"
#include "policies/notary/base64.hpp"
#include "policies/notary/text.hpp"

namespace mnrt::policies {
namespace {

constexpr std::string_view signature_mark = "\u2014 ";
constexpr std::size_t time_bytes = 8;
constexpr std::size_t signature_bytes = sizeof(Signature::bytes);

ByteView view_of(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

void add(Bytes& bytes, ByteView more) {
  bytes.insert(bytes.end(), more.begin(), more.end());
}

Bytes typed_key(const NoteKey& key) {
  Bytes bytes{static_cast<std::uint8_t>(key.type)};
  add(bytes, key.key.bytes);
  return bytes;
}

std::expected<NoteSignature, std::string_view> signature_from_line(std::string_view line) {
  if (!line.starts_with(signature_mark)) return std::unexpected{"not a signature line"};
  line.remove_prefix(signature_mark.size());
  const auto space = line.find(' ');
  if (space == std::string_view::npos) return std::unexpected{"a signature line without a signature"};
  const auto name = line.substr(0, space);
  if (!is_key_name(name)) return std::unexpected{"not a key name"};
  const auto bytes = from_base64(line.substr(space + 1));
  NoteSignature signature{.name = std::string{name}, .id = {}, .signature = {}};
  if (!bytes || bytes->size() <= signature.id.size())
    return std::unexpected{"not a signature in canonical base64"};
  const auto body = std::ranges::copy_n(bytes->begin(), signature.id.size(), signature.id.begin()).in;
  signature.signature.assign(body, bytes->end());
  return signature;
}

SignatureCheck verify_line(const SignedNote& note, const NoteKey& key, const NoteSignature& line) {
  const SignatureCheck bad{.state = SignatureState::bad, .unix_seconds = 0};
  ByteView bytes{line.signature};
  std::uint64_t seconds = 0;
  const bool timed = key.type == NoteKeyType::cosignature_v1;
  if (bytes.size() != signature_bytes + (timed ? time_bytes : 0)) return bad;
  if (timed) {
    for (auto byte : bytes.first(time_bytes)) seconds = (seconds << 8) | byte;
    if (seconds > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max())) return bad;
    bytes = bytes.subspan(time_bytes);
  }
  Signature signature;
  std::ranges::copy(bytes, signature.bytes.begin());
  const auto message = timed ? cosignature_message(note.text, seconds) : note_message(note.text);
  if (!verify(key.key, message, signature)) return bad;
  return {.state = SignatureState::valid, .unix_seconds = seconds};
}

}  // namespace

NoteKeyId id_of(const NoteKey& key) {
  constexpr std::array<std::uint8_t, 1> newline{'\n'};
  const auto hash = Sha256{}.update(view_of(key.name)).update(newline).update(typed_key(key)).finish();
  NoteKeyId id;
  std::ranges::copy_n(hash.bytes.begin(), id.size(), id.begin());
  return id;
}

std::string to_vkey(const NoteKey& key) {
  return key.name + "+" + to_hex(id_of(key)) + "+" + to_base64(typed_key(key));
}

std::optional<NoteKey> note_key_from_vkey(std::string_view text) {
  const auto first = text.find('+');
  if (first == std::string_view::npos) return std::nullopt;
  const auto second = text.find('+', first + 1);
  if (second == std::string_view::npos) return std::nullopt;
  const auto bytes = from_base64(text.substr(second + 1));
  NoteKey key{.name = std::string{text.substr(0, first)}, .type = {}, .key = {}};
  if (!bytes || bytes->size() != 1 + key.key.bytes.size() || !is_key_name(key.name)) return std::nullopt;
  key.type = NoteKeyType{bytes->front()};
  if (key.type != NoteKeyType::ed25519 && key.type != NoteKeyType::cosignature_v1) return std::nullopt;
  std::ranges::copy(ByteView{*bytes}.subspan(1), key.key.bytes.begin());
  if (to_vkey(key) != text) return std::nullopt;
  return key;
}

Bytes note_message(std::string_view text) {
  const auto bytes = view_of(text);
  return {bytes.begin(), bytes.end()};
}

Bytes cosignature_message(std::string_view text, std::uint64_t unix_seconds) {
  Bytes message;
  add(message, view_of("cosignature/v1\ntime "));
  add(message, view_of(std::to_string(unix_seconds)));
  add(message, view_of("\n"));
  add(message, view_of(text));
  return message;
}

NoteSignature note_signature(const NoteKey& key, const Signature& signature) {
  return {.name = key.name, .id = id_of(key), .signature = {signature.bytes.begin(), signature.bytes.end()}};
}

NoteSignature cosignature(const NoteKey& key, std::uint64_t unix_seconds, const Signature& signature) {
  NoteSignature line{.name = key.name, .id = id_of(key), .signature = {}};
  for (int shift = 56; shift >= 0; shift -= 8)
    line.signature.push_back(static_cast<std::uint8_t>(unix_seconds >> shift));
  add(line.signature, signature.bytes);
  return line;
}

std::string to_text(const SignedNote& note) {
  auto text = note.text + "\n";
  for (const auto& line : note.signatures) {
    Bytes bytes{line.id.begin(), line.id.end()};
    add(bytes, line.signature);
    text.append(signature_mark).append(line.name).append(" ").append(to_base64(bytes)).append("\n");
  }
  return text;
}

std::expected<SignedNote, TextError> note_from_text(std::string_view text) {
  const auto line_at = [&](std::size_t at) {
    return 1 + static_cast<std::size_t>(std::ranges::count(text.substr(0, at), '\n'));
  };
  const auto blank = text.rfind("\n\n");
  if (blank == std::string_view::npos)
    return std::unexpected{TextError{line_at(text.size()), "no blank line before signatures"}};
  const auto body = text.substr(0, blank + 1);
  SignedNote note{.text = std::string{body}, .signatures = {}};
  for (LineReader lines{body}; auto line = lines.next();)
    if (!is_plain_utf8(*line))
      return std::unexpected{TextError{lines.line(), "not UTF-8 without control characters"}};
  LineReader lines{text.substr(blank + 2)};
  const auto lines_before = line_at(blank + 2) - 1;
  while (!lines.at_end()) {
    const auto line = lines.next();
    if (!line) return std::unexpected{TextError{lines_before + lines.line() + 1, "no newline at the end"}};
    if (note.signatures.size() == limits::note_signatures_max)
      return std::unexpected{TextError{lines_before + lines.line(), "too many signatures"}};
    auto signature = signature_from_line(*line);
    if (!signature) return std::unexpected{TextError{lines_before + lines.line(), signature.error()}};
    note.signatures.push_back(std::move(*signature));
  }
  if (note.signatures.empty()) return std::unexpected{TextError{lines_before + 1, "no signature"}};
  return note;
}

SignatureCheck check_signature(const SignedNote& note, const NoteKey& key) {
  const auto id = id_of(key);
  const auto is_hers = [&](const NoteSignature& line) { return line.name == key.name && line.id == id; };
  const auto found = std::ranges::find_if(note.signatures, is_hers);
  if (found == note.signatures.end()) return {};
  if (std::any_of(found + 1, note.signatures.end(), is_hers))
    return {.state = SignatureState::repeated, .unix_seconds = 0};
  return verify_line(note, key, *found);
}

}  // namespace mnrt::policies
