#include <catch2/catch.hpp>

#include "tests/runtime/gateway/api_pieces.hpp"

using namespace mnrt;
using namespace mnrt::tests;
using runtime::Door;
using runtime::Method;

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
