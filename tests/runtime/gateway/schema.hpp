#pragma once

#include <optional>
#include <string>

#include "runtime/gateway/json.hpp"

namespace mnrt::tests {

/// The API's description as it is served.
const runtime::Json& openapi();

/// What is wrong with a value by a JSON Schema (the part of draft 2020-12 that openapi.json uses), with the
/// path to it; nothing if it fits. A keyword that this doesn't know is wrong too, so that none is passed
/// over.
std::optional<std::string> schema_error(const runtime::Json& schema, const runtime::Json& value);

/// The schema that a JSON answer of an operation has; null where it is described without one, nothing where
/// the answer isn't described at all.
std::optional<runtime::Json> answer_schema(std::string_view operation, unsigned status,
                                           const std::string& media_type);

}  // namespace mnrt::tests
