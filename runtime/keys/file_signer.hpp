#pragma once

#include <array>
#include <expected>
#include <filesystem>
#include <memory>
#include <vector>

#include "actors/ports.hpp"
#include "policies/crypto/ed25519.hpp"
#include "runtime/keys/error.hpp"
#include "runtime/keys/vault.hpp"

namespace mnrt::runtime {

/// Makes those of the node's own keys (consensus, lease, log, cosigner, account) that aren't there yet.
std::expected<void, KeyError> create_node_keys(Vault& vault);

/// The files of those of the node's own keys that aren't in the folder; no passphrase needed. A file that
/// can't be looked at is not missing.
std::vector<std::filesystem::path> missing_node_keys(const std::filesystem::path& folder);

/// Signs with the node's keys, held in memory. Needs no owner key.
class FileSigner final : public actors::Signer {
 public:
  /// Opens the five keys of the vault.
  static std::expected<std::unique_ptr<FileSigner>, KeyError> open(Vault& vault);

  policies::PublicKey public_key(actors::KeyRole role) const override;
  policies::Signature sign(actors::KeyRole role, policies::ByteView message) const override;
  policies::Bytes prove(policies::ByteView input) const override;

 private:
  using Keys = std::array<policies::SigningKey, 5>;  ///< indexed by actors::KeyRole
  explicit FileSigner(Keys keys) : keys_(std::move(keys)) {}
  const policies::SigningKey& key(actors::KeyRole role) const {
    return keys_[static_cast<std::size_t>(role)];
  }

  Keys keys_;
};

}  // namespace mnrt::runtime
