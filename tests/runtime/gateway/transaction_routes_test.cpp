#include <catch2/catch.hpp>

#include "policies/notary/base64.hpp"
#include "tests/runtime/gateway/api_pieces.hpp"

using namespace mnrt;
using namespace mnrt::tests;
using runtime::Json;
using runtime::Method;

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
  CHECK(final["signatures"] == Json::array({signature}));
  const auto again = gateway.post("/api/v1/transactions", order);
  CHECK(again.status == 200);
  CHECK(TestGateway::json(again)["height"] == final["height"]);
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
