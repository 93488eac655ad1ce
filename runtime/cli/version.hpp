#pragma once

#include <string>

namespace mnrt::runtime {

/// The project's version as CMake knows it: 0.1.0.
std::string version_text();

}  // namespace mnrt::runtime
