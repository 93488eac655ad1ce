#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mnrt::policies {

/// A structured event. One vocabulary for the log, the metrics, the simulator's trace and the tests.
struct Note {
  enum class Level { debug, info, warning, error };
  Level level{Level::info};
  std::string_view code;  ///< a literal, snake_case, part of the vocabulary: "block_final", "actor_restarted"
  std::vector<std::pair<std::string_view, std::string>> fields;
  friend bool operator==(const Note&, const Note&) = default;
};

}  // namespace mnrt::policies
