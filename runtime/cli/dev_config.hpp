#pragma once

#include <string_view>

namespace mnrt::runtime {

/// configs/dev.toml as it was when this was built.
std::string_view dev_config();

}  // namespace mnrt::runtime
