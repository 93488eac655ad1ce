#include <cstddef>
#include <cstdint>
#include <string_view>

#include "policies/check.hpp"
#include "runtime/config/load.hpp"

// Any text as a config file: it loads, or every problem has a sentence.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace mnrt::runtime;
  const std::string_view text{reinterpret_cast<const char*>(data), size};
  ConfigRequest request;
  request.file = "fuzz.toml";
  const auto loaded = load_config_text(text, request);
  if (loaded) return 0;
  MNRT_CHECK(!loaded.error().problems.empty());
  for (const auto& problem : loaded.error().problems) MNRT_CHECK(!problem.text.empty());
  MNRT_CHECK(!to_string(loaded.error()).empty());
  return 0;
}
