#include "runtime/keys/passphrase.hpp"

#include <catch2/catch.hpp>

#include "tests/runtime/keys/scratch_folder.hpp"

namespace {

using namespace mnrt::runtime;
using namespace mnrt::tests;
using Source = FoundPassphrase::Source;

struct Sources : PassphraseSources {
  explicit Sources(const ScratchFolder& scratch) { folder = scratch.path() / "keys"; }
};

TEST_CASE("a passphrase comes from the named file, up to its first line break") {
  ScratchFolder scratch;
  Sources sources(scratch);
  sources.file = scratch.path() / "secret";
  for (auto content : {"correct horse", "correct horse\n", "correct horse\r\nmore\n"}) {
    write_file(*sources.file, content);
    set_mode(*sources.file, 0600);
    auto found = find_passphrase(sources, true);
    REQUIRE(found.has_value());
    CHECK(found->value.text() == "correct horse");
    CHECK(found->source == Source::file);
  }
}

TEST_CASE("a passphrase file that everyone may read is refused with the command that mends it") {
  ScratchFolder scratch;
  Sources sources(scratch);
  sources.file = scratch.path() / "secret";
  write_file(*sources.file, "correct horse\n");
  set_mode(*sources.file, 0644);
  auto found = find_passphrase(sources, true);
  REQUIRE_FALSE(found.has_value());
  CHECK(found.error().text.find("run: chmod 600") != std::string::npos);
}

TEST_CASE("an empty, a missing and an endless passphrase file are refused") {
  ScratchFolder scratch;
  Sources sources(scratch);
  sources.may_generate = true;
  sources.file = scratch.path() / "missing";
  CHECK_FALSE(find_passphrase(sources, true).has_value());
  sources.file = scratch.path() / "empty";
  write_file(*sources.file, "\n");
  set_mode(*sources.file, 0600);
  CHECK_FALSE(find_passphrase(sources, true).has_value());
  sources.file = "/dev/zero";
  CHECK_FALSE(find_passphrase(sources, true).has_value());
}

TEST_CASE("a systemd credential named passphrase is taken") {
  ScratchFolder scratch;
  Sources sources(scratch);
  sources.credentials = scratch.path();
  write_file(scratch.path() / "passphrase", "from systemd\n");
  set_mode(scratch.path() / "passphrase", 0440);
  auto found = find_passphrase(sources, false);
  REQUIRE(found.has_value());
  CHECK(found->value.text() == "from systemd");
  CHECK(found->source == Source::credential);
}

TEST_CASE("an unattended first start makes a passphrase with a warning, and later starts find it") {
  ScratchFolder scratch;
  Sources sources(scratch);
  sources.may_generate = true;
  auto made = find_passphrase(sources, true);
  REQUIRE(made.has_value());
  CHECK(made->source == Source::generated);
  CHECK(made->value.text().size() == 40);
  CHECK(made->warning.find((sources.folder / "passphrase").string()) != std::string::npos);
  CHECK((static_cast<unsigned>(std::filesystem::status(sources.folder / "passphrase").permissions()) &
         0777) == 0600);
  auto kept = find_passphrase(sources, false);
  REQUIRE(kept.has_value());
  CHECK(kept->source == Source::kept);
  CHECK(kept->value.text() == made->value.text());
  CHECK(kept->warning.empty());
}

TEST_CASE("no passphrase is made for keys that exist: it couldn't open them") {
  ScratchFolder scratch;
  Sources sources(scratch);
  sources.may_generate = true;
  auto found = find_passphrase(sources, false);
  REQUIRE_FALSE(found.has_value());
  CHECK(found.error().kind == KeyError::Kind::no_passphrase);
  CHECK(found.error().text.find("--passphrase-file") != std::string::npos);
}

}  // namespace
