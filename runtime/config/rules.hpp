#pragma once

#include <functional>
#include <string_view>
#include <vector>

#include "runtime/config/load.hpp"

namespace mnrt::runtime {

/// Rules between keys: roles within the memory, distinct ports, limits that contain each other. `where`
/// answers who set a key; a problem stands at the first of its keys that isn't a default.
std::vector<ConfigProblem> check_rules(const policies::Config& config,
                                       const std::function<Origin(std::string_view path)>& where);

}  // namespace mnrt::runtime
