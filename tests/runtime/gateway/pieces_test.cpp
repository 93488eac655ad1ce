#include <catch2/catch.hpp>

#include "policies/digest.hpp"
#include "policies/utf8.hpp"
#include "runtime/gateway/batch.hpp"
#include "runtime/gateway/host_check.hpp"
#include "runtime/gateway/http.hpp"
#include "runtime/gateway/json.hpp"
#include "runtime/gateway/rate_limit.hpp"
#include "runtime/gateway/route.hpp"
#include "runtime/gateway/websocket_frames.hpp"

using namespace mnrt;
using namespace mnrt::runtime;

TEST_CASE("a target is split and decoded, and a broken one is none") {
  const auto target = target_from("/a%20b/c?x=1&y=%2B+z&flag");
  REQUIRE(target);
  CHECK(target->path == "/a b/c");
  CHECK(target->query ==
        std::vector<std::pair<std::string, std::string>>{{"x", "1"}, {"y", "+ z"}, {"flag", ""}});
  for (const auto* bad : {"", "a", "http://x/", "*", "/%", "/%2", "/%zz", "/%00", "/?a=%0"}) {
    INFO(bad);
    CHECK(!target_from(bad));
  }
}

TEST_CASE("a header's value can't begin another header") {
  HttpResponse response;
  response.headers = {{"Location", "/x\r\nSet-Cookie: a=b"}};
  const auto head = head_of(response, {.body_bytes = 0});
  CHECK(head.find("Location: /xSet-Cookie: a=b\r\n") != std::string::npos);
  CHECK(head.find("\r\nSet-Cookie") == std::string::npos);
}

TEST_CASE("Accept chooses a type only before JSON") {
  HttpRequest request;
  const auto accepts = [&](std::string accept) {
    request.headers = {{"accept", std::move(accept)}};
    return request.accepts("text/plain");
  };
  CHECK(accepts("text/plain"));
  CHECK(accepts("text/html, text/plain;q=0.9"));
  CHECK(!accepts("application/json, text/plain"));
  CHECK(!accepts("*/*"));
  CHECK(!accepts(""));
}

