#include <catch2/catch.hpp>

#include "tests/runtime/gateway/api_pieces.hpp"

using namespace mnrt;
using namespace mnrt::tests;
using runtime::Json;
using runtime::Method;

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
