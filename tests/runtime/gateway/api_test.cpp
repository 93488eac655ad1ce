#include <catch2/catch.hpp>

#include <set>

#include "messages/transaction_codec.hpp"
#include "policies/notary/base64.hpp"
#include "runtime/gateway/batch.hpp"
#include "runtime/gateway/route.hpp"
#include "tests/runtime/gateway/schema.hpp"
#include "tests/runtime/gateway/scripted_node.hpp"

using namespace mnrt;
using namespace mnrt::tests;
using runtime::Door;
using runtime::HttpResponse;
using runtime::Json;
using runtime::Method;

namespace {

const std::string digest_a = "sha256:" + std::string(64, 'a');

Json transfer_to_bob(const char* amount = "1500000000") {
  return {{"type", "transfer"},
          {"to", policies::to_bech32m(TestChain::address("bob"))},
          {"token", "FLX"},
          {"amount", amount}};
}

policies::Operation transfer() {
  return policies::Transfer{TestChain::address("bob"), policies::Token::flx, {1'500'000'000}};
}

std::string octets(const policies::Bytes& bytes) {
  return {bytes.begin(), bytes.end()};
}

HttpResponse send(TestGateway& gateway, const policies::SignedTransaction& transaction,
                  std::string prefer = "") {
  std::vector<std::pair<std::string, std::string>> headers{{"content-type", "application/octet-stream"}};
  if (!prefer.empty()) headers.emplace_back("prefer", prefer);
  return gateway.ask({.method = Method::post,
                      .target = "/api/v1/transactions",
                      .body = octets(*transaction.frame),
                      .headers = std::move(headers)});
}

std::string header(const HttpResponse& response, std::string_view name) {
  for (const auto& [key, value] : response.headers)
    if (key == name) return value;
  return {};
}

Json service(const std::string& id) {
  return {{"id", id}, {"kind", "web"}, {"endpoints", {"tcp://example.org:80"}}, {"labels", {"zone=a"}}};
}

}  // namespace

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
  const auto batched = gateway.chain.sign("bob", policies::Transfer{TestChain::address("alice"), {}, {5}});
  auto body = std::string("\0\0\0\0", 4) + octets(*batched->frame);
  body[0] = static_cast<char>(batched->frame->size() & 0xff);
  body[1] = static_cast<char>(batched->frame->size() >> 8);
  CHECK(gateway
            .ask({.method = Method::post,
                  .target = "/api/v1/transactions/batch",
                  .body = body,
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

TEST_CASE("a prepared transaction, signed outside, is sent as JSON and becomes final") {
  TestGateway gateway;
  const auto alice = policies::to_bech32m(TestChain::address("alice"));
  const auto prepared = TestGateway::json(
      gateway.post("/api/v1/transactions/prepare", {{"sender", alice}, {"operations", {transfer_to_bob()}}}));
  const auto key = TestChain::key("alice");
  const auto signing = policies::from_base64(prepared["signing"].get<std::string>());
  REQUIRE(signing);
  const Json signature{{"key", policies::to_hex(key.public_key().bytes)},
                       {"signature", policies::to_hex(key.sign(*signing).bytes)}};
  const Json order{{"body", prepared["body"]}, {"signatures", {signature}}};
  const auto sent = gateway.post("/api/v1/transactions", order);
  CHECK(sent.status == 202);
  CHECK(TestGateway::json(sent)["id"] == prepared["id"]);
  const auto location = header(sent, "Location");
  CHECK(TestGateway::json(gateway.get(location))["status"] == "pending");
  gateway.commit();
  const auto final = TestGateway::json(gateway.get(location));
  CHECK(final["status"] == "final");
  CHECK(final["transaction"]["operations"][0] == transfer_to_bob());
  const auto again = gateway.post("/api/v1/transactions", order);
  CHECK(again.status == 200);
  CHECK(TestGateway::json(again)["height"] == final["height"]);
}

TEST_CASE("a final resource has an ETag, and who has it gets 304") {
  TestGateway gateway;
  gateway.commit();
  const auto block = gateway.get("/api/v1/blocks/1");
  const auto tag = header(block, "ETag");
  REQUIRE(!tag.empty());
  CHECK(header(block, "Cache-Control").find("immutable") != std::string::npos);
  const auto again =
      gateway.ask({.target = "/api/v1/blocks/1", .headers = {{"if-none-match", "\"x\", " + tag}}});
  CHECK(again.status == 304);
  CHECK(again.body.empty());
  CHECK(header(gateway.get("/api/v1/blocks/latest"), "ETag").empty());
}

TEST_CASE("pages follow each other without a gap, also when blocks come in between") {
  TestGateway gateway;
  for (int i = 0; i < 5; ++i) gateway.commit();
  std::vector<std::uint64_t> heights;
  std::string target = "/api/v1/blocks?limit=2";
  while (true) {
    const auto response = gateway.get(target);
    const auto page = TestGateway::json(response);
    for (const auto& block : page["items"]) heights.push_back(block["height"]);
    if (page["next"].is_null()) break;
    gateway.commit();
    const auto link = header(response, "Link");
    REQUIRE(link.ends_with(">; rel=\"next\""));
    target = link.substr(1, link.find('>') - 1);
  }
  CHECK(heights == std::vector<std::uint64_t>{5, 4, 3, 2, 1});
}

TEST_CASE("a list of services filters and pages by id") {
  TestGateway gateway;
  gateway.actors.commits_at_once = true;
  for (const auto* id : {"a", "b", "c"}) CHECK(gateway.post("/api/v1/services", service(id)).status == 200);
  gateway.wall.time = gateway.chain.time();
  const auto first = TestGateway::json(gateway.get("/api/v1/services?limit=2&kind=web&label=zone%3Da"));
  CHECK(first["items"].size() == 2);
  const auto rest =
      TestGateway::json(gateway.get("/api/v1/services?limit=2&cursor=" + first["next"].get<std::string>()));
  CHECK(rest["items"].size() == 1);
  CHECK(rest["items"][0]["id"] == "c");
  CHECK(TestGateway::json(gateway.get("/api/v1/services?kind=other"))["items"].empty());
  gateway.wall.time.ms += 400'000;
  CHECK(TestGateway::json(gateway.get("/api/v1/services"))["items"].empty());
  CHECK(gateway.get("/api/v1/services/a").status == 404);
}

TEST_CASE("reads answer while the actors are gone") {
  TestGateway gateway;
  gateway.commit();
  gateway.backend.disconnect();
  const auto alice = policies::to_bech32m(TestChain::address("alice"));
  for (const std::string target : {"/api/v1/network", "/api/v1/blocks", "/api/v1/services", "/health",
                                   "/api/v1/nodes/status", "/api/v1/consensus/state"}) {
    INFO(target);
    CHECK(gateway.get(target).status == 200);
  }
  const auto account = TestGateway::json(gateway.get("/api/v1/accounts/" + alice));
  CHECK(account["pending_counted"] == false);
  CHECK(TestGateway::json(gateway.get("/health"))["healthy"] == false);
  const auto ready = gateway.get("/readyz");
  CHECK(ready.status == 503);
  CHECK(header(ready, "Retry-After") == "1");
  const auto write = send(gateway, *gateway.chain.sign("alice", transfer()));
  CHECK(write.status == 503);
  CHECK(header(write, "Retry-After") == "1");
}

TEST_CASE("a call that the actors never answer ends with 503 at its deadline, and a late reply is ignored") {
  TestGateway gateway;
  gateway.actors.silent = true;
  const auto response = send(gateway, *gateway.chain.sign("alice", transfer()));
  CHECK(response.status == 503);
  CHECK(TestGateway::json(response)["code"] == "timed_out");
  CHECK(gateway.backend.calls_in_flight() == 0);
  REQUIRE(gateway.actors.kept.size() == 1);
  gateway.actors.kept.front().done(actors::api::Done{});
  gateway.loop->run();
  CHECK(gateway.backend.calls_in_flight() == 0);
}

TEST_CASE("over the limit of calls in flight the answer is 503 busy") {
  TestGateway gateway;
  gateway.settings.calls_max = 0;
  const auto response = send(gateway, *gateway.chain.sign("alice", transfer()));
  CHECK(response.status == 503);
  CHECK(TestGateway::json(response)["code"] == "busy");
}

TEST_CASE("each refusal of a transaction has its status") {
  using policies::Refusal;
  const std::vector<std::pair<Refusal, unsigned>> table{{Refusal::malformed, 400},
                                                        {Refusal::too_large, 413},
                                                        {Refusal::bad_signature, 422},
                                                        {Refusal::wrong_chain, 422},
                                                        {Refusal::nonce_already_used, 409},
                                                        {Refusal::replacement_underpriced, 409},
                                                        {Refusal::sender_queue_full, 429},
                                                        {Refusal::pool_full, 503},
                                                        {Refusal::busy, 503},
                                                        {Refusal::disk_budget, 503},
                                                        {Refusal::fee_limit_too_low, 422},
                                                        {Refusal::expired, 422}};
  TestGateway gateway;
  for (const auto& [refusal, status] : table) {
    gateway.actors.refusal = refusal;
    const auto response = send(gateway, *gateway.chain.sign("alice", transfer()));
    INFO(policies::name_of(refusal));
    CHECK(response.status == status);
    CHECK(TestGateway::json(response)["code"] == policies::name_of(refusal));
    CHECK(header(response, "Retry-After").empty() == (status != 429 && status != 503));
  }
}

TEST_CASE("requests that can't be served are refused by name") {
  TestGateway gateway;
  gateway.commit();
  struct Case {
    TestGateway::Ask ask;
    unsigned status;
    std::string code;
  };
  const std::vector<std::pair<std::string, std::string>> json_type{{"content-type", "application/json"}};
  const std::vector<std::pair<std::string, std::string>> octets_type{
      {"content-type", "application/octet-stream"}};
  const auto post = [&](std::string target, std::string body) {
    return TestGateway::Ask{
        .method = Method::post, .target = std::move(target), .body = std::move(body), .headers = json_type};
  };
  const std::vector<Case> cases{
      {{.target = "/api/v1/nothing"}, 404, "no_such_route"},
      {{.target = "/api/v1/shadow/receipts"}, 404, "no_such_route"},
      {{.target = "/api/v1/mining/rewards"}, 404, "no_such_route"},
      {{.method = Method::del, .target = "/api/v1/blocks"}, 405, "method_not_allowed"},
      {{.target = "/api/v1/blocks?limit=0"}, 400, "invalid_request"},
      {{.target = "/api/v1/blocks?limit=101"}, 400, "invalid_request"},
      {{.target = "/api/v1/blocks?cursor=!"}, 400, "bad_cursor"},
      {{.target = "/api/v1/blocks?color=red"}, 400, "unknown_parameter"},
      {{.target = "/api/v1/blocks/99"}, 404, "block_unknown"},
      {{.target = "/api/v1/blocks/0"}, 404, "block_unknown"},
      {{.target = "/api/v1/blocks/x"}, 400, "malformed_block"},
      {{.target = "/api/v1/parameters?height=9"}, 404, "block_unknown"},
      {{.target = "/api/v1/state/zz/proof"}, 400, "malformed_key"},
      {{.target = "/api/v1/accounts/mn1x"}, 400, "malformed_address"},
      {{.target = "/api/v1/transactions/12"}, 400, "malformed_id"},
      {{.target = "/api/v1/transactions/" + std::string(64, '0')}, 404, "transaction_unknown"},
      {{.target = "/api/v1/notarizations/12"}, 400, "malformed_id"},
      {{.target = "/api/v1/notarizations/" + std::string(64, '0') + "-0"}, 404, "notarisation_unknown"},
      {{.target = "/api/v1/notarizations/" + std::string(64, '0') + "-0/receipt"}, 404, "not_final"},
      {{.target = "/api/v1/notarizations?digest=1"}, 400, "invalid_request"},
      {{.target = "/api/v1/checkpoint"}, 404, "log_empty"},
      {{.target = "/api/v1/services/none"}, 404, "service_unknown"},
      {{.target = "/api/v1/wallet/balance"}, 400, "invalid_request"},
      {{.target = "/api/v1/wallet/balance?name=nobody"}, 404, "name_unknown"},
      {{.target = "/api/v1/ws"}, 400, "websocket_expected"},
      {{.target = "/api/v1/events?topics=x"}, 400, "invalid_request"},
      {{.target = "/api/v1/events", .headers = {{"last-event-id", "x"}}}, 400, "invalid_request"},
      {{.target = "/livez", .headers = {{"authorization", "Bearer wrong"}}}, 401, "bad_token"},
      {post("/api/v1/services", "{}"), 401, "token_needed"},
      {{.method = Method::del, .target = "/api/v1/services/web"}, 401, "token_needed"},
      {post("/api/v1/wallet/create", "{}"), 401, "token_needed"},
      {post("/api/v1/consensus/propose", "{}"), 403, "admin_socket_only"},
      {post("/api/v1/admin/crash", "{}"), 403, "admin_socket_only"},
      {{.target = "/metrics", .peer = "192.0.2.1"}, 403, "local_only"},
      {{.target = "/livez", .headers = {}, .door = Door::metrics}, 404, "no_such_route"},
      {post("/api/v1/transactions", "not json"), 400, "bad_json"},
      {post("/api/v1/transactions", R"({"frame":"AA==","frame":"AA=="})"), 400, "bad_json"},
      {post("/api/v1/transactions", R"({"frame":"AA==","more":1})"), 400, "invalid_request"},
      {post("/api/v1/transactions", R"({"frame":"AA"})"), 400, "invalid_request"},
      {post("/api/v1/transactions", R"({"frame":"AA=="})"), 400, "malformed"},
      {post("/api/v1/transactions/prepare", R"({"sender":1.5})"), 400, "bad_json"},
      {post("/api/v1/transactions/prepare", R"({"sender":"mn1","operations":[]})"), 400, "invalid_request"},
      {post("/api/v1/verify", R"({"digest":"x","receipt":""})"), 400, "invalid_request"},
      {post("/api/v1/notarizations", R"({"digest":"blake3:)" + std::string(64, 'a') + "\"}"), 400,
       "invalid_request"},
      {post("/api/v1/notarizations/batch", R"({"items":[]})"), 400, "invalid_request"},
      {{.method = Method::post,
        .target = "/api/v1/transactions",
        .headers = {{"content-type", "text/plain"}}},
       415,
       "frame_expected"},
      {{.method = Method::post, .target = "/api/v1/verify", .headers = octets_type}, 415, "json_expected"},
      {{.method = Method::post,
        .target = "/api/v1/transactions/batch",
        .body = "\x05",
        .headers = octets_type},
       400,
       "malformed_batch"},
  };
  for (const auto& one : cases) {
    INFO(one.ask.target << " " << one.ask.body);
    const auto response = gateway.ask(one.ask);
    CHECK(response.status == one.status);
    CHECK(TestGateway::json(response)["code"] == one.code);
  }
}

TEST_CASE("a 405 says what the route takes, and OPTIONS answers with it") {
  TestGateway gateway;
  CHECK(header(gateway.ask({.method = Method::put, .target = "/api/v1/services"}), "Allow") ==
        "GET, HEAD, POST");
  const auto options = gateway.ask({.method = Method::options, .target = "/api/v1/services/a"});
  CHECK(options.status == 204);
  CHECK(header(options, "Allow") == "GET, HEAD, DELETE");
}

TEST_CASE("cross-origin answers are off unless the origin is listed") {
  TestGateway gateway;
  const TestGateway::Ask ask{.target = "/livez", .headers = {{"origin", "https://app.example"}}};
  CHECK(header(gateway.ask(ask), "Access-Control-Allow-Origin").empty());
  gateway.settings.cors_origins = {"https://app.example"};
  CHECK(header(gateway.ask(ask), "Access-Control-Allow-Origin") == "https://app.example");
}

TEST_CASE("a WebSocket of a foreign page is refused") {
  TestGateway gateway;
  gateway.commit();
  const auto open = [&](std::string origin) {
    return gateway
        .ask({.target = "/api/v1/ws",
              .headers = {{"upgrade", "websocket"},
                          {"connection", "Upgrade"},
                          {"sec-websocket-version", "13"},
                          {"sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ=="},
                          {"origin", std::move(origin)}}})
        .status;
  };
  CHECK(open("https://evil.example") == 403);
  CHECK(open("http://localhost") == 101);
}

TEST_CASE("an address over its budget gets 429 with the time to wait; loopback and the operator never do") {
  TestGateway gateway;
  TestGateway::Ask ask{.target = "/livez", .peer = "192.0.2.7"};
  for (int i = 0; i < 1'000; ++i) CHECK(gateway.ask(ask).status == 200);
  const auto over = gateway.ask(ask);
  CHECK(over.status == 429);
  CHECK(header(over, "Retry-After") == "1");
  ask.headers = {{"authorization", "Bearer " + std::string{test_token}}};
  CHECK(gateway.ask(ask).status == 200);
  CHECK(gateway.ask({.target = "/livez", .peer = "192.0.2.8"}).status == 200);
  for (int i = 0; i < 1'001; ++i) CHECK(gateway.get("/livez").status == 200);
}

TEST_CASE("the batch route has a budget in transactions") {
  TestGateway gateway;
  std::string body;
  for (int i = 0; i < 1'000; ++i) body += std::string("\1\0\0\0x", 5);
  TestGateway::Ask ask{.method = Method::post,
                       .target = "/api/v1/transactions/batch",
                       .body = body,
                       .headers = {{"content-type", "application/octet-stream"}},
                       .peer = "192.0.2.7"};
  for (int i = 0; i < 60; ++i) CHECK(gateway.ask(ask).status == 200);
  CHECK(gateway.ask(ask).status == 429);
}

TEST_CASE("callers without the token share a quota of notarisations") {
  TestGateway gateway;
  const auto order = [&](std::size_t count, bool token) {
    Json items = Json::array();
    for (std::size_t i = 0; i < count; ++i) items.push_back({{"digest", digest_a}});
    std::vector<std::pair<std::string, std::string>> headers{{"content-type", "application/json"}};
    if (token) headers.emplace_back("authorization", "Bearer " + std::string{test_token});
    return gateway.ask({.method = Method::post,
                        .target = "/api/v1/notarizations/batch",
                        .body = Json{{"items", items}}.dump(),
                        .headers = headers});
  };
  CHECK(order(600, false).status == 202);
  CHECK(order(1, false).status == 429);
  CHECK(order(1, true).status == 202);
}

TEST_CASE("all digests of a batch get their place, and each its receipt") {
  TestGateway gateway;
  Json items = Json::array();
  for (int i = 0; i < 70; ++i) {
    auto hex = std::to_string(1'000 + i);
    items.push_back({{"digest", "sha256:" + std::string(60, 'b') + hex}});
  }
  const auto made = gateway.post("/api/v1/notarizations/batch", {{"items", items}}, {{"prefer", "wait=5"}});
  REQUIRE(made.status == 200);
  const auto all = TestGateway::json(made)["items"];
  REQUIRE(all.size() == 70);
  for (std::size_t i = 0; i < all.size(); ++i) {
    CHECK(all[i]["digest"] == items[i]["digest"]);
    CHECK(all[i]["leaf"] == i);
  }
  const auto receipt = gateway.ask({.target = all[69]["receipt"], .headers = {{"accept", "text/plain"}}});
  CHECK(receipt.content_type.starts_with("text/plain"));
  CHECK(receipt.body.starts_with("c2sp.org/tlog-proof@v1"));
  const auto found = TestGateway::json(
      gateway.get("/api/v1/notarizations?digest=" + items[69]["digest"].get<std::string>()));
  REQUIRE(found["items"].size() == 1);
  CHECK(found["items"][0]["id"] == all[69]["id"]);
}

TEST_CASE("a changed receipt is refused by its reason") {
  TestGateway gateway;
  const auto made = gateway.post("/api/v1/notarizations", {{"digest", digest_a}}, {{"prefer", "wait=5"}});
  const auto files = TestGateway::json(gateway.get(TestGateway::json(made)["receipt"]));
  const auto verdict = [&](const Json& order) {
    return TestGateway::json(gateway.post("/api/v1/verify", order))["verdict"];
  };
  CHECK(verdict({{"digest", digest_a}, {"receipt", files["proof"]}, {"trust", files["trust"]}}) == "valid");
  CHECK(verdict({{"digest", std::string(64, 'b')}, {"receipt", files["proof"]}, {"trust", files["trust"]}}) ==
        "wrong_document");
  CHECK(verdict({{"digest", digest_a},
                 {"receipt", files["proof"]},
                 {"trust", files["trust"]},
                 {"genesis", std::string(64, '0')}}) == "untrusted");
  CHECK(verdict({{"digest", digest_a}, {"receipt", files["proof"]}}) == "trust_malformed");
}

TEST_CASE("a name stands for one key, kept in the node's own rows") {
  TestGateway gateway;
  const auto hex = [](const char* name) { return policies::to_hex(TestChain::key(name).public_key().bytes); };
  CHECK(gateway.post("/api/v1/wallet/create", {{"name", "mine"}, {"public_key", hex("bob")}}).status == 201);
  CHECK(gateway.post("/api/v1/wallet/create", {{"name", "mine"}, {"public_key", hex("bob")}}).status == 200);
  CHECK(gateway.post("/api/v1/wallet/create", {{"name", "mine"}, {"public_key", hex("alice")}}).status ==
        409);
  CHECK(gateway.post("/api/v1/wallet/create", {{"name", "Not A Name"}, {"public_key", hex("bob")}}).status ==
        400);
  const auto balance = TestGateway::json(gateway.get("/api/v1/wallet/balance?name=mine"));
  CHECK(balance["address"] == policies::to_bech32m(TestChain::address("bob")));
  CHECK(balance["balances"]["FLX"] == "1000000000000");
}

TEST_CASE("metrics are Prometheus text, or JSON by Accept") {
  TestGateway gateway;
  gateway.get("/livez");
  const auto text = gateway.get("/metrics");
  CHECK(text.content_type == "text/plain; version=0.0.4; charset=utf-8");
  CHECK(text.body.find("mnrt_http_requests_total{operation=\"get_root_livez\",status=\"200\"} 1") !=
        std::string::npos);
  CHECK(text.body.find("mnrt_block_height 0") != std::string::npos);
  const auto json = gateway.ask({.target = "/metrics", .headers = {{"accept", "application/json"}}});
  CHECK(json.content_type == "application/json");
}

TEST_CASE("the token file's end is the old token's end") {
  TestGateway gateway;
  const auto with = [&](const std::string& token) {
    return gateway.ask({.target = "/livez", .headers = {{"authorization", "Bearer " + token}}}).status;
  };
  CHECK(with(std::string{test_token}) == 200);
  CHECK(gateway.ask({.method = Method::post, .target = "/api/v1/admin/token", .door = Door::admin}).status ==
        200);
  CHECK(with(std::string{test_token}) == 401);
  const auto fresh = runtime::load_token(gateway.settings.data_dir / "api-token");
  REQUIRE(fresh);
  CHECK(with(*fresh) == 200);
}