TEST_CASE("JSON is read strictly") {
  for (const auto* bad :
       {"", "{", "{} x", R"({"a":1,"a":2})", R"({"b":{"a":1,"a":1}})", "[1.5]", "[1e3]", "\"\xff\"",
        "[18446744073709551616]", "nul", R"(["\ud800"])", "{'a':1}", "[1,]", "// c\n1"}) {
    INFO(bad);
    CHECK(!parse_json(bad));
  }
  CHECK(parse_json(std::string(16, '[') + std::string(16, ']')));
  CHECK(!parse_json(std::string(17, '[') + std::string(17, ']')));
  CHECK(!parse_json(std::string(100'000, '[')));
  CHECK(parse_json(R"({"a":{"a":1},"b":[18446744073709551615,-1,null]})"));
}

TEST_CASE("an object's reader reports the first thing that is wrong") {
  const auto json = Json::parse(R"({"name":"x","count":3,"more":true})");
  ObjectReader reader(json);
  CHECK(reader.text("name") == "x");
  CHECK(reader.number("count") == 3);
  CHECK(reader.error() == "The member `more` isn't known here.");
  ObjectReader other(json, "item");
  other.number("name");
  other.text("absent");
  CHECK(other.error() == "`item.name` must be a whole number from 0 to 18446744073709551615.");
  ObjectReader list(json);
  CHECK(list.number("count", 2) == 0);
  CHECK(list.error() == "`count` must be a whole number from 0 to 2.");
}

TEST_CASE("a budget refills steadily and says how long to wait") {
  RateLimiter limiter(60);
  RateLimiter::Clock::time_point now{};
  now += std::chrono::hours(1);
  CHECK(limiter.take("a", 60, now) == 0);
  CHECK(limiter.take("a", 1, now) == 1);
  CHECK(limiter.take("b", 1, now) == 0);
  CHECK(limiter.take("a", 10, now) == 10);
  CHECK(limiter.take("a", 1, now + std::chrono::seconds(1)) == 0);
  CHECK(limiter.take("a", 1, now + std::chrono::seconds(1)) == 1);
  CHECK(limiter.take("a", 60, now + std::chrono::hours(1)) == 0);
  CHECK(RateLimiter(0).take("a", 1'000'000, now) == 0);
}

TEST_CASE("an order larger than a minute's budget goes through once, and is owed") {
  RateLimiter limiter(60);
  const auto now = RateLimiter::Clock::time_point{} + std::chrono::hours(1);
  CHECK(limiter.take("a", 120, now) == 0);
  CHECK(limiter.take("a", 1, now) == 61);
  CHECK(limiter.take("a", 1, now + std::chrono::seconds(61)) == 0);
}

TEST_CASE("a flood of addresses is bounded in memory") {
  RateLimiter limiter(60);
  const auto now = RateLimiter::Clock::time_point{} + std::chrono::hours(1);
  for (int i = 0; i < 70'000; ++i) limiter.take(std::to_string(i), 1, now);
  CHECK(limiter.callers() <= 65'537);
  CHECK(limiter.take("new", 1, now) > 0);
  CHECK(limiter.take("new", 1, now + std::chrono::minutes(2)) == 0);
}

TEST_CASE("a batch is lengths and frames, each checked") {
  const auto text = [](const char* bytes, std::size_t size) { return std::string(bytes, size); };
  const auto frames = frames_from(text("\2\0\0\0ab\1\0\0\0c", 11));
  REQUIRE(frames);
  REQUIRE(frames->size() == 2);
  CHECK(*(*frames)[0] == policies::Bytes{'a', 'b'});
  CHECK(*(*frames)[1] == policies::Bytes{'c'});
  CHECK(frames_from("").error() == "A batch holds at least one frame.");
  CHECK(frames_from(text("\1\0\0\0a\1\0", 7)).error() == "Frame 1: its length is cut off.");
  CHECK(frames_from(text("\0\0\0\0", 4)).error() == "Frame 0: its length must be from 1 to 65536.");
  CHECK(frames_from(text("\xff\xff\xff\xff", 4)).error() == "Frame 0: its length must be from 1 to 65536.");
  CHECK(frames_from(text("\5\0\0\0ab", 6)).error() == "Frame 0: its bytes are cut off.");
  std::string many;
  for (int i = 0; i < 1'001; ++i) many += text("\1\0\0\0a", 5);
  CHECK(frames_from(many).error() == "A batch holds at most 1000 frames.");
  std::string written;
  append_frame(written, policies::Bytes{'a', 'b'});
  append_frame(written, policies::Bytes{'c'});
  CHECK(written == text("\2\0\0\0ab\1\0\0\0c", 11));
}

TEST_CASE("a batch's answer is a record of 48 bytes a frame, or JSON") {
  actors::api::StatusReport final{.status = actors::api::TransactionStatus::final,
                                  .height = policies::Height{258}};
  final.id.bytes.fill(0xab);
  const actors::api::StatusReport refused{.status = actors::api::TransactionStatus::refused,
                                          .refusal = policies::Refusal::pool_full,
                                          .operation = 3};
  const std::vector reports{final, refused};
  const auto records = to_records(reports);
  REQUIRE(records.size() == 96);
  CHECK(policies::to_hex({reinterpret_cast<const std::uint8_t*>(records.data()) + 30, 18}) ==
        "abab01000000000000000201000000000000");
  CHECK(static_cast<int>(records[80]) == 2);
  CHECK(static_cast<policies::Refusal>(records[81]) == policies::Refusal::pool_full);
  CHECK(static_cast<int>(records[82]) == 3);
  const auto read = reports_from(records + "a piece of a third");
  REQUIRE(read.size() == 2);
  CHECK(read[0].id == final.id);
  CHECK(read[0].status == final.status);
  CHECK(read[0].height == final.height);
  CHECK(read[1].refusal == refused.refusal);
  CHECK(read[1].operation == refused.operation);
  CHECK(!read[1].height);
  const auto json = Json::parse(to_results(reports));
  CHECK(json["results"][0]["height"] == 258);
  CHECK(json["results"][0]["reason"].is_null());
  CHECK(json["results"][1]["reason"] == "pool_full");
}

TEST_CASE("only names of this node are hosts of it") {
  ServerSettings settings;
  settings.allowed_hosts = {"node.example"};
  for (const auto* host :
       {"localhost", "LOCALHOST:8080", "127.0.0.1", "127.0.0.1:1", "[::1]:8080", "::1", "node.example"})
    CHECK(is_allowed_host(host, settings));
  for (const auto* host : {"", "evil.example", "localhost.evil.example", "127.0.0.2", "[::2]", ":8080"})
    CHECK(!is_allowed_host(host, settings));
}

TEST_CASE("a route is found by its segments, a literal one first") {
  CHECK(find_route(Method::get, "/api/v1/transactions/abc").route->operation == "get_transaction");
  CHECK(find_route(Method::post, "/api/v1/transactions/batch").route->operation == "submit_batch");
  CHECK(find_route(Method::head, "/api/v1/blocks").route->operation == "list_blocks");
  CHECK(find_route(Method::get, "/api/v1/services/a/lease").route == nullptr);
  CHECK(find_route(Method::get, "/api/v1/services/a/lease").allow == "PUT");
  for (const auto* path : {"/", "/api", "/api/v1/blocks/", "//livez", "/livez/", "/api/v1/blocks/1/2"})
    CHECK(find_route(Method::get, path).allow.empty());
}

TEST_CASE("WebSocket frames join to messages, however they are cut") {
  // RFC 6455, section 5.7: a masked "Hello", whole and in two fragments with a ping between.
  const std::string whole = "\x81\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58";
  for (std::size_t cut = 0; cut <= whole.size(); ++cut) {
    WebsocketReader reader(1'000);
    reader.add(whole.substr(0, cut));
    auto message = reader.next();
    CHECK(message.has_value() == (cut == whole.size()));
    if (message) continue;
    reader.add(whole.substr(cut));
    message = reader.next();
    REQUIRE(message);
    CHECK(message->payload == "Hello");
  }
  WebsocketReader reader(1'000);
  const std::string zero_mask(4, '\0');
  reader.add("\x01\x83" + zero_mask + "Hel" + "\x89\x80" + zero_mask + "\x80\x82" + zero_mask + "lo");
  CHECK(reader.next()->opcode == Opcode::ping);
  const auto message = reader.next();
  CHECK(message->opcode == Opcode::text);
  CHECK(message->payload == "Hello");
}

TEST_CASE("what RFC 6455 forbids a client is an error with its close code") {
  const std::string mask(4, '\0');
  const std::vector<std::pair<std::string, std::uint16_t>> cases{
      {std::string("\x81\x00", 2), 1002},                                         // not masked
      {"\xc1\x80" + mask, 1002},                                                  // a reserved bit
      {"\x83\x80" + mask, 1002},                                                  // an unknown opcode
      {"\x09\x80" + mask, 1002},                                                  // a ping in fragments
      {std::string("\x89\xfe\x00\x7e", 4) + mask + std::string(126, 'x'), 1002},  // a long ping
      {std::string("\x81\xfe\x00\x05", 4) + mask + "Hello", 1002},  // a length not in its shortest form
      {"\x80\x80" + mask, 1002},                                    // a continuation of nothing
      {"\x01\x80" + mask + "\x81\x80" + mask, 1002},                // a message inside another
      {"\x88\x81" + mask + "x", 1002},                              // half a close code
      {"\x88\x82" + mask + "\x03\xed", 1002},                       // close code 1005
      {"\x81\x81" + mask + "\xff", 1007},                           // not UTF-8
      {"\x81\x83" + mask + "\xed\xa0\x80", 1007},                   // a surrogate
      {std::string("\x82\xff\0\0\0\1\0\0\0\0", 10) + mask, 1009},   // 4 GiB
  };
  for (const auto& [bytes, code] : cases) {
    WebsocketReader reader(1'000);
    reader.add(bytes);
    while (reader.next()) {
    }
    CHECK(reader.error() == code);
  }
}

TEST_CASE("UTF-8 is told from what only looks like it") {
  CHECK(policies::is_utf8("gr\xc3\xbc\xc3\x9f \xe2\x82\xac \xf0\x9f\x98\x80"));
  for (const auto* bad : {"\x80", "\xc3", "\xc0\x80", "\xe0\x80\x80", "\xed\xa0\x80", "\xf4\x90\x80\x80",
                          "\xf8\x88\x80\x80\x80"})
    CHECK(!policies::is_utf8(bad));
}
