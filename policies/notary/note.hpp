#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "policies/bytes.hpp"
#include "policies/keys.hpp"

// Signed notes (c2sp.org/signed-note) with plain Ed25519 signatures and timestamped cosignatures
// (c2sp.org/tlog-cosignature).
namespace mnrt::policies {

/// The type byte in a key's id says what the key signs.
enum class NoteKeyType : std::uint8_t {
  ed25519 = 0x01,         ///< the note's text
  cosignature_v1 = 0x04,  ///< `cosignature/v1`, a time, and the text
};

struct NoteKey {
  std::string name;  ///< not empty; no spaces, no plus
  NoteKeyType type{NoteKeyType::ed25519};
  PublicKey key;
  friend bool operator==(const NoteKey&, const NoteKey&) = default;
};

using NoteKeyId = std::array<std::uint8_t, 4>;

/// SHA-256(name ‖ 0x0A ‖ type ‖ key), its first four bytes.
NoteKeyId id_of(const NoteKey& key);

/// The key as other tools read it: `name+id+base64(type ‖ key)`.
std::string to_vkey(const NoteKey& key);

/// Strict; nothing where the id doesn't fit the key or the type is neither of ours.
std::optional<NoteKey> note_key_from_vkey(std::string_view text);

/// One signature line: `— name base64(id ‖ signature)`.
struct NoteSignature {
  std::string name;
  NoteKeyId id{};
  Bytes signature;  ///< 64 bytes for ed25519, 8 of time and 64 for a cosignature, anything for other types
  friend bool operator==(const NoteSignature&, const NoteSignature&) = default;
};

struct SignedNote {
  std::string text;  ///< ends with a newline
  std::vector<NoteSignature> signatures;
  friend bool operator==(const SignedNote&, const SignedNote&) = default;
};

/// What an ed25519 key signs: the text.
Bytes note_message(std::string_view text);

/// What a cosigner signs. `unix_seconds` at most 2^63 − 1.
Bytes cosignature_message(std::string_view text, std::uint64_t unix_seconds);

/// The line for a signature over `note_message`.
NoteSignature note_signature(const NoteKey& key, const Signature& signature);

/// The line for a signature over `cosignature_message`.
NoteSignature cosignature(const NoteKey& key, std::uint64_t unix_seconds, const Signature& signature);

std::string to_text(const SignedNote& note);

/// The 1-based line that isn't as the format has it, and why.
struct TextError {
  std::size_t line{};
  std::string_view why;  ///< a literal
  friend bool operator==(const TextError&, const TextError&) = default;
};

/// Strict: UTF-8 without control characters, canonical base64, 1 to `limits::note_signatures_max` signatures,
/// a newline at the end and nothing after it.
std::expected<SignedNote, TextError> note_from_text(std::string_view text);

enum class SignatureState : std::uint8_t { absent, valid, bad, repeated };

struct SignatureCheck {
  SignatureState state{SignatureState::absent};
  std::uint64_t unix_seconds{};  ///< of a valid cosignature
};

/// Looks for this key's line. Lines of other keys are ignored, also those that share only name or only id.
/// Two lines of one key are `repeated`, whatever they hold: a signer never writes two.
SignatureCheck check_signature(const SignedNote& note, const NoteKey& key);

}  // namespace mnrt::policies
