// Holds this repository against the rules of the house.
#include <catch2/catch.hpp>
#include <filesystem>

#include "tests/tidy/rules.hpp"

namespace mnrt::tidy {
namespace {

const Tree& project() {
  static const Tree tree = read_tree(MNRT_SOURCE_DIR);
  return tree;
}

std::set<std::string> executables() {
  namespace fs = std::filesystem;
  std::set<std::string> out;
  for (const auto& [file, text] : project()) {
    const auto mode = fs::status(fs::path(MNRT_SOURCE_DIR) / file).permissions();
    if ((mode & fs::perms::owner_exec) != fs::perms::none) out.insert(file);
  }
  return out;
}

void require_none(const Findings& findings) {
  INFO(print(findings));
  REQUIRE(findings.empty());
}

TEST_CASE("the whole project is read") {
  CHECK(project().contains("CMakeLists.txt"));
  CHECK(project().contains("policies/amount.hpp"));
  CHECK(executables().contains("scripts/mnrt"));
}

TEST_CASE("no folder includes a higher one") {
  require_none(check_levels(project()));
}
TEST_CASE("every library stays in its homes") {
  require_none(check_library_homes(project()));
}
TEST_CASE("policies are pure and actors leave the world to ports") {
  require_none(check_banned_calls(project()));
}
TEST_CASE("every file is part of a target") {
  require_none(check_targets(project()));
}
TEST_CASE("every command of the README exists") {
  require_none(check_readme(project(), executables()));
}
TEST_CASE("nothing is left unfinished and no path is of one machine") {
  require_none(check_words(project()));
}
TEST_CASE("every planted bug has its place") {
  require_none(check_planted(project()));
}
TEST_CASE("every file fits a head") {
  require_none(check_files(project()));
}

}  // namespace
}  // namespace mnrt::tidy
