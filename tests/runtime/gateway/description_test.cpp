#include <catch2/catch.hpp>

#include <set>

#include "policies/notary/base64.hpp"
#include "runtime/gateway/route.hpp"
#include "tests/runtime/gateway/api_pieces.hpp"
#include "tests/runtime/gateway/schema.hpp"

using namespace mnrt;
using namespace mnrt::tests;
using runtime::Door;
using runtime::HttpResponse;
using runtime::Json;
using runtime::Method;

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

TEST_CASE("every route answers as its schema says") {
  TestGateway gateway;
  gateway.actors.commits_at_once = true;
  const auto alice = policies::to_bech32m(TestChain::address("alice"));
  const auto paid = gateway.chain.sign("alice", transfer());
  CHECK(send(gateway, *paid, "wait=5").status == 200);
  const auto id = policies::to_hex(paid->id.bytes);

  const auto notarised =
      gateway.post("/api/v1/notarizations", {{"digest", digest_a}}, {{"prefer", "wait=5"}});
  REQUIRE(notarised.status == 200);
  const auto notarisation = TestGateway::json(notarised)["id"].get<std::string>();
  CHECK(gateway.post("/api/v1/notarizations/batch", {{"items", {{{"digest", digest_a}}}}}).status == 200);
  CHECK(gateway.post("/api/v1/services", service("web")).status == 200);
  CHECK(gateway.post("/api/v1/registry/register", service("db")).status == 200);
  auto node = service("n1");
  node.erase("kind");
  CHECK(gateway.post("/api/v1/nodes/register", node).status == 200);
  gateway.wall.time = gateway.chain.time();

  for (const std::string target : {"/livez",
                                   "/readyz",
                                   "/health",
                                   "/metrics",
                                   "/api/v1/livez",
                                   "/api/v1/readyz",
                                   "/api/v1/health",
                                   "/api/v1/metrics",
                                   "/api/v1/version",
                                   "/api/v1/openapi.json",
                                   "/api/v1/consensus/state",
                                   "/api/v1/treasury",
                                   "/api/v1/network",
                                   "/api/v1/tokens",
                                   "/api/v1/parameters",
                                   "/api/v1/parameters?height=1",
                                   "/api/v1/validators",
                                   "/api/v1/validators?height=1",
                                   "/api/v1/blocks",
                                   "/api/v1/blocks/latest",
                                   "/api/v1/blocks/1",
                                   "/api/v1/headers?from=1&limit=2",
                                   "/api/v1/services",
                                   "/api/v1/services/web",
                                   "/api/v1/registry/services",
                                   "/api/v1/nodes/status",
                                   "/api/v1/checkpoint"}) {
    INFO(target);
    CHECK(gateway.get(target).status == 200);
  }
  const auto key = policies::to_hex(policies::account_key(TestChain::address("alice")));
  CHECK(gateway.get("/api/v1/state/" + key + "/proof").status == 200);
  CHECK(gateway.get("/api/v1/transactions/" + id).status == 200);
  CHECK(gateway.get("/api/v1/accounts/" + alice).status == 200);
  CHECK(gateway.get("/api/v1/accounts/" + alice + "/transactions").status == 200);
  CHECK(gateway.get("/api/v1/notarizations?digest=" + digest_a).status == 200);
  CHECK(gateway.get("/api/v1/notarizations/" + notarisation).status == 200);
  const auto receipt = gateway.get("/api/v1/notarizations/" + notarisation + "/receipt");
  CHECK(receipt.status == 200);
  const auto files = TestGateway::json(receipt);
  const auto verified = gateway.post(
      "/api/v1/verify", {{"digest", digest_a}, {"receipt", files["proof"]}, {"trust", files["trust"]}});
  CHECK(TestGateway::json(verified)["verdict"] == "valid");

  const auto key_hex = policies::to_hex(TestChain::key("bob").public_key().bytes);
  CHECK(gateway.post("/api/v1/wallet/create", {{"name", "bob"}, {"public_key", key_hex}}).status == 201);
  CHECK(gateway.get("/api/v1/wallet/balance?name=bob").status == 200);
  const auto draft = Json{{"sender", alice}, {"operations", {transfer_to_bob()}}};
  const auto prepared = gateway.post("/api/v1/transactions/prepare", draft);
  CHECK(prepared.status == 200);
  CHECK(
      gateway.post("/api/v1/transactions/simulate", {{"body", TestGateway::json(prepared)["body"]}}).status ==
      200);
  const auto one_more = gateway.chain.sign("bob", policies::Transfer{TestChain::address("alice"), {}, {5}});
  CHECK(gateway
            .ask({.method = Method::post,
                  .target = "/api/v1/transactions/batch",
                  .body = batched(*one_more->frame),
                  .headers = {{"content-type", "application/octet-stream"}}})
            .status == 200);

  const std::vector<std::pair<std::string, std::string>> json_type{{"content-type", "application/json"}};
  const auto admin = [&](Method method, std::string target, const Json& order) {
    return gateway.ask({.method = method,
                        .target = std::move(target),
                        .body = order.dump(),
                        .headers = json_type,
                        .door = Door::admin,
                        .peer = ""});
  };
  CHECK(admin(Method::post, "/api/v1/admin/crash", {{"role", "core"}}).status == 200);
  CHECK(admin(Method::put, "/api/v1/admin/log-level", {{"level", "debug"}}).status == 200);
  CHECK(admin(Method::post, "/api/v1/admin/token", {}).status == 200);
  const auto proposed = gateway.chain.sign("bob", policies::Transfer{TestChain::address("alice"), {}, {6}});
  CHECK(
      admin(Method::post, "/api/v1/consensus/propose", {{"frames", {policies::to_base64(*proposed->frame)}}})
          .status == 200);
  CHECK(gateway.ask({.method = Method::put, .target = "/api/v1/services/web/lease", .door = Door::admin})
            .status == 200);
  CHECK(gateway.ask({.method = Method::del, .target = "/api/v1/services/web", .door = Door::admin}).status ==
        200);
  CHECK(gateway.get("/api/v1/events?from_height=1").then == HttpResponse::Then::events);
  CHECK(gateway
            .ask({.target = "/api/v1/ws",
                  .headers = {{"upgrade", "websocket"},
                              {"connection", "keep-alive, Upgrade"},
                              {"sec-websocket-version", "13"},
                              {"sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ=="}}})
            .status == 101);
  for (const auto& route : runtime::routes()) {
    INFO(route.operation);
    CHECK(gateway.operations_asked.contains(std::string{route.operation}));
  }
}
