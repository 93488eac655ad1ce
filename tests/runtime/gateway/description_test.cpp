#include <catch2/catch.hpp>

#include <set>

#include "runtime/gateway/route.hpp"
#include "tests/runtime/gateway/schema.hpp"

using namespace mnrt;
using namespace mnrt::tests;
using runtime::Json;

TEST_CASE("the route table and openapi.json name the same routes, bodies and answers") {
  std::set<std::string> in_table;
  for (const auto& route : runtime::routes()) {
    std::string method{runtime::name_of(route.method)};
    for (auto& c : method) c = static_cast<char>(std::tolower(c));
    INFO(method << " " << route.path);
    in_table.insert(method + " " + std::string{route.path});
    const auto& paths = openapi()["paths"];
    REQUIRE(paths.contains(std::string{route.path}));
    REQUIRE(paths[std::string{route.path}].contains(method));
    const auto& described = paths[std::string{route.path}][method];
    CHECK(described["operationId"] == route.operation);

    const bool json_body =
        described.contains("requestBody") && described["requestBody"]["content"].contains("application/json");
    CHECK(json_body == !route.request.empty());
    if (json_body)
      CHECK(described["requestBody"]["content"]["application/json"]["schema"]["$ref"] ==
            "#/components/schemas/" + std::string{route.request});
    const bool octets_body = described.contains("requestBody") &&
                             described["requestBody"]["content"].contains("application/octet-stream");
    CHECK(octets_body == (route.body == runtime::Body::frame || route.body == runtime::Body::frames));
    CHECK(described.contains("security") == (route.access == runtime::Access::operator_));
    CHECK(described.contains("x-access") ==
          (route.access == runtime::Access::local || route.access == runtime::Access::admin_socket));
    if (!route.response.empty())
      CHECK(described["responses"]["200"]["content"]["application/json"]["schema"]["$ref"] ==
            "#/components/schemas/" + std::string{route.response});
    bool names_key = false;
    for (const auto& parameter : described.value("parameters", Json::array()))
      names_key = names_key || parameter["name"] == "Idempotency-Key";
    CHECK(names_key == route.idempotent);
  }
  for (const auto& [path, methods] : openapi()["paths"].items())
    for (const auto& [method, described] : methods.items()) CHECK(in_table.contains(method + " " + path));
}

TEST_CASE("every schema of openapi.json is used and every use has a schema") {
  const auto text = openapi().dump();
  for (const auto& [name, schema] : openapi()["components"]["schemas"].items()) {
    INFO(name);
    CHECK(text.find("\"#/components/schemas/" + name + "\"") != std::string::npos);
  }
}
