// Levels and library homes: the two tables of ARCHITECTURE.md, checked on every #include.
#include <algorithm>
#include <array>
#include <optional>
#include <regex>
#include <vector>

#include "tests/tidy/rules.hpp"

namespace mnrt::tidy {
namespace {

struct Include {
  std::size_t line;
  bool quoted;
  std::string path;
};

std::vector<Include> includes(const std::string& text) {
  static const std::regex form(R"(^\s*#\s*include\s*([<"])([^>"]+)[>"])");
  std::vector<Include> out;
  std::size_t number = 0;
  for (const auto& line : lines(without_comments(text))) {
    ++number;
    std::smatch m;
    if (std::regex_search(line, m, form)) out.push_back({number, m[1] == "\"", m[2]});
  }
  return out;
}

// The longest of `folders` that `path` stands in.
template <typename Folders>
std::string home_of(const std::string& path, const Folders& folders) {
  std::string best;
  for (const auto& folder : folders)
    if (path.starts_with(folder + std::string("/")) && std::string(folder).size() > best.size())
      best = folder;
  return best;
}

const std::vector<std::string> folders{"policies", "messages",    "actors", "sims",
                                       "runtime",  "runtime/cli", "tests",  "bench"};

// The level table. Tests and benchmarks see everything.
const std::map<std::string, std::set<std::string>> may_include{
    {"policies", {"policies"}},
    {"messages", {"policies", "messages"}},
    {"actors", {"policies", "messages", "actors"}},
    {"sims", {"policies", "messages", "actors", "sims"}},
    {"runtime", {"policies", "messages", "actors", "runtime"}},
    {"runtime/cli", {"policies", "messages", "actors", "sims", "runtime", "runtime/cli"}},
    {"tests", {"policies", "messages", "actors", "sims", "runtime", "runtime/cli", "tests"}},
    {"bench", {"policies", "messages", "actors", "sims", "runtime", "runtime/cli", "tests", "bench"}},
};

struct Library {
  std::string prefix;  // of the header's path
  std::vector<std::string> homes;
};

// Tests and benchmarks may use any library as an oracle.
const std::vector<Library> libraries{
    {"caf/io/", {"runtime"}},
    {"caf/openssl/", {"runtime"}},
    {"caf/", {"actors", "sims", "runtime"}},
    {"capnp/", {"messages"}},
    {"kj/", {"messages"}},
    {"rocksdb/", {"runtime"}},
    {"boost/", {"runtime"}},
    {"openssl/", {"runtime"}},
    {"sodium", {"policies/crypto", "runtime/keys"}},
    {"blake3.h", {"policies/crypto"}},
    {"toml", {"runtime/config", "sims"}},
    {"nlohmann/", {"runtime/gateway", "runtime/cli"}},
    {"prometheus/", {"runtime"}},
    {"spdlog/", {"runtime"}},
    {"fmt/", {"messages", "actors", "sims", "runtime"}},
    {"CLI/", {"runtime/cli"}},
    {"catch2/", {}},
    {"rapidcheck", {}},
    {"benchmark/", {}},
};

// Headers of the operating system: the real world alone touches it.
const std::vector<std::string> system_prefixes{"sys/", "netinet/", "arpa/", "net/", "linux/"};
const std::set<std::string> system_headers{"unistd.h",  "fcntl.h", "signal.h", "poll.h",   "netdb.h",
                                           "termios.h", "pwd.h",   "grp.h",    "dirent.h", "dlfcn.h",
                                           "pthread.h", "spawn.h", "malloc.h"};

bool is_system(const std::string& header) {
  return system_headers.contains(header) ||
         std::any_of(system_prefixes.begin(), system_prefixes.end(),
                     [&](const auto& prefix) { return header.starts_with(prefix); });
}

// A header of the C++ standard library has neither folder nor ending.
bool is_standard(const std::string& header) {
  return header.find_first_of("./") == std::string::npos;
}

std::string join(const std::vector<std::string>& names) {
  std::string out;
  for (const auto& name : names) out += (out.empty() ? "" : ", ") + name + "/";
  return out.empty() ? "tests/ and bench/ only" : out;
}

bool stands_in(const std::string& file, const std::vector<std::string>& homes) {
  return !home_of(file, homes).empty();
}

std::optional<std::string> library_problem(const std::string& file, const std::string& header) {
  for (const auto& library : libraries) {
    if (!header.starts_with(library.prefix)) continue;
    if (stands_in(file, library.homes)) return std::nullopt;
    return "<" + header + "> is at home in " + join(library.homes) +
           "; move the code there, or reach it through a port";
  }
  if (is_system(header)) {
    if (stands_in(file, {"runtime"})) return std::nullopt;
    return "<" + header + "> is the operating system; only runtime/ touches it, others go through a port";
  }
  if (is_standard(header)) return std::nullopt;
  return "<" + header +
         "> belongs to no known library; include our own files as \"folder/file.hpp\", or add the " +
         "library and its homes to tests/tidy/includes.cpp and ARCHITECTURE.md";
}

}  // namespace

Findings check_levels(const Tree& tree) {
  Findings out;
  for (const auto& [file, text] : tree) {
    if (!is_cpp(file)) continue;
    const auto from = home_of(file, folders);
    if (from.empty()) continue;
    for (const auto& include : includes(text)) {
      if (!include.quoted) continue;
      const auto to = home_of(include.path, folders);
      if (to.empty()) {
        out.push_back(
            {file, include.line, "levels", "write \"" + include.path + "\" from the repository's root"});
      } else if (!may_include.at(from).contains(to)) {
        out.push_back(
            {file, include.line, "levels",
             from + "/ may not include " + to + "/: move what is needed to a lower folder, or pass it in"});
      }
      // Generated schema code drags the codec library in, whoever includes it.
      if (include.path.ends_with(".capnp.h") && from != "messages" && from != "tests" && from != "bench")
        out.push_back(
            {file, include.line, "levels", "generated code is for messages/ alone: use its codecs"});
    }
  }
  return out;
}

Findings check_library_homes(const Tree& tree) {
  Findings out;
  for (const auto& [file, text] : tree) {
    const auto from = home_of(file, folders);
    if (!is_cpp(file) || from.empty() || from == "tests" || from == "bench") continue;
    for (const auto& include : includes(text)) {
      if (include.quoted) continue;
      if (const auto problem = library_problem(file, include.path))
        out.push_back({file, include.line, "library homes", *problem});
    }
  }
  return out;
}

}  // namespace mnrt::tidy
