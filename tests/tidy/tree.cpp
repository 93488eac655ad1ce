#include "tests/tidy/tree.hpp"

#include <cctype>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>

namespace mnrt::tidy {
namespace {

namespace fs = std::filesystem;

// Extensions whose files are text that people write here.
const std::set<std::string> text_endings{".cpp",  ".hpp", ".capnp", ".txt", ".cmake", ".md",
                                         ".toml", ".sh",  ".json",  ".awk", ".go",    ""};

// Blanks comments, and with `literals` the insides of literals too. Raw strings are handled because test
// samples are written with them.
std::string blank(std::string_view text, bool literals) {
  std::string out(text);
  const auto clear = [&](std::size_t from, std::size_t to) {
    for (std::size_t i = from; i < to && i < out.size(); ++i)
      if (out[i] != '\n') out[i] = ' ';
  };
  const auto until = [&](std::string_view what, std::size_t from) {
    const auto at = text.find(what, from);
    return at == std::string_view::npos ? text.size() : at;
  };
  for (std::size_t i = 0; i < text.size();) {
    if (text.substr(i, 2) == "//") {
      const auto end = until("\n", i);
      clear(i, end);
      i = end;
    } else if (text.substr(i, 2) == "/*") {
      const auto end = until("*/", i + 2) + 2;
      clear(i, end);
      i = end;
    } else if (text.substr(i, 2) == "R\"") {
      const auto open = until("(", i);
      const auto closing = ")" + std::string(text.substr(i + 2, open - i - 2)) + "\"";
      const auto end = until(closing, open);
      if (literals) clear(open + 1, end);
      i = end + closing.size();
    } else if (text[i] == '"' ||
               (text[i] == '\'' && (i == 0 || !std::isalnum(static_cast<unsigned char>(text[i - 1]))))) {
      std::size_t end = i + 1;
      while (end < text.size() && text[end] != text[i] && text[end] != '\n') end += text[end] == '\\' ? 2 : 1;
      if (literals) clear(i + 1, end);
      i = end + 1;
    } else {
      ++i;
    }
  }
  return out;
}

}  // namespace

std::string print(const Findings& findings) {
  std::string out;
  for (const auto& f : findings)
    out += f.file + ":" + std::to_string(f.line) + ": [" + f.rule + "] " + f.advice + "\n";
  return out;
}

Tree read_tree(const std::string& root) {
  Tree tree;
  const fs::path base(root);
  for (auto it = fs::recursive_directory_iterator(base); it != fs::recursive_directory_iterator(); ++it) {
    const auto path = fs::relative(it->path(), base).generic_string();
    if (it->is_directory() && (path == "build" || path == ".git" || path == ".cache")) {
      it.disable_recursion_pending();
      continue;
    }
    if (!it->is_regular_file() || !text_endings.contains(it->path().extension().string())) continue;
    std::ifstream in(it->path(), std::ios::binary);
    std::string text((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
    if (text.find('\0') == std::string::npos) tree.emplace(path, std::move(text));
  }
  return tree;
}

std::string without_comments(std::string_view text) {
  return blank(text, false);
}
std::string code_only(std::string_view text) {
  return blank(text, true);
}

std::vector<std::string> lines(std::string_view text) {
  std::vector<std::string> out;
  while (!text.empty()) {
    const auto end = text.find('\n');
    out.emplace_back(text.substr(0, end));
    if (end == std::string_view::npos) break;
    text.remove_prefix(end + 1);
  }
  return out;
}

bool is_cpp(std::string_view path) {
  return path.ends_with(".cpp") || path.ends_with(".hpp");
}

std::string folder_of(std::string_view path) {
  const auto slash = path.rfind('/');
  return slash == std::string_view::npos ? std::string() : std::string(path.substr(0, slash));
}

}  // namespace mnrt::tidy
