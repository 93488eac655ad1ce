// Rules about files as a whole: their targets, the README's commands, left-over marks, sizes.
#include <algorithm>
#include <cctype>
#include <filesystem>
#include <optional>
#include <regex>
#include <sstream>

#include "tests/tidy/rules.hpp"

namespace mnrt::tidy {
namespace {

constexpr std::size_t file_lines_max = 450;

// `word` as a whole argument: not inside a longer file name.
bool names(const std::string& text, const std::string& word) {
  const auto part_of_name = [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) || c == '_' || c == '/' || c == '.' || c == '-';
  };
  for (auto at = text.find(word); at != std::string::npos; at = text.find(word, at + 1)) {
    const auto end = at + word.size();
    if ((at == 0 || !part_of_name(text[at - 1])) && (end == text.size() || !part_of_name(text[end])))
      return true;
  }
  return false;
}

std::string without_hash_comments(const std::string& text) {
  std::string out;
  for (const auto& line : lines(text)) out += line.substr(0, line.find('#')) + "\n";
  return out;
}

// Is `file` named, relative to it, by some CMakeLists.txt?
bool in_a_target(const std::map<std::string, std::string>& lists, const std::string& file) {
  return std::any_of(lists.begin(), lists.end(), [&](const auto& list) {
    const auto relative =
        std::filesystem::path(file).lexically_relative(list.first.empty() ? "." : list.first);
    return names(list.second, relative.generic_string());
  });
}

std::vector<std::string> words_of(const std::string& line) {
  std::istringstream in(line);
  std::vector<std::string> out;
  for (std::string word; in >> word;) out.push_back(word);
  return out;
}

// What is wrong with the command line `command`, if it is one of ours.
std::optional<std::string> command_problem(const Tree& tree, const std::set<std::string>& executables,
                                           const std::set<std::string>& commands,
                                           const std::string& command) {
  const auto words = words_of(command);
  if (words.empty()) return std::nullopt;
  const auto& program = words[0];
  if (program.starts_with("scripts/") || program.starts_with("tests/") || program.starts_with(".ci/")) {
    if (!executables.contains(program)) return program + " is no executable file of this repository";
  }
  for (const auto& word : words)
    if (word.starts_with("configs/") && !tree.contains(word)) return word + " doesn't exist";
  if (program != "mnrt" && program != "scripts/mnrt") return std::nullopt;
  if (words.size() < 2 || words[1].starts_with("-")) return std::nullopt;
  if (!commands.contains(words[1])) return "mnrt has no command `" + words[1] + "`";
  return std::nullopt;
}

// Where the rules themselves and their samples stand, the words they look for have to stand too.
bool is_rule_text(const std::string& file) {
  return file.starts_with("tests/tidy/");
}

}  // namespace

