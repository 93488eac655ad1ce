#include "tests/runtime/gateway/schema.hpp"

#include <regex>

#include "runtime/gateway/openapi.hpp"

namespace mnrt::tests {
namespace {

using runtime::Json;
using Wrong = std::optional<std::string>;

Wrong check(const Json& schema, const Json& value, const std::string& at);

bool has_type(const std::string& type, const Json& value) {
  if (type == "object") return value.is_object();
  if (type == "array") return value.is_array();
  if (type == "string") return value.is_string();
  if (type == "boolean") return value.is_boolean();
  if (type == "integer") return value.is_number_integer();
  if (type == "number") return value.is_number();
  return type == "null" && value.is_null();
}

Wrong check_type(const Json& type, const Json& value, const std::string& at) {
  if (type.is_string() && has_type(type.get<std::string>(), value)) return std::nullopt;
  if (type.is_array())
    for (const auto& one : type)
      if (has_type(one.get<std::string>(), value)) return std::nullopt;
  return at + ": not of type " + type.dump() + ": " + value.dump();
}

Wrong check_object(const Json& schema, const Json& value, const std::string& at) {
  for (const auto& name : schema.value("required", Json::array()))
    if (!value.contains(name.get<std::string>())) return at + ": lacks " + name.dump();
  const auto properties = schema.value("properties", Json::object());
  for (const auto& [name, member] : value.items()) {
    if (properties.contains(name)) {
      if (auto wrong = check(properties[name], member, at + "." + name)) return wrong;
    } else if (schema.contains("additionalProperties")) {
      const auto& more = schema["additionalProperties"];
      if (more.is_boolean() && !more.get<bool>()) return at + ": has an unknown member " + name;
      if (more.is_object())
        if (auto wrong = check(more, member, at + "." + name)) return wrong;
    }
  }
  return std::nullopt;
}

Wrong check_array(const Json& schema, const Json& value, const std::string& at) {
  if (value.size() < schema.value("minItems", std::size_t{0})) return at + ": too few items";
  if (value.size() > schema.value("maxItems", SIZE_MAX)) return at + ": too many items";
  if (!schema.contains("items")) return std::nullopt;
  for (std::size_t i = 0; i < value.size(); ++i)
    if (auto wrong = check(schema["items"], value[i], at + "[" + std::to_string(i) + "]")) return wrong;
  return std::nullopt;
}

Wrong check_scalar(const Json& schema, const Json& value, const std::string& at) {
  if (schema.contains("pattern") && value.is_string() &&
      !std::regex_search(value.get<std::string>(), std::regex(schema["pattern"].get<std::string>())))
    return at + ": doesn't match " + schema["pattern"].dump() + ": " + value.dump();
  if (schema.contains("minimum") && value.is_number() &&
      value.get<double>() < schema["minimum"].get<double>())
    return at + ": below the minimum";
  if (schema.contains("maximum") && value.is_number() &&
      value.get<double>() > schema["maximum"].get<double>())
    return at + ": above the maximum";
  if (schema.contains("const") && value != schema["const"]) return at + ": not " + schema["const"].dump();
  if (schema.contains("enum")) {
    for (const auto& one : schema["enum"])
      if (one == value) return std::nullopt;
    return at + ": not one of " + schema["enum"].dump() + ": " + value.dump();
  }
  return std::nullopt;
}

Wrong check_choice(const Json& choices, const Json& value, const std::string& at, bool exactly_one) {
  std::size_t fitting = 0;
  std::string why;
  for (const auto& choice : choices) {
    const auto wrong = check(choice, value, at);
    if (wrong) why += "\n  " + *wrong;
    if (!wrong) ++fitting;
  }
  if (fitting == 0) return at + ": fits none of the choices:" + why;
  if (exactly_one && fitting > 1) return at + ": fits more than one of the choices";
  return std::nullopt;
}

Wrong check(const Json& schema, const Json& value, const std::string& at) {
  static const std::vector<std::string> known{
      "type",    "properties",  "required",       "additionalProperties",
      "items",   "minItems",    "maxItems",       "pattern",
      "format",  "minimum",     "maximum",        "enum",
      "const",   "oneOf",       "anyOf",          "$ref",
      "default", "description", "contentEncoding"};
  for (const auto& [keyword, unused] : schema.items())
    if (std::ranges::find(known, keyword) == known.end()) return at + ": unknown keyword " + keyword;
  if (schema.contains("$ref")) {
    const auto name = schema["$ref"].get<std::string>();
    const std::string home = "#/components/schemas/";
    if (!name.starts_with(home) || !openapi()["components"]["schemas"].contains(name.substr(home.size())))
      return at + ": no schema " + name;
    return check(openapi()["components"]["schemas"][name.substr(home.size())], value, at);
  }
  if (schema.contains("oneOf")) return check_choice(schema["oneOf"], value, at, true);
  if (schema.contains("anyOf")) return check_choice(schema["anyOf"], value, at, false);
  if (schema.contains("type"))
    if (auto wrong = check_type(schema["type"], value, at)) return wrong;
  if (auto wrong = check_scalar(schema, value, at)) return wrong;
  if (value.is_object()) return check_object(schema, value, at);
  if (value.is_array()) return check_array(schema, value, at);
  return std::nullopt;
}

}  // namespace

const Json& openapi() {
  static const Json document = Json::parse(runtime::openapi_document());
  return document;
}

std::optional<std::string> schema_error(const Json& schema, const Json& value) {
  return check(schema, value, "$");
}

std::optional<Json> answer_schema(std::string_view operation, unsigned status,
                                  const std::string& media_type) {
  for (const auto& [path, methods] : openapi()["paths"].items())
    for (const auto& [method, described] : methods.items()) {
      if (described["operationId"] != operation) continue;
      const auto& answers = described["responses"];
      auto key = std::to_string(status);
      if (!answers.contains(key) && status >= 400) key = "default";
      if (!answers.contains(key)) return std::nullopt;
      if (!answers[key].contains("content")) return Json(nullptr);
      const auto bare = media_type.substr(0, media_type.find(';'));
      if (!answers[key]["content"].contains(bare)) return std::nullopt;
      return answers[key]["content"][bare].value("schema", Json(nullptr));
    }
  return std::nullopt;
}

}  // namespace mnrt::tests
