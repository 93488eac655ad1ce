#include <catch2/catch.hpp>

#include "tests/runtime/gateway/api_pieces.hpp"

using namespace mnrt;
using namespace mnrt::tests;

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
