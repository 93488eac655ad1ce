#include "runtime/keys/vault.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "runtime/keys/private_files.hpp"

namespace mnrt::runtime {

namespace fs = std::filesystem;
using Kind = KeyError::Kind;
using policies::PublicKey;
using policies::SigningKey;

namespace {

constexpr std::size_t key_file_bytes_max = 1'024;
constexpr std::size_t wallets_max = 10'000;

std::expected<std::vector<fs::path>, KeyError> files_of(const fs::path& folder) {
  std::vector<fs::path> files;
  std::error_code error;
  for (fs::directory_iterator it(folder, error), end; !error && it != end; it.increment(error)) {
    if (it->path().extension() != ".key") continue;
    files.push_back(it->path());
    if (files.size() > wallets_max)
      return std::unexpected(
          KeyError{Kind::io, fmt::format("{} holds more than {} keys", folder.string(), wallets_max)});
  }
  if (error && error != std::errc::no_such_file_or_directory)
    return std::unexpected(
        KeyError{Kind::io, fmt::format("cannot list {}: {}", folder.string(), error.message())});
  std::sort(files.begin(), files.end());
  return files;
}

/// A file of the folder whose salt new files share and whose seal proves the passphrase; empty: the folder is
/// new. Keys of the node come first: the owner's may have been made elsewhere and carried in.
std::expected<fs::path, KeyError> witness_of(const fs::path& folder) {
  for (auto role : {FileRole::consensus, FileRole::lease, FileRole::account, FileRole::log,
                    FileRole::cosigner, FileRole::owner})
    if (auto file = key_path(folder, {role, ""}); fs::exists(file)) return file;
  auto wallets = files_of(folder / "wallets");
  if (!wallets) return std::unexpected(wallets.error());
  return wallets->empty() ? fs::path() : wallets->front();
}

std::string described(const KeyLabel& label) {
  return label.role == FileRole::wallet ? fmt::format("wallet {}", label.name)
                                        : fmt::format("{} key", name_of(label.role));
}

}  // namespace

fs::path key_path(const fs::path& folder, const KeyLabel& label) {
  if (label.role == FileRole::wallet) return folder / "wallets" / (label.name + ".key");
  return folder / fmt::format("{}.key", name_of(label.role));
}

KeyLabel wallet_label(const std::string& name) {
  if (name == "owner") return {FileRole::owner, ""};
  return {FileRole::wallet, name};
}

std::expected<KeyFile, KeyError> read_key_file(const fs::path& file) {
  auto text = read_private_file(file, key_file_bytes_max);
  if (!text) return std::unexpected(text.error());
  auto decoded = decode_key_file(*text);
  if (!decoded)
    return std::unexpected(KeyError{
        Kind::damaged,
        fmt::format("{} is not a whole key file of version 1; restore it from a copy", file.string())});
  return *decoded;
}

std::expected<PublicKey, KeyError> read_public_key(const fs::path& folder, const KeyLabel& label) {
  auto file = read_key_file(key_path(folder, label));
  if (!file) return std::unexpected(file.error());
  return file->public_key;
}

std::expected<std::vector<WalletEntry>, KeyError> list_wallets(const fs::path& folder) {
  std::vector<WalletEntry> entries;
  if (auto owner = read_public_key(folder, {FileRole::owner, ""}))
    entries.push_back({"owner", *owner});
  else if (owner.error().kind != Kind::missing)
    return std::unexpected(owner.error());
  auto files = files_of(folder / "wallets");
  if (!files) return std::unexpected(files.error());
  for (const auto& path : *files) {
    auto file = read_key_file(path);
    if (!file) return std::unexpected(file.error());
    entries.push_back({file->name, file->public_key});
  }
  std::sort(entries.begin(), entries.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
  return entries;
}

std::expected<bool, KeyError> holds_keys(const fs::path& folder) {
  auto witness = witness_of(folder);
  if (!witness) return std::unexpected(witness.error());
  return !witness->empty();
}

std::expected<Vault, KeyError> Vault::open(fs::path folder, Passphrase passphrase) {
  if (auto ready = prepare_private_folder(folder); !ready) return std::unexpected(ready.error());
  auto witness = witness_of(folder);
  if (!witness) return std::unexpected(witness.error());
  Vault vault(std::move(folder), std::move(passphrase));
  if (witness->empty()) {
    vault.salt_ = random_salt();
    return vault;
  }
  auto file = read_key_file(*witness);
  if (!file) return std::unexpected(file.error());
  if (auto opened = vault.open_key_at(*witness); !opened) return std::unexpected(opened.error());
  vault.salt_ = file->salt;
  return vault;
}

std::expected<EncryptionKey, KeyError> Vault::key_for(const Salt& salt) {
  if (auto known = derived_.find(salt); known != derived_.end()) return known->second;
  auto key = derive_key(passphrase_, salt);
  if (!key)
    return std::unexpected(KeyError{Kind::io, "64 MiB of memory to derive a key aren't there; free some"});
  derived_.emplace(salt, *key);
  return *key;
}

std::expected<PublicKey, KeyError> Vault::create_key(const KeyLabel& label) {
  return import_key(label, random_seed());
}

std::expected<PublicKey, KeyError> Vault::import_key(const KeyLabel& label,
                                                     const policies::SecretSeed& seed) {
  if (label.role == FileRole::wallet) {
    if (!is_wallet_name(label.name))
      return std::unexpected(KeyError{
          Kind::io, fmt::format("\"{}\" is no wallet name: 1 to 64 of a-z A-Z 0-9 . _ -", label.name)});
    if (auto ready = prepare_private_folder(folder_ / "wallets"); !ready)
      return std::unexpected(ready.error());
  }
  auto path = key_path(folder_, label);
  std::unexpected refusal(
      KeyError{Kind::already_there, fmt::format("{} exists already: {}", described(label), path.string())});
  std::error_code error;
  if (fs::exists(fs::symlink_status(path, error))) return refusal;
  auto key = key_for(salt_);
  if (!key) return std::unexpected(key.error());
  auto file = seal(seed, label, salt_, *key);
  auto written = write_private_file(path, encode(file));
  if (!written && written.error().kind == Kind::already_there) return refusal;
  if (!written) return std::unexpected(written.error());
  return file.public_key;
}

std::expected<SigningKey, KeyError> Vault::open_key(const KeyLabel& label) {
  auto path = key_path(folder_, label);
  auto file = read_key_file(path);
  if (!file && file.error().kind == Kind::missing)
    return std::unexpected(KeyError{
        Kind::missing,
        fmt::format("{} is not in {}{}", described(label), folder_.string(),
                    label.role == FileRole::owner ? "; bring it back or name its file with --key" : "")});
  if (!file) return std::unexpected(file.error());
  // A file that was renamed would sign as something it isn't.
  if (file->role != label.role || file->name != label.name)
    return std::unexpected(
        KeyError{Kind::damaged, fmt::format("{} holds the {}, not the {}", path.string(),
                                            described({file->role, file->name}), described(label))});
  return open_key_at(path);
}

std::expected<SigningKey, KeyError> Vault::open_key_at(const fs::path& path) {
  auto file = read_key_file(path);
  if (!file) return std::unexpected(file.error());
  auto key = key_for(file->salt);
  if (!key) return std::unexpected(key.error());
  auto opened = open_sealed(*file, *key);
  if (!opened)
    return std::unexpected(
        KeyError{Kind::wrong_passphrase,
                 fmt::format("the passphrase doesn't open {}, or the file is damaged", path.string())});
  return *opened;
}

}  // namespace mnrt::runtime
