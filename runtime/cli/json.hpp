#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

namespace mnrt::runtime {

using Json = nlohmann::ordered_json;

/// The text of a member, or empty where it is missing or no string.
inline std::string text_of(const Json& object, std::string_view key) {
  if (!object.is_object()) return {};
  auto found = object.find(std::string(key));
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

/// The number of a member, or 0 where it is missing or no number.
inline std::uint64_t number_of(const Json& object, std::string_view key) {
  if (!object.is_object()) return 0;
  auto found = object.find(std::string(key));
  return found != object.end() && found->is_number_unsigned() ? found->get<std::uint64_t>() : 0;
}

}  // namespace mnrt::runtime
