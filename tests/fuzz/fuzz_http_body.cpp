#include <cstddef>
#include <cstdint>
#include <string_view>

#include "policies/check.hpp"
#include "runtime/gateway/json.hpp"
#include "runtime/gateway/values.hpp"

// Any text as the body of a POST: strict JSON or a sentence, and operations or a sentence.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace mnrt::runtime;
  const std::string_view text{reinterpret_cast<const char*>(data), size};
  const auto json = parse_json(text);
  if (!json) {
    MNRT_CHECK(!json.error().empty());
    return 0;
  }
  const auto written = dump(*json);
  const auto again = parse_json(written);
  MNRT_CHECK(again && dump(*again) == written);
  ObjectReader reader(*json);
  const auto operation = operation_from(reader);
  if (!reader.error()) {
    const auto shown = json_of(operation);
    ObjectReader second(shown);
    MNRT_CHECK(operation_from(second) == operation);
    MNRT_CHECK(!second.error());
  }
  return 0;
}
