#pragma once

#include <expected>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "policies/crypto/ed25519.hpp"
#include "policies/keys.hpp"
#include "runtime/keys/error.hpp"
#include "runtime/keys/key_file.hpp"
#include "runtime/keys/secret.hpp"

// The folder `keys/` of a data directory: one file a key (key_file.hpp), mode 0600 in a folder of mode 0700.
// `wallets/NAME.key` holds wallets; the wallet named `owner` is the owner's key, `owner.key`, which may be
// moved away.
namespace mnrt::runtime {

/// Where a key's file stands: `consensus.key`, `wallets/NAME.key`.
std::filesystem::path key_path(const std::filesystem::path& folder, const KeyLabel& label);

/// The label of the wallet that people call `name`.
KeyLabel wallet_label(const std::string& name);

/// Reads the file without a passphrase. `missing` when there is none.
std::expected<KeyFile, KeyError> read_key_file(const std::filesystem::path& file);

/// The public key without a passphrase.
std::expected<policies::PublicKey, KeyError> read_public_key(const std::filesystem::path& folder,
                                                             const KeyLabel& label);

struct WalletEntry {
  std::string name;
  policies::PublicKey public_key;
};

/// All wallets of the folder sorted by name, `owner` among them while its key is there. No passphrase needed.
std::expected<std::vector<WalletEntry>, KeyError> list_wallets(const std::filesystem::path& folder);

/// Whether the folder has a key already, so that there is a passphrase that it needs.
std::expected<bool, KeyError> holds_keys(const std::filesystem::path& folder);

/// Makes and opens keys under one passphrase. Argon2id runs once for each salt it meets: once, as long as all
/// files of the folder were made in it.
class Vault {
 public:
  /// The folder is made or its permissions checked; an existing key must open with the passphrase, so that a
  /// typing error can't make a second passphrase.
  static std::expected<Vault, KeyError> open(std::filesystem::path folder, Passphrase passphrase);

  /// Makes a random key. `already_there` when the file exists.
  std::expected<policies::PublicKey, KeyError> create_key(const KeyLabel& label);

  /// Stores a key that was made elsewhere. `already_there` when the file exists.
  std::expected<policies::PublicKey, KeyError> import_key(const KeyLabel& label,
                                                          const policies::SecretSeed& seed);

  std::expected<policies::SigningKey, KeyError> open_key(const KeyLabel& label);

  /// A key file outside of the folder: the owner's, moved away.
  std::expected<policies::SigningKey, KeyError> open_key_at(const std::filesystem::path& file);

  const std::filesystem::path& folder() const { return folder_; }

 private:
  Vault(std::filesystem::path folder, Passphrase passphrase)
      : folder_(std::move(folder)), passphrase_(std::move(passphrase)) {}
  std::expected<EncryptionKey, KeyError> key_for(const Salt& salt);

  std::filesystem::path folder_;
  Passphrase passphrase_;
  Salt salt_{};  ///< of new files
  std::map<Salt, EncryptionKey> derived_;
};

}  // namespace mnrt::runtime
