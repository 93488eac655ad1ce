#include <catch2/catch.hpp>

#include <set>
#include <string_view>

#include "runtime/gateway/route.hpp"
#include "tests/runtime/gateway/api_pieces.hpp"
#include "tests/runtime/gateway/scripted_transport.hpp"

using namespace mnrt;
using namespace mnrt::tests;

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

TEST_CASE(
    "what a crashed role left unanswered is asked again where that does no harm, for most of a second") {
  TestGateway gateway;
  gateway.commit();
  gateway.actors.crashes = 3;
  CHECK(gateway.get("/api/v1/treasury").status == 200);
  CHECK(gateway.actors.calls == 4);

  const auto signed_bytes = gateway.chain.sign("alice", transfer());
  gateway.actors.crashes = 1;
  CHECK(send(gateway, *signed_bytes).status == 202);

  // A second notarisation would be another transaction.
  gateway.actors.crashes = 1;
  const auto write = gateway.post("/api/v1/notarizations", {{"digest", digest_a}});
  CHECK(write.status == 503);
  CHECK(header(write, "Retry-After") == "1");

  gateway.actors.crashes = 1'000;
  CHECK(gateway.get("/api/v1/treasury").status == 503);
  CHECK(gateway.actors.crashes > 500);
  CHECK(gateway.backend.calls_in_flight() == 0);
}

TEST_CASE("over the limit of calls in flight the answer is 503 busy") {
  TestGateway gateway;
  gateway.settings.calls_max = 0;
  const auto response = send(gateway, *gateway.chain.sign("alice", transfer()));
  CHECK(response.status == 503);
  CHECK(TestGateway::json(response)["code"] == "busy");
}

TEST_CASE(
    "from 90 % of the memory budget on, what would make the node hold more is refused, and reads go on") {
  TestGateway gateway;
  gateway.commit();
  gateway.memory_ppb = 899'999'999;
  gateway.backend.watch_memory();
  CHECK(send(gateway, *gateway.chain.sign("alice", transfer())).status == 202);
  gateway.memory_ppb = 900'000'000;
  gateway.loop->advance(std::chrono::seconds(1));

  for (const auto& route : runtime::routes()) {
    if (!route.sheds) continue;
    INFO(route.operation);
    const auto answer = gateway.ask(
        {.method = route.method, .target = std::string{route.path}, .door = runtime::Door::admin});
    CHECK(answer.status == 503);
    CHECK(TestGateway::json(answer)["code"] == "memory_short");
    CHECK(header(answer, "Retry-After") == "5");
  }
  for (const std::string target :
       {"/livez", "/health", "/metrics", "/api/v1/blocks/latest", "/api/v1/services"})
    CHECK(gateway.get(target).status == 200);
  CHECK(gateway.post("/api/v1/verify", {{"digest", digest_a}, {"receipt", ""}}).status == 200);
  const auto ready = gateway.get("/readyz");
  CHECK(ready.status == 503);
  CHECK(TestGateway::json(ready)["reasons"].dump().find("memory is short") != std::string::npos);
  CHECK(gateway.get("/metrics").body.find("mnrt_memory_short 1") != std::string::npos);
  // What was taken before is not lost.
  gateway.commit();
  CHECK(TestGateway::json(gateway.get("/api/v1/blocks/latest"))["transactions"].size() == 1);

  gateway.memory_ppb = 0;
  gateway.loop->advance(std::chrono::seconds(1));
  CHECK(send(gateway, *gateway.chain.sign("alice", transfer())).status == 202);
  CHECK(gateway.get("/readyz").status == 200);
}

