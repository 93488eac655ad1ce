#include <algorithm>

#include "policies/limits.hpp"
#include "policies/notary/base64.hpp"
#include "runtime/gateway/route.hpp"
#include "tests/runtime/gateway/api_pieces.hpp"
#include "tests/runtime/gateway/corpus.hpp"
#include "tests/runtime/gateway/frame_recipe.hpp"

using namespace mnrt;
using namespace mnrt::tests;
using runtime::Door;
using runtime::HttpResponse;
using runtime::Method;

namespace {

/// What came before did no harm: the next good transaction is taken, and is final with the next block.
void check_still_serving(TestGateway& gateway) {
  const auto good = gateway.chain.sign("bob", policies::Notarise{{{7}}, {}});
  CHECK(send(gateway, *good).status == 202);
  gateway.commit();
  CHECK(TestGateway::json(
            gateway.get("/api/v1/transactions/" + policies::to_hex(good->id.bytes)))["status"] == "final");
}

}  // namespace

TEST_CASE("each bad JSON body of the corpus gets the answer that stands beside it") {
  TestGateway gateway;
  gateway.commit();
  std::size_t cases = 0;
  for (const auto& one : read_corpus("bodies", ".json")) {
    INFO(one.file.string());
    const auto operation = one.file.parent_path().filename().string();
    const auto& routes = runtime::routes();
    const auto route = std::ranges::find(routes, std::string_view{operation}, &runtime::Route::operation);
    REQUIRE(route != routes.end());
    const auto before = gateway.chain.pool().size();
    const auto answer = gateway.ask({.method = route->method,
                                     .target = std::string{route->path},
                                     .body = one.bytes,
                                     .headers = {{"content-type", "application/json"}},
                                     .door = Door::admin,
                                     .peer = ""});
    INFO(answer.body);
    CHECK(answer.status == one.status);
    CHECK(TestGateway::json(answer)["code"] == one.code);
    CHECK(gateway.chain.pool().size() == before);
    ++cases;
  }
  CHECK(cases >= 60);
  check_still_serving(gateway);
}

TEST_CASE("each bad frame of the corpus is refused by name, alone, as JSON and in a batch") {
  std::size_t cases = 0;
  for (const auto& one : read_corpus("frames", ".frame")) {
    INFO(one.file.filename().string());
    TestGateway gateway;
    const auto frame = frame_from_recipe(gateway, one.bytes);
    const auto ask = [&](std::string target, std::string body, const char* type) {
      return gateway.ask({.method = Method::post,
                          .target = std::move(target),
                          .body = std::move(body),
                          .headers = {{"content-type", type}}});
    };
    const auto alone = ask("/api/v1/transactions", octets(frame), "application/octet-stream");
    INFO(alone.body);
    CHECK(alone.status == one.status);
    CHECK(TestGateway::json(alone)["code"] == one.code);
    if (!frame.empty() && frame.size() <= policies::limits::transaction_bytes_max) {
      const auto json = runtime::Json{{"frame", policies::to_base64(frame)}}.dump();
      CHECK(TestGateway::json(ask("/api/v1/transactions", json, "application/json"))["code"] == one.code);
      const auto good = gateway.chain.sign("bob", policies::Notarise{{{7}}, {}});
      const auto batch = ask("/api/v1/transactions/batch", batched(frame) + batched(*good->frame),
                             "application/octet-stream");
      REQUIRE(batch.status == 200);
      const auto results = TestGateway::json(batch)["results"];
      CHECK(results[0]["reason"] == one.code);
      CHECK(results[1]["status"] == "pending");
    }
    gateway.commit();
    check_still_serving(gateway);
    ++cases;
  }
  CHECK(cases >= 30);
}
