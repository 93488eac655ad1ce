// The rules of the house that a program can check. Each takes the whole tree and returns what breaks it.
#pragma once

#include <set>
#include <string>

#include "tests/tidy/tree.hpp"

namespace mnrt::tidy {

// A folder includes itself and lower folders, never a higher one; includes are written from the root.
Findings check_levels(const Tree& tree);
// Each library's headers are included in its homes alone; an unknown library is a finding too.
Findings check_library_homes(const Tree& tree);
// policies/ has no clock, chance, thread, I/O, floating point, unordered container or exception of its own;
// actors/ no clock, thread or file; nothing asks whether it is simulated; no test drops what it found.
Findings check_banned_calls(const Tree& tree);
// Every source and schema is named by a CMakeLists.txt, every header is included by something.
Findings check_targets(const Tree& tree);
// Every command in a fenced block of README.md exists; `executables` are the files that may be run.
Findings check_readme(const Tree& tree, const std::set<std::string>& executables);
// No left-over marks of unfinished work and no paths of one machine in any file.
Findings check_words(const Tree& tree);
// #pragma once in headers, and files that fit a head.
Findings check_files(const Tree& tree);

// What a bug of tests/planted/ replaces stands once in its file.
Findings check_planted(const Tree& tree);

// The names that runtime/cli/ registers as commands of mnrt.
std::set<std::string> cli_commands(const Tree& tree);

}  // namespace mnrt::tidy
