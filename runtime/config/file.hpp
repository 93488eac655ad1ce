#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "runtime/config/load.hpp"

namespace mnrt::runtime {

/// One key of a file, converted and checked by itself.
struct FileValue {
  const Key* key{};
  Value value;
  Origin where;  ///< of the value
};

struct FileValues {
  std::vector<FileValue> values;
  std::vector<ConfigProblem> problems;
};

/// Reads the TOML of a config. Everything that is wrong is among the problems; the rest is among the values.
FileValues read_toml(std::string_view text, const std::string& file);

}  // namespace mnrt::runtime
