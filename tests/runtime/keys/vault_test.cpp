#include "runtime/keys/vault.hpp"

#include <unistd.h>

#include <catch2/catch.hpp>

#include "tests/runtime/keys/scratch_folder.hpp"

namespace {

using namespace mnrt::runtime;
using namespace mnrt::tests;
using Kind = KeyError::Kind;

const Passphrase passphrase("correct horse");

Vault open_vault(const std::filesystem::path& folder) {
  auto vault = Vault::open(folder, passphrase);
  if (!vault) FAIL(vault.error().text);
  return std::move(*vault);
}

TEST_CASE("a key made in one run opens in the next") {
  ScratchFolder scratch;
  auto folder = scratch.path() / "keys";
  auto made = open_vault(folder).create_key({FileRole::consensus, ""});
  REQUIRE(made.has_value());
  auto opened = open_vault(folder).open_key({FileRole::consensus, ""});
  REQUIRE(opened.has_value());
  CHECK(opened->public_key() == *made);
  CHECK(read_public_key(folder, {FileRole::consensus, ""}).value() == *made);
}

TEST_CASE("files are 0600 in folders of 0700, and hold no seed in the clear") {
  ScratchFolder scratch;
  auto folder = scratch.path() / "keys";
  auto vault = open_vault(folder);
  REQUIRE(vault.create_key(wallet_label("alice")).has_value());
  auto mode_of = [](const std::filesystem::path& p) {
    return static_cast<unsigned>(std::filesystem::status(p).permissions()) & 0777;
  };
  CHECK(mode_of(folder) == 0700);
  CHECK(mode_of(folder / "wallets") == 0700);
  CHECK(mode_of(folder / "wallets/alice.key") == 0600);
  auto seed = vault.open_key(wallet_label("alice"))->seed();
  auto content = read_file(folder / "wallets/alice.key");
  CHECK(content.find(std::string(seed.bytes().begin(), seed.bytes().end())) == std::string::npos);
}

TEST_CASE("a key is never overwritten") {
  ScratchFolder scratch;
  auto vault = open_vault(scratch.path() / "keys");
  auto first = vault.create_key(wallet_label("alice"));
  REQUIRE(first.has_value());
  auto second = vault.create_key(wallet_label("alice"));
  REQUIRE_FALSE(second.has_value());
  CHECK(second.error().kind == Kind::already_there);
  CHECK(vault.open_key(wallet_label("alice"))->public_key() == *first);
}

TEST_CASE("a wrong passphrase is refused before it can make a key of its own") {
  ScratchFolder scratch;
  auto folder = scratch.path() / "keys";
  REQUIRE(open_vault(folder).create_key({FileRole::lease, ""}).has_value());
  auto wrong = Vault::open(folder, Passphrase("correct horsf"));
  REQUIRE_FALSE(wrong.has_value());
  CHECK(wrong.error().kind == Kind::wrong_passphrase);
}

TEST_CASE("all files of a folder share one salt, so that opening them costs one derivation") {
  ScratchFolder scratch;
  auto folder = scratch.path() / "keys";
  {
    auto vault = open_vault(folder);
    REQUIRE(vault.create_key({FileRole::consensus, ""}).has_value());
    REQUIRE(vault.create_key(wallet_label("alice")).has_value());
  }
  REQUIRE(open_vault(folder).create_key(wallet_label("bob")).has_value());
  auto salt = read_key_file(folder / "consensus.key")->salt;
  CHECK(read_key_file(folder / "wallets/alice.key")->salt == salt);
  CHECK(read_key_file(folder / "wallets/bob.key")->salt == salt);
}

TEST_CASE("the owner key may be moved away, and signs from where it is") {
  ScratchFolder scratch;
  auto folder = scratch.path() / "keys";
  auto vault = open_vault(folder);
  REQUIRE(vault.create_key({FileRole::consensus, ""}).has_value());
  auto owner = vault.create_key(wallet_label("owner"));
  REQUIRE(owner.has_value());
  auto elsewhere = scratch.path() / "usb-stick.key";
  std::filesystem::rename(folder / "owner.key", elsewhere);

  auto missing = open_vault(folder).open_key(wallet_label("owner"));
  REQUIRE_FALSE(missing.has_value());
  CHECK(missing.error().kind == Kind::missing);
  CHECK(missing.error().text.find("bring it back") != std::string::npos);
  CHECK(list_wallets(folder)->empty());
  CHECK(open_vault(folder).open_key_at(elsewhere)->public_key() == *owner);
}

TEST_CASE("a file that others may read is refused with the command that mends it") {
  ScratchFolder scratch;
  auto folder = scratch.path() / "keys";
  REQUIRE(open_vault(folder).create_key({FileRole::consensus, ""}).has_value());
  auto file = folder / "consensus.key";
  for (unsigned mode : {0640u, 0604u, 0666u}) {
    set_mode(file, mode);
    auto refused = read_public_key(folder, {FileRole::consensus, ""});
    REQUIRE_FALSE(refused.has_value());
    CHECK(refused.error().kind == Kind::permissions);
    CHECK(refused.error().text.find("run: chmod 600 " + file.string()) != std::string::npos);
  }
  set_mode(file, 0600);
  set_mode(folder, 0755);
  auto refused = Vault::open(folder, passphrase);
  REQUIRE_FALSE(refused.has_value());
  CHECK(refused.error().text.find("run: chmod 700 " + folder.string()) != std::string::npos);
}

TEST_CASE("a file of another user is refused with the command that mends it") {
  if (geteuid() != 0) return;  // only root can give a file away
  ScratchFolder scratch;
  auto folder = scratch.path() / "keys";
  REQUIRE(open_vault(folder).create_key({FileRole::consensus, ""}).has_value());
  REQUIRE(chown((folder / "consensus.key").c_str(), 65'534, 65'534) == 0);
  auto refused = read_public_key(folder, {FileRole::consensus, ""});
  REQUIRE_FALSE(refused.has_value());
  CHECK(refused.error().kind == Kind::permissions);
  CHECK(refused.error().text.find("run: chown") != std::string::npos);
}

TEST_CASE("a partial, an empty and a huge file are refused as damaged") {
  ScratchFolder scratch;
  auto folder = scratch.path() / "keys";
  REQUIRE(open_vault(folder).create_key({FileRole::consensus, ""}).has_value());
  auto file = folder / "consensus.key";
  auto whole = read_file(file);
  for (const auto& content :
       {whole.substr(0, whole.size() / 2), std::string(), whole + std::string(5'000, 'x')}) {
    write_file(file, content);
    auto refused = Vault::open(folder, passphrase);
    REQUIRE_FALSE(refused.has_value());
    CHECK(refused.error().kind == Kind::damaged);
  }
}

TEST_CASE("a key file under another key's name is refused") {
  ScratchFolder scratch;
  auto folder = scratch.path() / "keys";
  auto vault = open_vault(folder);
  REQUIRE(vault.create_key({FileRole::lease, ""}).has_value());
  std::filesystem::copy_file(folder / "lease.key", folder / "consensus.key");
  set_mode(folder / "consensus.key", 0600);
  auto refused = vault.open_key({FileRole::consensus, ""});
  REQUIRE_FALSE(refused.has_value());
  CHECK(refused.error().kind == Kind::damaged);
  CHECK(refused.error().text.find("holds the lease key, not the consensus key") != std::string::npos);
}

TEST_CASE("a symbolic link in place of a key is refused") {
  ScratchFolder scratch;
  auto folder = scratch.path() / "keys";
  auto vault = open_vault(folder);
  REQUIRE(vault.create_key({FileRole::lease, ""}).has_value());
  std::filesystem::rename(folder / "lease.key", scratch.path() / "lease.key");
  std::filesystem::create_symlink(scratch.path() / "lease.key", folder / "lease.key");
  CHECK_FALSE(vault.open_key({FileRole::lease, ""}).has_value());
}

TEST_CASE("wallets are listed by name without a passphrase") {
  ScratchFolder scratch;
  auto folder = scratch.path() / "keys";
  CHECK(list_wallets(folder)->empty());
  auto vault = open_vault(folder);
  auto bob = vault.create_key(wallet_label("bob")).value();
  auto owner = vault.create_key(wallet_label("owner")).value();
  auto alice = vault.create_key(wallet_label("alice")).value();
  auto listed = list_wallets(folder);
  REQUIRE(listed.has_value());
  REQUIRE(listed->size() == 3);
  CHECK(((*listed)[0].name == "alice" && (*listed)[0].public_key == alice));
  CHECK(((*listed)[1].name == "bob" && (*listed)[1].public_key == bob));
  CHECK(((*listed)[2].name == "owner" && (*listed)[2].public_key == owner));
}

TEST_CASE("a wallet can't be named out of its folder") {
  ScratchFolder scratch;
  auto vault = open_vault(scratch.path() / "keys");
  CHECK_FALSE(vault.create_key(wallet_label("../consensus")).has_value());
  CHECK_FALSE(std::filesystem::exists(scratch.path() / "keys/consensus.key"));
}

}  // namespace
