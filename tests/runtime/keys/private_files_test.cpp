#include "runtime/keys/private_files.hpp"

#include <unistd.h>

#include <catch2/catch.hpp>

#include "tests/runtime/keys/scratch_folder.hpp"

namespace {

using namespace mnrt::runtime;
using namespace mnrt::tests;

TEST_CASE("a private file is written whole and leaves nothing unfinished behind") {
  ScratchFolder scratch;
  auto file = scratch.path() / "a";
  REQUIRE(write_private_file(file, "content").has_value());
  CHECK(read_private_file(file, 7).value() == "content");
  CHECK(std::distance(std::filesystem::directory_iterator(scratch.path()),
                      std::filesystem::directory_iterator()) == 1);
}

TEST_CASE("writing over a private file is refused and changes nothing") {
  ScratchFolder scratch;
  auto file = scratch.path() / "a";
  REQUIRE(write_private_file(file, "first").has_value());
  auto second = write_private_file(file, "second");
  REQUIRE_FALSE(second.has_value());
  CHECK(second.error().kind == KeyError::Kind::already_there);
  CHECK(read_file(file) == "first");
  CHECK(std::distance(std::filesystem::directory_iterator(scratch.path()),
                      std::filesystem::directory_iterator()) == 1);
}

TEST_CASE("a half file that a crash left behind doesn't stop the next attempt") {
  ScratchFolder scratch;
  auto file = scratch.path() / "a";
  write_file(file.string() + "." + std::to_string(getpid()) + ".unfinished", "ha");
  REQUIRE(write_private_file(file, "whole").has_value());
  CHECK(read_file(file) == "whole");
}

TEST_CASE("a file over its limit, a folder and a missing file can't be read") {
  ScratchFolder scratch;
  REQUIRE(write_private_file(scratch.path() / "a", "12345678").has_value());
  CHECK_FALSE(read_private_file(scratch.path() / "a", 7).has_value());
  CHECK_FALSE(read_private_file(scratch.path(), 7).has_value());
  CHECK(read_private_file(scratch.path() / "b", 7).error().kind == KeyError::Kind::missing);
}

TEST_CASE("a file stands in place of the folder: refused") {
  ScratchFolder scratch;
  REQUIRE(write_private_file(scratch.path() / "keys", "x").has_value());
  CHECK_FALSE(prepare_private_folder(scratch.path() / "keys").has_value());
}

}  // namespace
