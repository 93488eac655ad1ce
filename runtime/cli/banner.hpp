#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "runtime/cli/json.hpp"
#include "runtime/cli/terminal.hpp"
#include "runtime/config/load.hpp"
#include "runtime/node/node_process.hpp"

namespace mnrt::runtime {

/// What a started node says of itself.
struct Banner {
  const LoadedConfig& loaded;
  const NodeFacts& facts;
  std::filesystem::path data_dir;
  bool keeps_chain{true};  ///< false: in memory
};

struct Look {
  std::size_t columns{100};
  Style style{};
};

/// How standard output wants it.
Look look_of_output();

/// For people, no line longer than the look's columns that can be broken: version, ids, addresses, TLS and
/// who may do what, memory budget, immortality, assurance, and the keys that somebody set and this version
/// doesn't use.
std::string banner_text(const Banner& banner, const Look& look);

Json banner_json(const Banner& banner);

/// The keys that have no effect yet, a line a section; empty where there is none.
std::string not_active_text(const std::vector<const Key*>& keys, std::size_t columns);

}  // namespace mnrt::runtime
