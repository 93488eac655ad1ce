#include <catch2/catch.hpp>

#include <algorithm>
#include <map>
#include <set>

#include "messages/keys.hpp"
#include "policies/limits.hpp"
#include "policies/notary/base64.hpp"
#include "runtime/gateway/route.hpp"
#include "tests/runtime/gateway/api_pieces.hpp"
#include "tests/runtime/gateway/schema.hpp"
#include "tests/runtime/gateway/scripted_transport.hpp"

using namespace mnrt;
using namespace mnrt::tests;
using policies::Refusal;
using runtime::Door;
using runtime::HttpResponse;
using runtime::Json;
using runtime::Method;

namespace {

using Headers = std::vector<std::pair<std::string, std::string>>;
using Seen = std::set<std::pair<std::string, unsigned>>;

const Headers json_type{{"content-type", "application/json"}};
const Headers octets_type{{"content-type", "application/octet-stream"}};
const Headers upgrade{{"upgrade", "websocket"},
                      {"connection", "Upgrade"},
                      {"sec-websocket-version", "13"},
                      {"sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ=="}};
const std::string nothing(64, '0');

/// A target that the route's path matches, of things that aren't there.
std::string target_of(const runtime::Route& route) {
  std::string target{route.path};
  for (auto open = target.find('{'); open != std::string::npos; open = target.find('{'))
    target.replace(open, target.find('}') - open + 1, nothing);
  return target;
}

/// The smallest body that gets past reading.
std::string body_of(const runtime::Route& route, const std::string& frame) {
  const std::string base64 =
      policies::to_base64({reinterpret_cast<const std::uint8_t*>(frame.data()), frame.size()});
  const auto item = Json{{"digest", digest_a}};
  auto node = service("n1");
  node.erase("kind");
  const std::map<std::string_view, Json> bodies{
      {"SignedTransaction", {{"frame", base64}}},
      {"SimulatedTransaction", {{"frame", base64}}},
      {"TransactionDraft",
       {{"sender", policies::to_bech32m(TestChain::address("alice"))}, {"operations", {transfer_to_bob()}}}},
      {"WalletName", {{"name", "n"}, {"public_key", std::string(64, 'a')}}},
      {"NotarizationOrder", item},
      {"NotarizationOrders", {{"items", {item}}}},
      {"VerifyOrder", {{"digest", digest_a}, {"receipt", ""}}},
      {"ServiceRegistration", service("web")},
      {"NodeRegistration", node},
      {"CrashOrder", {{"role", "core"}}},
      {"LogLevel", {{"level", "info"}}},
      {"Proposal", {{"frames", {base64}}}}};
  const auto body = bodies.find(route.request);
  if (body != bodies.end()) return body->second.dump();
  return route.body == runtime::Body::frames ? batched({frame.begin(), frame.end()}) : "";
}

/// Asks every route once, as the operator or as anyone of the network.
void ask_all(TestGateway& gateway, Door door, const std::string& frame, std::string peer = "") {
  for (const auto& route : runtime::routes()) {
    auto headers = route.body == runtime::Body::frames ? octets_type : json_type;
    if (route.operation == "open_websocket") headers = upgrade;
    gateway.ask({.method = route.method,
                 .target = target_of(route),
                 .body = body_of(route, frame),
                 .headers = std::move(headers),
                 .door = door,
                 .peer = peer});
  }
  gateway.backend.set_token(std::string{test_token});  // one of the routes made another
}

void drop_row(TestGateway& gateway, messages::Table table, std::uint64_t height) {
  gateway.chain.store().append({{table, messages::height_key({height}), std::nullopt}}, [](const auto&) {});
}

/// Everything that the node has, asked for in a way that it answers.
void ask_for_what_is_there(TestGateway& gateway) {
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
  const auto one_more = gateway.chain.sign("bob", policies::Transfer{TestChain::address("alice"), {}, {5}});
  CHECK(gateway
            .ask({.method = Method::post,
                  .target = "/api/v1/transactions/batch",
                  .body = batched(*one_more->frame),
                  .headers = {{"content-type", "application/octet-stream"}}})
            .status == 200);

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
}

void ask_for_what_is_not_there(TestGateway& gateway) {
  ask_all(gateway, Door::admin, "x");  // ids of nothing, a frame of nothing
  for (const std::string target : {"/api/v1/parameters?height=99", "/api/v1/validators?height=99",
                                   "/api/v1/wallet/balance?name=nobody", "/api/v1/services/none"})
    CHECK(gateway.get(target).status == 404);
  for (const auto method : {Method::del, Method::put})
    CHECK(gateway
              .ask({.method = method,
                    .target = method == Method::put ? "/api/v1/services/NO/lease" : "/api/v1/services/NO",
                    .door = Door::admin})
              .status == 404);
  CHECK(gateway
            .ask({.method = Method::post,
                  .target = "/api/v1/admin/crash",
                  .body = R"({"role":"janitor"})",
                  .headers = json_type,
                  .door = Door::admin})
            .status == 404);
}

void ask_wrongly(TestGateway& gateway) {
  for (const auto& route : runtime::routes()) {
    for (const std::string body : {"{", R"({"nothing":0})"})
      gateway.ask(
          {.method = route.method,
           .target = target_of(route) + (body == "{" ? "?limit=0&height=x&topics=x&from=x" : "?digest=x"),
           .body = body,
           .headers = route.body == runtime::Body::frames ? octets_type : json_type,
           .door = Door::admin});
    gateway.ask({.method = route.method,
                 .target = target_of(route),
                 .body = "x",
                 .headers = {{"content-type", "text/xml"}},
                 .door = Door::admin});
  }
  for (const std::string target :
       {"/api/v1/blocks/x", "/api/v1/state/zz/proof", "/api/v1/transactions/x", "/api/v1/accounts/x",
        "/api/v1/accounts/x/transactions", "/api/v1/notarizations/x", "/api/v1/notarizations/x/receipt"})
    CHECK(gateway.get(target).status == 400);
  auto foreign = upgrade;
  foreign.emplace_back("origin", "https://evil.example");
  CHECK(gateway.ask({.target = "/api/v1/ws", .headers = foreign}).status == 403);
  ask_all(gateway, Door::api, "x", "192.0.2.1");  // a stranger
}

/// What the node refuses, whatever it was asked.
void ask_to_be_refused(TestGateway& gateway) {
  const auto frame = octets(*gateway.chain.sign("alice", transfer())->frame);
  for (const auto refusal : {Refusal::nonce_already_used, Refusal::bad_signature, Refusal::sender_queue_full,
                             Refusal::too_large, Refusal::pool_full}) {
    gateway.actors.refusal = refusal;
    ask_all(gateway, Door::admin, frame);
  }
  gateway.actors.refusal.reset();
}

void ask_too_much(TestGateway& gateway) {
  std::string frames;
  for (int i = 0; i < 1'000; ++i) frames += batched({'x'});
  TestGateway::Ask ask{.method = Method::post,
                       .target = "/api/v1/transactions/batch",
                       .body = frames,
                       .headers = octets_type,
                       .peer = "192.0.2.7"};
  while (gateway.ask(ask).status == 200) {
  }
  const auto notarise = [&](const std::string& target, const Json& order) {
    return gateway.ask({.method = Method::post, .target = target, .body = order.dump(), .headers = json_type})
        .status;
  };
  const Json one{{"digest", digest_a}};
  CHECK(notarise("/api/v1/notarizations/batch", {{"items", std::vector<Json>(500, one)}}) == 202);
  CHECK(notarise("/api/v1/notarizations/batch", {{"items", std::vector<Json>(500, one)}}) == 429);
  CHECK(notarise("/api/v1/notarizations/batch", {{"items", std::vector<Json>(98, one)}}) == 202);
  while (notarise("/api/v1/notarizations", one) == 202) {
  }
  Json large = Json::array();
  for (int i = 0; i < 64; ++i) {
    auto operation = service("a");
    operation["type"] = "register_service";
    operation["ttl_seconds"] = 300;
    operation["labels"] = std::vector<std::string>(16, std::string(128, 'x'));
    large.push_back(std::move(operation));
  }
  const auto sender = policies::to_bech32m(TestChain::address("alice"));
  CHECK(gateway.post("/api/v1/transactions/prepare", {{"sender", sender}, {"operations", large}}).status ==
        413);
  const auto oversized = policies::to_base64(policies::Bytes(policies::limits::transaction_bytes_max + 1));
  CHECK(gateway.post("/api/v1/transactions/simulate", {{"frame", oversized}}).status == 413);
  CHECK(send(gateway, *gateway.chain.sign("bob", transfer())).status == 202);
  messages::Batch names;
  for (std::uint64_t i = 0; i < 10'000; ++i)
    names.push_back({messages::Table::local,
                     messages::local_key(messages::LocalKind::name, messages::encode_number(i)),
                     policies::Bytes(32)});
  gateway.chain.store().append(std::move(names), [](const auto&) {});
  CHECK(gateway.post("/api/v1/wallet/create", {{"name", "late"}, {"public_key", std::string(64, 'c')}})
            .status == 422);
  Client client(gateway);
  client.send(
      "POST /api/v1/transactions/batch HTTP/1.1\r\nHost: localhost\r\nContent-Type: "
      "application/octet-stream\r\nContent-Length: 9999999\r\n\r\n");
  CHECK(client.take().starts_with("HTTP/1.1 413"));
  gateway.answered.emplace("submit_batch", 413);
}

/// What is final is known to who asks again, and is gone once it is pruned.
void ask_again(TestGateway& gateway, const std::string& transaction) {
  for (const std::string target : {std::string{"/api/v1/blocks/1"}, "/api/v1/transactions/" + transaction,
                                   "/api/v1/notarizations/" + transaction})
    CHECK(gateway.ask({.target = target, .headers = {{"if-none-match", "*"}}}).status == 304);
  const Json name{{"name", "again"}, {"public_key", std::string(64, 'a')}};
  CHECK(gateway.post("/api/v1/wallet/create", name).status == 201);
  CHECK(gateway.post("/api/v1/wallet/create", name).status == 200);
  CHECK(gateway.post("/api/v1/wallet/create", {{"name", "again"}, {"public_key", std::string(64, 'b')}})
            .status == 409);
  gateway.commit();
  drop_row(gateway, messages::Table::headers, 1);
  for (const std::string target : {"/api/v1/blocks/1", "/api/v1/headers?from=1",
                                   "/api/v1/validators?height=1", "/api/v1/state/00/proof?height=1"})
    CHECK(gateway.get(target).status == 410);
}

}  // namespace

TEST_CASE("every answer that the description names is given, and none that it doesn't name") {
  Seen seen;
  const auto note = [&](const TestGateway& gateway) {
    seen.insert(gateway.answered.begin(), gateway.answered.end());
  };
  {
    TestGateway gateway;
    ask_all(gateway, Door::admin, "x");  // before the first block
    note(gateway);
  }
  {
    TestGateway gateway;
    gateway.actors.commits_at_once = true;
    ask_for_what_is_there(gateway);
    gateway.commit();
    ask_for_what_is_not_there(gateway);
    ask_wrongly(gateway);
    ask_to_be_refused(gateway);
    note(gateway);
  }
  {
    TestGateway gateway;
    gateway.commit();
    // Without waiting: what is pending.
    ask_all(gateway, Door::admin, octets(*gateway.chain.sign("alice", transfer())->frame));
    for (const auto method : {Method::put, Method::del})
      CHECK(gateway
                .ask({.method = method,
                      .target = method == Method::put ? "/api/v1/services/web/lease" : "/api/v1/services/web",
                      .door = Door::admin})
                .status == 202);
    ask_too_much(gateway);
    note(gateway);
  }
  {
    TestGateway gateway;
    const auto made = gateway.post("/api/v1/notarizations", {{"digest", digest_a}}, {{"prefer", "wait=5"}});
    const auto id = TestGateway::json(made)["transaction"].get<std::string>().substr(7);
    gateway.commit();
    ask_again(gateway, id);
    gateway.backend.disconnect();
    ask_all(gateway, Door::admin, "x");
    CHECK(gateway.get("/api/v1/notarizations/" + id + "/receipt").status == 503);
    gateway.memory_ppb = policies::whole_ppb;
    gateway.backend.watch_memory();
    ask_all(gateway, Door::admin, "x");
    const auto folder = std::exchange(gateway.settings.data_dir, "/nowhere");
    CHECK(
        gateway.ask({.method = Method::post, .target = "/api/v1/admin/token", .door = Door::admin}).status ==
        503);
    gateway.settings.data_dir = folder;
    note(gateway);
  }

  // What any route may answer, described once for each by `default`.
  const std::set<unsigned> anywhere{400, 401, 403, 413, 415, 429, 503};
  Seen described;
  for (const auto& [path, methods] : openapi()["paths"].items())
    for (const auto& [method, operation] : methods.items())
      for (const auto& [status, answer] : operation["responses"].items())
        if (status != "default")
          described.emplace(operation["operationId"].get<std::string>(), std::stoul(status));
  for (const auto& [operation, status] : described) {
    INFO(operation << " " << status);
    CHECK(seen.contains({operation, status}));
  }
  for (const auto& [operation, status] : seen) {
    INFO(operation << " " << status);
    CHECK((described.contains({operation, status}) || anywhere.contains(status)));
  }
}
