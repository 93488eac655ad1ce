#include "runtime/keys/file_signer.hpp"

#include <system_error>
#include <utility>
#include <vector>

#include "policies/crypto/vrf.hpp"

namespace mnrt::runtime {

using actors::KeyRole;
using policies::SigningKey;

namespace {

/// In the order of actors::KeyRole.
constexpr std::array node_roles{FileRole::consensus, FileRole::lease, FileRole::log, FileRole::cosigner,
                                FileRole::account};
static_assert(static_cast<int>(KeyRole::consensus) == 0 && static_cast<int>(KeyRole::lease) == 1 &&
              static_cast<int>(KeyRole::log) == 2 && static_cast<int>(KeyRole::cosigner) == 3 &&
              static_cast<int>(KeyRole::account) == 4);

}  // namespace

std::expected<void, KeyError> create_node_keys(Vault& vault) {
  for (auto role : node_roles)
    if (auto made = vault.create_key({role, ""}); !made && made.error().kind != KeyError::Kind::already_there)
      return std::unexpected(made.error());
  return {};
}

std::vector<std::filesystem::path> missing_node_keys(const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> missing;
  for (auto role : node_roles) {
    auto file = key_path(folder, {role, ""});
    std::error_code ignored;
    if (std::filesystem::symlink_status(file, ignored).type() == std::filesystem::file_type::not_found)
      missing.push_back(std::move(file));
  }
  return missing;
}

std::expected<std::unique_ptr<FileSigner>, KeyError> FileSigner::open(Vault& vault) {
  std::vector<SigningKey> opened;
  for (auto role : node_roles) {
    auto key = vault.open_key({role, ""});
    if (!key) return std::unexpected(key.error());
    opened.push_back(*key);
  }
  return std::unique_ptr<FileSigner>(
      new FileSigner(Keys{opened[0], opened[1], opened[2], opened[3], opened[4]}));
}

policies::PublicKey FileSigner::public_key(KeyRole role) const {
  return key(role).public_key();
}

policies::Signature FileSigner::sign(KeyRole role, policies::ByteView message) const {
  return key(role).sign(message);
}

policies::Bytes FileSigner::prove(policies::ByteView input) const {
  auto proof = policies::vrf_prove(key(KeyRole::consensus), input);
  return {proof.begin(), proof.end()};
}

}  // namespace mnrt::runtime
