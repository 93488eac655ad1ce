#include "tests/runtime/gateway/corpus.hpp"
#include "tests/runtime/gateway/scripted_transport.hpp"

using namespace mnrt;
using namespace mnrt::tests;

namespace {

const std::string hello = "GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n";

unsigned status_of(std::string_view answer) {
  return answer.starts_with("HTTP/1.") && answer.size() > 12
             ? static_cast<unsigned>(std::stoul(std::string{answer.substr(9, 3)}))
             : 0;
}

std::size_t count(std::string_view text, std::string_view what) {
  std::size_t found = 0;
  for (auto at = text.find(what); at != std::string_view::npos; at = text.find(what, at + 1)) ++found;
  return found;
}

}  // namespace

TEST_CASE("each malformed request of the corpus gets the answer that stands beside it") {
  std::size_t cases = 0;
  for (const auto& one : read_corpus("requests", ".http")) {
    INFO(one.file.filename().string());
    const auto& request = one.bytes;
    // Whole, and one byte after the other: how it was cut on the way makes no difference.
    for (const bool whole : {true, false}) {
      TestGateway gateway;
      Client client(gateway);
      if (whole) client.send(request);
      for (std::size_t i = 0; !whole && i < request.size() && !client.wire->server_ended; ++i)
        client.send(std::string_view{request}.substr(i, 1));
      gateway.loop->advance(std::chrono::seconds(16));
      const auto answer = client.take();
      INFO(answer);
      CHECK(status_of(answer) == one.status);
      CHECK(count(answer, "\r\n\r\n") == 1);
      CHECK(client.wire->server_ended);
      if (one.code != "-") CHECK(answer.find("\"code\":\"" + one.code + "\"") != std::string::npos);
    }
    ++cases;
  }
  CHECK(cases >= 20);
}

TEST_CASE("a connection is kept, and requests are answered in order") {
  TestGateway gateway;
  Client client(gateway);
  client.send(hello + "GET /api/v1/nothing HTTP/1.1\r\nHost: localhost\r\n\r\n" + hello);
  const auto answers = client.take();
  CHECK(count(answers, "HTTP/1.1 200 OK\r\n") == 2);
  CHECK(answers.find("200 OK") < answers.find("404 Not Found"));
  CHECK(answers.find("404 Not Found") < answers.rfind("200 OK"));
  CHECK(!client.wire->server_ended);
}

TEST_CASE("Connection: close and HTTP/1.0 end the connection after the answer") {
  TestGateway gateway;
  for (const std::string request : {"GET /livez HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
                                    "GET /livez HTTP/1.0\r\nHost: localhost\r\n\r\n"}) {
    Client client(gateway);
    client.send(request);
    CHECK(status_of(client.take()) == 200);
    CHECK(client.wire->server_ended);
  }
}

TEST_CASE("HEAD has the headers of GET and no body") {
  TestGateway gateway;
  Client client(gateway);
  client.send("HEAD /livez HTTP/1.1\r\nHost: localhost\r\n\r\n");
  const auto answer = client.take();
  CHECK(answer.find("Content-Length: 14\r\n") != std::string::npos);
  CHECK(answer.ends_with("\r\n\r\n"));
}

TEST_CASE("a client that expects 100-continue gets it before its body, or the refusal instead") {
  TestGateway gateway;
  Client client(gateway);
  const std::string head =
      "POST /api/v1/verify HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nExpect: "
      "100-continue\r\n";
  client.send(head + "Content-Length: 2\r\n\r\n");
  CHECK(client.take() == "HTTP/1.1 100 Continue\r\n\r\n");
  client.send("{}");
  CHECK(status_of(client.take()) == 400);
  Client other(gateway);
  other.send(head + "Content-Length: 9999999\r\n\r\n");
  CHECK(status_of(other.take()) == 413);
}

TEST_CASE("a chunked body is read, and is too large once it passes the route's limit") {
  TestGateway gateway;
  const std::string head =
      "POST /api/v1/verify HTTP/1.1\r\nHost: localhost\r\nContent-Type: "
      "application/json\r\nTransfer-Encoding: chunked\r\n\r\n";
  Client client(gateway);
  client.send(head + "1\r\n{\r\n1\r\n}\r\n0\r\n\r\n");
  const auto answer = client.take();
  CHECK(status_of(answer) == 400);
  CHECK(answer.find("`digest` is missing") != std::string::npos);
  Client large(gateway);
  large.send(head);
  const auto chunk = "10000\r\n" + std::string(0x10000, ' ') + "\r\n";
  for (int i = 0; i < 5; ++i) large.send(chunk);
  CHECK(status_of(large.take()) == 413);
}

TEST_CASE("an idle client is closed quietly, one in mid-request is told 408") {
  TestGateway gateway;
  Client idle(gateway);
  Client slow(gateway);
  slow.send("GET /livez HT");
  gateway.loop->advance(std::chrono::seconds(15));
  CHECK(status_of(slow.take()) == 408);
  CHECK(slow.wire->server_ended);
  CHECK(!idle.wire->server_ended);
  gateway.loop->advance(std::chrono::seconds(46));
  CHECK(idle.wire->server_ended);
  CHECK(idle.take().empty());
}

TEST_CASE("a body that drips is cut off at the time for a whole request") {
  TestGateway gateway;
  Client client(gateway);
  client.send(
      "POST /api/v1/verify HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: "
      "99\r\n\r\n");
  for (int i = 0; i < 14; ++i) {
    client.send(" ");
    gateway.loop->advance(std::chrono::seconds(1));
  }
  CHECK(!client.wire->server_ended);
  gateway.loop->advance(std::chrono::seconds(2));
  CHECK(status_of(client.take()) == 408);
}

TEST_CASE("plain HTTP on the TLS port is told what the port speaks") {
  TestGateway gateway;
  Client client(gateway, {.peer = "127.0.0.1", .loopback = true, .plain_on_tls = true});
  client.send(hello);
  const auto answer = client.take();
  CHECK(status_of(answer) == 400);
  CHECK(answer.find("this port speaks HTTPS") != std::string::npos);
  CHECK(client.wire->server_ended);
}

TEST_CASE("a stopping server ends idle clients at once and busy ones after their answer") {
  TestGateway gateway;
  gateway.actors.silent = true;
  Client idle(gateway);
  Client busy(gateway);
  busy.send("GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n");
  REQUIRE(gateway.actors.kept.size() == 1);
  gateway.context.draining = true;
  for (const auto& session : std::vector(gateway.context.sessions.begin(), gateway.context.sessions.end()))
    session->drain();
  gateway.loop->run();
  CHECK(idle.wire->server_ended);
  CHECK(!busy.wire->server_ended);
  gateway.actors.kept.front().done(actors::api::NodeReport{});
  gateway.loop->run();
  const auto answer = busy.take();
  CHECK(status_of(answer) == 200);
  CHECK(answer.find("Connection: close") != std::string::npos);
  CHECK(busy.wire->server_ended);
}

TEST_CASE("a client that goes away leaves nothing behind") {
  TestGateway gateway;
  {
    Client client(gateway);
    client.send("POST /api/v1/verify HTTP/1.1\r\nHost: localhost\r\n");
  }
  CHECK(gateway.context.sessions.empty());
}
