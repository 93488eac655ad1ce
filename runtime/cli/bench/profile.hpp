#pragma once

#include <string_view>

namespace mnrt::runtime {

/// configs/bench.toml as it was when the program was built.
std::string_view bench_profile();

}  // namespace mnrt::runtime
