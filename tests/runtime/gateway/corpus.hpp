#pragma once

#include <catch2/catch.hpp>

#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

namespace mnrt::tests {

/// A file of a corpus of bad input, with the answer that stands beside it.
struct CorpusCase {
  std::filesystem::path file;
  std::string bytes;
  unsigned status{};
  std::string code;  ///< of the problem; "-": an answer without one
};

inline std::string read_file(const std::filesystem::path& file) {
  std::ifstream stream(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

/// All files below a folder of this one with the ending, each with its `.expect` (status, space, code); a
/// file without one, or one without a file, fails the test.
inline std::vector<CorpusCase> read_corpus(std::string_view folder, std::string_view ending) {
  namespace fs = std::filesystem;
  std::vector<CorpusCase> cases;
  const auto top = fs::path{MNRT_SOURCE_DIR "/tests/runtime/gateway"} / folder;
  for (const auto& entry : fs::recursive_directory_iterator(top)) {
    if (!entry.is_regular_file() || entry.path().filename() == ".gitattributes") continue;
    const auto& file = entry.path();
    INFO(file.string());
    if (file.extension() == ".expect") {
      CHECK(fs::exists(fs::path{file}.replace_extension(ending)));
      continue;
    }
    REQUIRE(file.extension() == ending);
    const auto expected = read_file(fs::path{file}.replace_extension(".expect"));
    const auto space = expected.find(' ');
    REQUIRE(space == 3);
    cases.push_back({.file = file,
                     .bytes = read_file(file),
                     .status = static_cast<unsigned>(std::stoul(expected.substr(0, space))),
                     .code = expected.substr(space + 1, expected.find('\n') - space - 1)});
  }
  return cases;
}

}  // namespace mnrt::tests
