#include <catch2/catch.hpp>

#include "tests/runtime/gateway/api_pieces.hpp"

using namespace mnrt;
using namespace mnrt::tests;
using runtime::Door;
using runtime::Method;

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
