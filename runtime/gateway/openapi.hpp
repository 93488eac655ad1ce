#pragma once

#include <string_view>

namespace mnrt::runtime {

/// runtime/gateway/openapi.json, as it was when the program was built.
std::string_view openapi_document();

}  // namespace mnrt::runtime
