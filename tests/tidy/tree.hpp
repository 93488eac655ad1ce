// The project's files as text, and how a rule reports what it found in them.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace mnrt::tidy {

// Path from the repository's root, with '/', to the file's whole text. A map, so that findings come in order.
using Tree = std::map<std::string, std::string>;

struct Finding {
  std::string file;
  std::size_t line;  // from 1; 0 speaks of the file as a whole
  std::string rule;
  std::string advice;  // what to do about it
};
using Findings = std::vector<Finding>;

// "file:line: [rule] advice", one finding a line.
std::string print(const Findings& findings);

// Reads every text file of the repository below `root`, save what a build or git made.
Tree read_tree(const std::string& root);

// The text with comments blanked out; line numbers and columns stay.
std::string without_comments(std::string_view text);
// The text with comments and the insides of string and character literals blanked out.
std::string code_only(std::string_view text);

std::vector<std::string> lines(std::string_view text);
// C++ sources and headers, wherever they stand.
bool is_cpp(std::string_view path);
// "a/b/c.cpp" -> "a/b"; "" at the root.
std::string folder_of(std::string_view path);

}  // namespace mnrt::tidy
