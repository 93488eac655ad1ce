#include "runtime/keys/file_signer.hpp"

#include <catch2/catch.hpp>
#include <set>

#include "policies/crypto/vrf.hpp"
#include "tests/runtime/keys/scratch_folder.hpp"

namespace {

using namespace mnrt::runtime;
using namespace mnrt::tests;
using mnrt::actors::KeyRole;
namespace policies = mnrt::policies;

constexpr std::array all_roles{KeyRole::consensus, KeyRole::lease, KeyRole::log, KeyRole::cosigner,
                               KeyRole::account};
const policies::Bytes message{'a', 'b', 'c'};

TEST_CASE("each role signs with its own key, and with no other") {
  ScratchFolder scratch;
  auto vault = Vault::open(scratch.path() / "keys", Passphrase("correct horse"));
  REQUIRE(vault.has_value());
  REQUIRE(create_node_keys(*vault).has_value());
  auto signer = FileSigner::open(*vault);
  REQUIRE(signer.has_value());
  std::set<policies::PublicKey> keys;
  for (auto role : all_roles) {
    keys.insert((*signer)->public_key(role));
    auto signature = (*signer)->sign(role, message);
    for (auto other : all_roles)
      CHECK(policies::verify((*signer)->public_key(other), message, signature) == (role == other));
  }
  CHECK(keys.size() == all_roles.size());
  CHECK(read_public_key(vault->folder(), {FileRole::cosigner, ""}).value() ==
        (*signer)->public_key(KeyRole::cosigner));
}

TEST_CASE("the proof of a draw is the consensus key's") {
  ScratchFolder scratch;
  auto vault = Vault::open(scratch.path() / "keys", Passphrase("correct horse"));
  REQUIRE(create_node_keys(*vault).has_value());
  auto signer = FileSigner::open(*vault);
  auto proof = (*signer)->prove(message);
  REQUIRE(proof.size() == 80);
  CHECK(policies::vrf_verify((*signer)->public_key(KeyRole::consensus), message, proof).has_value());
  CHECK_FALSE(policies::vrf_verify((*signer)->public_key(KeyRole::lease), message, proof).has_value());
}

TEST_CASE("making the node's keys again keeps those that are there and makes those that are missing") {
  ScratchFolder scratch;
  auto vault = Vault::open(scratch.path() / "keys", Passphrase("correct horse"));
  REQUIRE(create_node_keys(*vault).has_value());
  auto lease = read_public_key(vault->folder(), {FileRole::lease, ""}).value();
  auto log = read_public_key(vault->folder(), {FileRole::log, ""}).value();
  std::filesystem::remove(vault->folder() / "log.key");
  REQUIRE(create_node_keys(*vault).has_value());
  CHECK(read_public_key(vault->folder(), {FileRole::lease, ""}).value() == lease);
  CHECK(read_public_key(vault->folder(), {FileRole::log, ""}).value() != log);
}

TEST_CASE("the node's keys that are missing are named, and the owner's is none of them") {
  ScratchFolder scratch;
  const auto folder = scratch.path() / "keys";
  CHECK(missing_node_keys(folder).size() == all_roles.size());
  auto vault = Vault::open(folder, Passphrase("correct horse"));
  REQUIRE(create_node_keys(*vault).has_value());
  CHECK(missing_node_keys(folder).empty());
  std::filesystem::remove(folder / "consensus.key");
  std::filesystem::remove(folder / "account.key");
  CHECK(missing_node_keys(folder) ==
        std::vector<std::filesystem::path>{folder / "consensus.key", folder / "account.key"});
}

TEST_CASE("a signer isn't opened while one of its keys is missing") {
  ScratchFolder scratch;
  auto vault = Vault::open(scratch.path() / "keys", Passphrase("correct horse"));
  REQUIRE(create_node_keys(*vault).has_value());
  std::filesystem::remove(vault->folder() / "lease.key");
  auto signer = FileSigner::open(*vault);
  REQUIRE_FALSE(signer.has_value());
  CHECK(signer.error().kind == KeyError::Kind::missing);
}

}  // namespace