Findings check_targets(const Tree& tree) {
  Findings out;
  std::set<std::string> included;
  std::map<std::string, std::string> lists;  // by folder
  for (const auto& [file, text] : tree)
    if (file == "CMakeLists.txt" || file.ends_with("/CMakeLists.txt"))
      lists.emplace(folder_of(file), without_hash_comments(text));
  static const std::regex form(R"(#\s*include\s*"([^"]+)\")");
  for (const auto& [file, text] : tree) {
    if (!is_cpp(file)) continue;
    const auto code = without_comments(text);
    for (std::sregex_iterator it(code.begin(), code.end(), form), end; it != end; ++it)
      included.insert((*it)[1]);
  }
  for (const auto& [file, text] : tree) {
    if (file.ends_with(".cpp") || file.ends_with(".capnp")) {
      if (!in_a_target(lists, file))
        out.push_back({file, 0, "targets", "in no target: name it in a CMakeLists.txt, or delete it"});
    } else if (file.ends_with(".hpp") && !included.contains(file)) {
      out.push_back({file, 0, "targets", "included by nothing: delete it"});
    }
  }
  return out;
}

std::set<std::string> cli_commands(const Tree& tree) {
  static const std::regex form(R"(add_subcommand\(\s*"([a-z][a-z0-9-]*)\")");
  std::set<std::string> out;
  for (const auto& [file, text] : tree) {
    if (!file.starts_with("runtime/cli/") || !is_cpp(file)) continue;
    for (std::sregex_iterator it(text.begin(), text.end(), form), end; it != end; ++it) out.insert((*it)[1]);
  }
  return out;
}

Findings check_readme(const Tree& tree, const std::set<std::string>& executables) {
  Findings out;
  const auto readme = tree.find("README.md");
  if (readme == tree.end()) return {{"README.md", 0, "readme", "there is none"}};
  const auto commands = cli_commands(tree);
  static const std::regex link(R"(\]\(([^)#:]+)(#[^)]*)?\))");
  bool fenced = false;
  std::size_t number = 0;
  for (auto line : lines(readme->second)) {
    ++number;
    if (line.starts_with("```")) {
      fenced = !fenced;
      continue;
    }
    if (!fenced) {
      for (std::sregex_iterator it(line.begin(), line.end(), link), end; it != end; ++it)
        if (!tree.contains((*it)[1]))
          out.push_back({"README.md", number, "readme", (*it)[1].str() + " doesn't exist"});
      continue;
    }
    if (line.starts_with("$ ")) line = line.substr(2);
    if (const auto problem = command_problem(tree, executables, commands, line))
      out.push_back({"README.md", number, "readme", *problem});
  }
  if (fenced) out.push_back({"README.md", number, "readme", "a fenced block isn't closed"});
  return out;
}

Findings check_words(const Tree& tree) {
  static const std::regex unfinished(
      R"(\b(TODO|FIXME|XXX|HACK)\b|\b(placeholder|lorem ipsum|not implemented yet)\b)");
  static const std::regex machine(R"((^|[^A-Za-z0-9_.~-])/(home|work|Users|root)/[A-Za-z0-9_])");
  Findings out;
  for (const auto& [file, text] : tree) {
    if (is_rule_text(file)) continue;
    std::size_t number = 0;
    for (const auto& line : lines(text)) {
      ++number;
      std::smatch m;
      if (std::regex_search(line, m, unfinished))
        out.push_back({file, number, "words", "`" + m.str() + "`: finish it, or take it out"});
      // A test may make up a path as input.
      if (!file.starts_with("tests/") && std::regex_search(line, m, machine))
        out.push_back(
            {file, number, "words", "`" + m.str() + "…` exists on one machine only: use a relative path"});
    }
  }
  return out;
}

Findings check_planted(const Tree& tree) {
  Findings out;
  for (const auto& [bug, text] : tree) {
    if (!bug.starts_with("tests/planted/")) continue;
    std::map<std::string, std::string> values;
    for (const auto& line : lines(text))
      if (const auto colon = line.find(": "); colon != std::string::npos)
        values[line.substr(0, colon)] = line.substr(colon + 2);
    const auto& find = values["find"];
    const auto source = tree.find(values["file"]);
    const auto first = source == tree.end() || find.empty() ? std::string::npos : source->second.find(find);
    if (first == std::string::npos || source->second.find(find, first + 1) != std::string::npos)
      out.push_back({bug, 0, "planted", "`find` must stand once in `file`: follow the source"});
  }
  return out;
}

Findings check_files(const Tree& tree) {
  Findings out;
  for (const auto& [file, text] : tree) {
    if (!is_cpp(file)) continue;
    if (file.ends_with(".hpp") && text.find("#pragma once") == std::string::npos)
      out.push_back({file, 1, "files", "a header starts with #pragma once"});
    if (const auto count = lines(text).size(); count > file_lines_max)
      out.push_back(
          {file, count, "files",
           "a file holds one noun: split what is over " + std::to_string(file_lines_max) + " lines"});
  }
  return out;
}

}  // namespace mnrt::tidy
