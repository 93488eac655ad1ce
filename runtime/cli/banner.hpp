#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "runtime/cli/json.hpp"
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

/// For people, no line longer than `columns` that can be broken: version, ids, addresses, TLS and who may do
/// what, memory budget, immortality, assurance, and the keys that somebody set and this version doesn't use.
std::string banner_text(const Banner& banner, std::size_t columns);

Json banner_json(const Banner& banner);

/// The keys that have no effect yet, a line a section; empty where there is none.
std::string not_active_text(const std::vector<const Key*>& keys, std::size_t columns);

}  // namespace mnrt::runtime
