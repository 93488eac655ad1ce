#include <algorithm>
#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "runtime/config/load.hpp"

namespace {

using namespace mnrt::runtime;
namespace fs = std::filesystem;

const fs::path folder = fs::path(MNRT_SOURCE_DIR) / "tests/runtime/config/bad";

std::string content_of(const fs::path& file) {
  std::ifstream stream(file, std::ios::binary);
  std::ostringstream text;
  text << stream.rdbuf();
  return text.str();
}

TEST_CASE("every bad config is refused with the errors written beside it") {
  std::size_t files = 0;
  for (const auto& entry : fs::directory_iterator(folder)) {
    if (entry.path().extension() != ".toml") continue;
    ++files;
    INFO(entry.path().filename().string());
    auto expectation = fs::path(entry.path()).replace_extension(".expected");
    REQUIRE(fs::exists(expectation));
    auto loaded =
        load_config({.file = entry.path().string(), .flags = {}, .environment = {}, .is_root = true});
    REQUIRE_FALSE(loaded.has_value());
    std::string got;
    for (const auto& problem : loaded.error().problems) {
      CHECK(problem.where.name == entry.path().string());
      got += std::to_string(problem.where.line) + ":" + std::to_string(problem.where.column) + ": " +
             problem.text + "\n";
    }
    CHECK(got == content_of(expectation));
  }
  CHECK(files >= 60);
}

TEST_CASE("no expectation has lost its bad config") {
  for (const auto& entry : fs::directory_iterator(folder)) {
    INFO(entry.path().filename().string());
    CHECK(fs::exists(fs::path(entry.path()).replace_extension(".toml")));
  }
}

}  // namespace
