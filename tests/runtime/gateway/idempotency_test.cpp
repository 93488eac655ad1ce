#include <catch2/catch.hpp>

#include "runtime/gateway/idempotency.hpp"
#include "tests/runtime/gateway/scripted_node.hpp"

using namespace mnrt;
using namespace mnrt::tests;
using runtime::HttpResponse;
using runtime::Json;

namespace {

const Json order{{"digest", "sha256:" + std::string(64, 'a')}};
const Json other{{"digest", "sha256:" + std::string(64, 'b')}};

HttpResponse notarise(TestGateway& gateway, const Json& body, const std::string& key) {
  return gateway.post("/api/v1/notarizations", body, {{"idempotency-key", key}});
}

}  // namespace

TEST_CASE("the same key and body get the first answer, and nothing is done twice") {
  TestGateway gateway;
  const auto first = notarise(gateway, order, "k1");
  CHECK(first.status == 202);
  const auto pending = gateway.chain.pool().size();
  const auto second = notarise(gateway, order, "k1");
  CHECK(second.status == first.status);
  CHECK(second.body == first.body);
  CHECK(second.headers == first.headers);
  CHECK(gateway.chain.pool().size() == pending);
}

TEST_CASE("the same key with another body is 422") {
  TestGateway gateway;
  notarise(gateway, order, "k1");
  const auto reused = notarise(gateway, other, "k1");
  CHECK(reused.status == 422);
  CHECK(TestGateway::json(reused)["code"] == "idempotency_key_reused");
  CHECK(notarise(gateway, other, "k2").status == 202);
}

TEST_CASE("the answer is kept over a restart of the server, for 24 hours") {
  TestGateway gateway;
  const auto first = notarise(gateway, order, "k1");
  runtime::Dispatcher restarted(gateway.backend);
  gateway.serving = &restarted;
  CHECK(notarise(gateway, order, "k1").body == first.body);
  gateway.wall.time.ms += 24 * 3'600 * 1'000;
  CHECK(notarise(gateway, order, "k1").body != first.body);
}

TEST_CASE("while the first runs, and if the node died under it, the key is 409") {
  TestGateway gateway;
  // What a node leaves behind that dies between the two syncs: only the first row, without an answer.
  notarise(gateway, order, "k1");
  const auto rows = gateway.chain.store().snapshot()->scan(messages::Table::local, {}, {}, 10);
  REQUIRE(rows);
  REQUIRE(rows->size() == 1);
  auto kept = runtime::idempotency_row_from(rows->front().value);
  REQUIRE(kept);
  kept->answer.reset();
  gateway.chain.store().append({{messages::Table::local, rows->front().key, runtime::encode(*kept)}},
                               [](const auto&) {});
  const auto running = notarise(gateway, order, "k1");
  CHECK(running.status == 409);
  CHECK(TestGateway::json(running)["code"] == "idempotency_key_running");
}

TEST_CASE("an answer that asks to try again is not kept") {
  TestGateway gateway;
  gateway.actors.down = {kind_of_request<actors::api::NotariseDigests>()};
  CHECK(notarise(gateway, order, "k1").status == 503);
  gateway.actors.down.clear();
  CHECK(notarise(gateway, order, "k1").status == 202);
}

TEST_CASE("a key that isn't one is refused") {
  TestGateway gateway;
  CHECK(notarise(gateway, order, std::string(129, 'k')).status == 400);
  CHECK(notarise(gateway, order, "\x01").status == 400);
}

TEST_CASE("rows older than a day are swept") {
  TestGateway gateway;
  notarise(gateway, order, "old");
  gateway.wall.time.ms += 23 * 3'600 * 1'000;
  notarise(gateway, order, "young");
  gateway.wall.time.ms += 2 * 3'600 * 1'000;
  gateway.dispatcher.sweep();
  gateway.loop->run();
  const auto rows = gateway.chain.store().snapshot()->scan(messages::Table::local, {}, {}, 10);
  REQUIRE(rows);
  CHECK(rows->size() == 1);
}
