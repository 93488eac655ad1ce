#include <catch2/catch.hpp>

#include "tests/runtime/gateway/api_pieces.hpp"

using namespace mnrt;
using namespace mnrt::tests;

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
