#include "runtime/keys/key_file.hpp"

#include <fmt/format.h>
#include <sodium.h>

#include <algorithm>
#include <vector>

#include "policies/digest.hpp"

namespace mnrt::runtime {

using policies::SecretSeed;
using policies::SigningKey;
using policies::to_hex;

namespace {

constexpr std::array<std::string_view, 7> roles{"owner",    "lease",   "consensus", "log",
                                                "cosigner", "account", "wallet"};
constexpr std::string_view first_line = "mnrt key v1\n";
constexpr std::string_view kdf_line = "kdf: argon2id13 2 67108864\n";

static_assert(crypto_pwhash_argon2id_OPSLIMIT_INTERACTIVE == 2 &&
              crypto_pwhash_argon2id_MEMLIMIT_INTERACTIVE == 67'108'864);
static_assert(crypto_pwhash_argon2id_SALTBYTES == sizeof(Salt));
static_assert(crypto_aead_xchacha20poly1305_ietf_NPUBBYTES == sizeof(Nonce));
static_assert(crypto_aead_xchacha20poly1305_ietf_ABYTES == 16);

/// Everything before "sealed: ", which the seal covers.
std::string header_of(const KeyFile& file) {
  return fmt::format("{}role: {}\nname: {}\npublic: {}\n{}salt: {}\nnonce: {}\n", first_line,
                     name_of(file.role), file.name.empty() ? "-" : file.name, to_hex(file.public_key.bytes),
                     kdf_line, to_hex(file.salt), to_hex(file.nonce));
}

const unsigned char* bytes_of(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

/// Takes `label: value\n` off the front of the text; nothing if it isn't there.
std::optional<std::string_view> take_line(std::string_view& text, std::string_view label) {
  if (!text.starts_with(label)) return std::nullopt;
  auto end = text.find('\n');
  if (end == std::string_view::npos) return std::nullopt;
  auto value = text.substr(label.size(), end - label.size());
  text.remove_prefix(end + 1);
  return value;
}

template <std::size_t n>
bool take_hex(std::string_view& text, std::string_view label, std::array<std::uint8_t, n>& out) {
  auto value = take_line(text, label);
  if (!value || value->size() != 2 * n) return false;
  auto bytes = policies::from_hex(*value);
  if (!bytes) return false;
  std::copy(bytes->begin(), bytes->end(), out.begin());
  return true;
}

}  // namespace

void erase(void* data, std::size_t bytes) {
  sodium_memzero(data, bytes);
}

std::string_view name_of(FileRole role) {
  return roles[static_cast<std::size_t>(role)];
}

std::string encode(const KeyFile& file) {
  return header_of(file) + fmt::format("sealed: {}\n", to_hex(file.sealed));
}

std::optional<KeyFile> decode_key_file(std::string_view text) {
  auto rest = text;
  if (!rest.starts_with(first_line)) return std::nullopt;
  rest.remove_prefix(first_line.size());
  KeyFile file;
  auto role = take_line(rest, "role: ");
  if (!role) return std::nullopt;
  auto found = std::find(roles.begin(), roles.end(), *role);
  if (found == roles.end()) return std::nullopt;
  file.role = static_cast<FileRole>(found - roles.begin());
  auto name = take_line(rest, "name: ");
  if (!name) return std::nullopt;
  if (file.role == FileRole::wallet) file.name = *name;
  if (file.role == FileRole::wallet ? !is_wallet_name(*name) : *name != "-") return std::nullopt;
  if (!take_hex(rest, "public: ", file.public_key.bytes) || !rest.starts_with(kdf_line)) return std::nullopt;
  rest.remove_prefix(kdf_line.size());
  if (!take_hex(rest, "salt: ", file.salt) || !take_hex(rest, "nonce: ", file.nonce) ||
      !take_hex(rest, "sealed: ", file.sealed))
    return std::nullopt;
  // Hexadecimal has two cases: only the bytes that `encode` writes are the file.
  if (encode(file) != text) return std::nullopt;
  return file;
}

bool is_wallet_name(std::string_view name) {
  auto allowed = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
           c == '_' || c == '-';
  };
  return !name.empty() && name.size() <= 64 && name.front() != '.' && name.front() != '-' &&
         std::all_of(name.begin(), name.end(), allowed);
}

std::optional<EncryptionKey> derive_key(const Passphrase& passphrase, const Salt& salt) {
  EncryptionKey key;
  if (sodium_init() < 0) return std::nullopt;
  if (crypto_pwhash(key.bytes.data(), key.bytes.size(), passphrase.text().data(), passphrase.text().size(),
                    salt.data(), crypto_pwhash_argon2id_OPSLIMIT_INTERACTIVE,
                    crypto_pwhash_argon2id_MEMLIMIT_INTERACTIVE, crypto_pwhash_ALG_ARGON2ID13) != 0)
    return std::nullopt;
  return key;
}

KeyFile seal(const SecretSeed& seed, const KeyLabel& label, const Salt& salt, const EncryptionKey& key) {
  KeyFile file{.role = label.role,
               .name = label.name,
               .public_key = SigningKey(seed).public_key(),
               .salt = salt,
               .nonce = {},
               .sealed = {}};
  randombytes_buf(file.nonce.data(), file.nonce.size());
  auto header = header_of(file);
  crypto_aead_xchacha20poly1305_ietf_encrypt(file.sealed.data(), nullptr, seed.bytes().data(),
                                             seed.bytes().size(), bytes_of(header), header.size(), nullptr,
                                             file.nonce.data(), key.bytes.data());
  return file;
}

std::optional<SigningKey> open_sealed(const KeyFile& file, const EncryptionKey& key) {
  auto header = header_of(file);
  std::array<std::uint8_t, 32> seed;
  if (crypto_aead_xchacha20poly1305_ietf_decrypt(seed.data(), nullptr, nullptr, file.sealed.data(),
                                                 file.sealed.size(), bytes_of(header), header.size(),
                                                 file.nonce.data(), key.bytes.data()) != 0)
    return std::nullopt;
  SigningKey opened{SecretSeed(seed)};
  erase(seed.data(), seed.size());
  if (opened.public_key() != file.public_key) return std::nullopt;
  return opened;
}

Salt random_salt() {
  Salt salt;
  randombytes_buf(salt.data(), salt.size());
  return salt;
}

SecretSeed random_seed() {
  std::array<std::uint8_t, 32> bytes;
  randombytes_buf(bytes.data(), bytes.size());
  SecretSeed seed(bytes);
  erase(bytes.data(), bytes.size());
  return seed;
}

std::string random_hex(std::size_t bytes) {
  std::vector<std::uint8_t> random(bytes);
  randombytes_buf(random.data(), random.size());
  return to_hex(random);
}

}  // namespace mnrt::runtime