TEST_CASE(
    "from 90 % of the disk budget on, notarisations are refused whichever way they come, and no others") {
  TestGateway gateway;
  gateway.commit();
  gateway.actors.commits_at_once = true;
  gateway.disk_ppb = 899'999'999;
  gateway.backend.watch_disk();
  CHECK(gateway.post("/api/v1/notarizations", {{"digest", digest_a}}).status < 300);
  gateway.disk_ppb = 900'000'000;
  gateway.loop->advance(std::chrono::seconds(1));

  const auto refused = [](const runtime::HttpResponse& answer) {
    return answer.status == 503 && TestGateway::json(answer)["code"] == "disk_budget" &&
           header(answer, "Retry-After") == "60";
  };
  CHECK(refused(gateway.post("/api/v1/notarizations", {{"digest", digest_a}})));
  CHECK(refused(gateway.post("/api/v1/notarizations/batch", {{"items", {{{"digest", digest_a}}}}})));
  const auto notarising = gateway.chain.sign("alice", policies::Notarise{});
  CHECK(refused(send(gateway, *notarising)));

  const auto batch = [&](const std::string& body) {
    return gateway.ask({.method = runtime::Method::post,
                        .target = "/api/v1/transactions/batch",
                        .body = body,
                        .headers = {{"content-type", "application/octet-stream"}}});
  };
  const auto moving = gateway.chain.sign("bob", transfer());
  const auto mixed = TestGateway::json(batch(batched(*notarising->frame) + batched(*moving->frame)));
  REQUIRE(mixed["results"].size() == 2);
  CHECK(mixed["results"][0].dump().find("disk_budget") != std::string::npos);
  CHECK(mixed["results"][1].dump().find("disk_budget") == std::string::npos);
  const auto alone = TestGateway::json(batch(batched(*notarising->frame)));
  REQUIRE(alone["results"].size() == 1);
  CHECK(alone["results"][0].dump().find("disk_budget") != std::string::npos);

  CHECK(send(gateway, *gateway.chain.sign("alice", transfer())).status < 300);
  const auto ready = gateway.get("/readyz");
  CHECK(ready.status == 503);
  CHECK(TestGateway::json(ready)["reasons"].dump().find("disk_budget") != std::string::npos);
  CHECK(gateway.get("/metrics").body.find("mnrt_disk_short 1") != std::string::npos);

  gateway.disk_ppb = 0;
  gateway.loop->advance(std::chrono::seconds(1));
  CHECK(gateway.post("/api/v1/notarizations", {{"digest", digest_a}}).status < 300);
  CHECK(gateway.get("/readyz").status == 200);
}

TEST_CASE(
    "every route that changes something is one that is shed, but those that only compute or administer") {
  for (const auto& route : runtime::routes()) {
    INFO(route.operation);
    const std::set<std::string_view> light{"prepare_transaction", "simulate_transaction", "verify_receipt",
                                           "crash_role",          "set_log_level",        "rotate_token"};
    const bool stream = route.operation == "stream_events" || route.operation == "open_websocket";
    const bool changes = route.method != runtime::Method::get && !light.contains(route.operation);
    CHECK(route.sheds == (changes || stream));
  }
}

TEST_CASE("bodies and answers in flight have one bound over all clients") {
  TestGateway gateway;
  gateway.settings.held_bytes_max = 1'000;
  const std::string head =
      "POST /api/v1/verify HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: "
      "800\r\n\r\n";
  Client first(gateway);
  first.send(head + std::string(700, ' '));
  {
    Client second(gateway);
    second.send(head + std::string(700, ' '));
    const auto answer = second.take();
    CHECK(answer.starts_with("HTTP/1.1 503"));
    CHECK(answer.find("\"code\":\"busy\"") != std::string::npos);
  }
  // An answer counts until its client has taken it.
  first.wire->stuck = true;
  first.send(std::string(98, ' ') + "{}");
  CHECK(gateway.context.held_bytes > 0);
  first.read_on();
  CHECK(first.take().starts_with("HTTP/1.1 400"));
  CHECK(gateway.context.held_bytes == 0);
  Client third(gateway);
  third.send("GET /api/v1/openapi.json HTTP/1.1\r\nHost: localhost\r\n\r\n");
  CHECK(third.take().starts_with("HTTP/1.1 503"));
  CHECK(gateway.context.held_bytes == 0);
}
