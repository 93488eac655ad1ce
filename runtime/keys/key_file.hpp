#pragma once

#include <array>
#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>

#include "policies/crypto/ed25519.hpp"
#include "policies/keys.hpp"
#include "runtime/keys/secret.hpp"

// The format of a key file, version 1. Text in ASCII, every line ended by one newline, exactly these lines in
// this order, lower-case hexadecimal:
//
//   file       = "mnrt key v1" LF
//                "role: " role LF                     ; owner lease consensus log cosigner account wallet
//                "name: " name LF                     ; of a wallet; "-" for other roles
//                "public: " 64HEX LF                  ; Ed25519 public key (RFC 8032)
//                "kdf: argon2id13 2 67108864" LF      ; libsodium's INTERACTIVE limits: passes, bytes
//                "salt: " 32HEX LF                    ; the same in all files of a folder: one derivation
//                opens all "nonce: " 48HEX LF "sealed: " 96HEX LF                  ; XChaCha20-Poly1305 of
//                the 32-byte seed, then its tag
//
// The key that seals is Argon2id(passphrase, salt), 32 bytes; the additional data is every byte before
// "sealed: ". So no byte of the file can change without the file being refused.
namespace mnrt::runtime {

enum class FileRole : std::uint8_t { owner, lease, consensus, log, cosigner, account, wallet };

std::string_view name_of(FileRole role);

using Salt = std::array<std::uint8_t, 16>;
using Nonce = std::array<std::uint8_t, 24>;

struct KeyFile {
  FileRole role{};
  std::string name;  ///< of a wallet; empty for other roles
  policies::PublicKey public_key;
  Salt salt{};
  Nonce nonce{};
  std::array<std::uint8_t, 48> sealed{};
  friend bool operator==(const KeyFile&, const KeyFile&) = default;
};

std::string encode(const KeyFile& file);

/// Only what `encode` writes; nothing for any other text.
std::optional<KeyFile> decode_key_file(std::string_view text);

/// 1–64 of a-z A-Z 0-9 . _ - and no dot in front: the name is also a file's.
bool is_wallet_name(std::string_view name);

/// Argon2id at libsodium's INTERACTIVE limits: about 0.1 s and 64 MiB. Nothing when the memory isn't there.
std::optional<EncryptionKey> derive_key(const Passphrase& passphrase, const Salt& salt);

struct KeyLabel {
  FileRole role{};
  std::string name;  ///< of a wallet; empty for other roles
};

/// A file that holds the seed, sealed under a fresh nonce.
KeyFile seal(const policies::SecretSeed& seed, const KeyLabel& label, const Salt& salt,
             const EncryptionKey& key);

/// The key pair in the file; nothing if the key that seals is another or a byte has changed.
std::optional<policies::SigningKey> open_sealed(const KeyFile& file, const EncryptionKey& key);

Salt random_salt();
policies::SecretSeed random_seed();

/// `bytes` random bytes in hexadecimal.
std::string random_hex(std::size_t bytes);

}  // namespace mnrt::runtime
