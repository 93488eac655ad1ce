#include <catch2/catch.hpp>

#include "tests/runtime/gateway/api_pieces.hpp"

using namespace mnrt;
using namespace mnrt::tests;

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

TEST_CASE("the state is proven for the newest block, and who asks for another is told which that is") {
  TestGateway gateway;
  gateway.commit();
  gateway.commit();
  const auto proof = [&](const std::string& query) { return gateway.get("/api/v1/state/00/proof" + query); };
  CHECK(TestGateway::json(proof(""))["height"] == 2);
  CHECK(TestGateway::json(proof("?height=2")) == TestGateway::json(proof("")));
  const auto older = proof("?height=1");
  CHECK(older.status == 410);
  CHECK(TestGateway::json(older)["code"] == "pruned");
  CHECK(TestGateway::json(older)["detail"].get<std::string>().find("which is 2 now") != std::string::npos);
  CHECK(proof("?height=3").status == 404);
}
