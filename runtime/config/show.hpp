#pragma once

#include <string>

#include "runtime/config/load.hpp"

namespace mnrt::runtime {

struct ShowOptions {
  bool origin{};  ///< says behind each key who set it
};

/// The whole config as TOML that `load_config` reads back, keys that this version doesn't use listed at the
/// end.
std::string show_config(const LoadedConfig& loaded, const ShowOptions& options);

/// The reference of all keys as Markdown: a table a section with name, accepted values, default and comment.
std::string config_reference();

}  // namespace mnrt::runtime
