#include <catch2/catch.hpp>

#include "runtime/gateway/websocket_frames.hpp"
#include "tests/runtime/gateway/scripted_transport.hpp"

using namespace mnrt;
using namespace mnrt::tests;
using runtime::Json;
using runtime::Opcode;

namespace {

/// A client's frame: masked.
std::string masked(Opcode opcode, std::string_view payload) {
  const std::string mask = "\x11\x22\x33\x44";
  std::string frame{static_cast<char>(0x80 | static_cast<int>(opcode))};
  frame += static_cast<char>(0x80 | payload.size());
  frame += mask;
  for (std::size_t i = 0; i < payload.size(); ++i) frame += static_cast<char>(payload[i] ^ mask[i % 4]);
  return frame;
}

struct Frame {
  Opcode opcode;
  std::string payload;
};

/// The frames of a server: not masked.
std::vector<Frame> frames_in(std::string_view bytes) {
  std::vector<Frame> all;
  while (!bytes.empty()) {
    const auto opcode = static_cast<Opcode>(bytes[0] & 0x0f);
    std::size_t length = static_cast<unsigned char>(bytes[1]);
    REQUIRE(length < 127);
    std::size_t head = 2;
    if (length == 126) {
      length = static_cast<std::size_t>(static_cast<unsigned char>(bytes[2]) << 8 |
                                        static_cast<unsigned char>(bytes[3]));
      head = 4;
    }
    all.push_back({opcode, std::string{bytes.substr(head, length)}});
    bytes.remove_prefix(head + length);
  }
  return all;
}

void open_websocket(Client& client) {
  client.send(
      "GET /api/v1/ws HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
      "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n");
  const auto head = client.take();
  REQUIRE(head.starts_with("HTTP/1.1 101 "));
  // The example of RFC 6455, section 1.3.
  REQUIRE(head.find("Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n") != std::string::npos);
}

std::vector<std::string> ids(const std::vector<Frame>& frames) {
  std::vector<std::string> all;
  for (const auto& frame : frames)
    if (frame.opcode == Opcode::text) {
      const auto json = Json::parse(frame.payload);
      if (json.contains("id")) all.push_back(json["id"]);
    }
  return all;
}

unsigned close_code(const Frame& frame) {
  REQUIRE(frame.opcode == Opcode::close);
  return static_cast<unsigned>(static_cast<unsigned char>(frame.payload[0]) << 8 |
                               static_cast<unsigned char>(frame.payload[1]));
}

}  // namespace

TEST_CASE("a WebSocket replays from a height and goes on live, each event once") {
  TestGateway gateway;
  gateway.commit();
  gateway.commit();
  Client client(gateway);
  open_websocket(client);
  client.send(masked(Opcode::text, R"({"subscribe":["blocks"],"from_height":1})"));
  gateway.commit();
  const auto frames = frames_in(client.take());
  REQUIRE(!frames.empty());
  CHECK(Json::parse(frames[0].payload)["from"] == "1-0");
  CHECK(ids(frames) == std::vector<std::string>{"1-0", "2-0", "3-0"});
}

TEST_CASE("a subscriber who comes back with its last id misses nothing and sees nothing twice") {
  TestGateway gateway;
  gateway.chain.admit(gateway.chain.sign("alice", policies::Notarise{{{1}}, {}}));
  gateway.commit();
  gateway.commit();
  const auto from = [&](const std::string& order) {
    Client client(gateway);
    open_websocket(client);
    client.send(masked(Opcode::text, order));
    return ids(frames_in(client.take()));
  };
  CHECK(from(R"({"subscribe":["blocks","transactions","notarizations"],"from_height":1})") ==
        std::vector<std::string>{"1-0", "1-1", "1-2", "2-0"});
  CHECK(from(R"({"subscribe":["blocks","transactions","notarizations"],"after":"1-1"})") ==
        std::vector<std::string>{"1-2", "2-0"});
  // The ids don't depend on what is subscribed.
  CHECK(from(R"({"subscribe":["notarizations"],"from_height":1})") == std::vector<std::string>{"1-2"});
}

TEST_CASE("blocks that the front end was never told of are read from the store") {
  TestGateway gateway;
  Client client(gateway);
  open_websocket(client);
  client.send(masked(Opcode::text, R"({"subscribe":["blocks"]})"));
  gateway.chain.commit();
  gateway.chain.commit();
  gateway.commit();
  CHECK(ids(frames_in(client.take())) == std::vector<std::string>{"1-0", "2-0", "3-0"});
}

TEST_CASE("a slow consumer is closed with 4008 and the id of its last event") {
  TestGateway gateway;
  Client client(gateway);
  open_websocket(client);
  client.send(masked(Opcode::text, R"({"subscribe":["blocks"]})"));
  gateway.commit();
  client.take();
  client.wire->stuck = true;
  for (int i = 0; i < 70; ++i) gateway.commit();
  client.read_on();
  const auto frames = frames_in(client.take());
  REQUIRE(!frames.empty());
  CHECK(close_code(frames.back()) == 4008);
  CHECK(frames.back().payload.find("last_id=2-0") != std::string::npos);
  CHECK(ids(frames).back() == "2-0");
  CHECK(client.wire->server_ended);
}

TEST_CASE("a consumer that takes nothing at all is dropped") {
  TestGateway gateway;
  Client client(gateway);
  open_websocket(client);
  client.wire->stuck = true;
  client.send(masked(Opcode::text, R"({"subscribe":["blocks"]})"));
  gateway.loop->advance(std::chrono::seconds(31));
  CHECK(client.wire->server_ended);
  CHECK(gateway.events.subscribers() == 0);
}

TEST_CASE("the server pings every 30 s and drops a client that stays silent") {
  TestGateway gateway;
  Client client(gateway);
  open_websocket(client);
  gateway.loop->advance(std::chrono::seconds(30));
  auto frames = frames_in(client.take());
  REQUIRE(frames.size() == 1);
  CHECK(frames[0].opcode == Opcode::ping);
  client.send(masked(Opcode::pong, ""));
  gateway.loop->advance(std::chrono::seconds(30));
  CHECK(!client.wire->server_ended);
  gateway.loop->advance(std::chrono::seconds(30));
  CHECK(client.wire->server_ended);
}

TEST_CASE("a client's ping is answered with its payload, its close with a close") {
  TestGateway gateway;
  Client client(gateway);
  open_websocket(client);
  client.send(masked(Opcode::ping, "abc"));
  auto frames = frames_in(client.take());
  REQUIRE(frames.size() == 1);
  CHECK(frames[0].opcode == Opcode::pong);
  CHECK(frames[0].payload == "abc");
  client.send(masked(Opcode::close, "\x03\xe8"));
  frames = frames_in(client.take());
  REQUIRE(frames.size() == 1);
  CHECK(close_code(frames[0]) == 1000);
  CHECK(client.wire->server_ended);
}

TEST_CASE("what isn't a subscription closes the WebSocket with its code") {
  const std::vector<std::pair<std::string, unsigned>> cases{
      {masked(Opcode::text, "{}"), 4000},
      {masked(Opcode::text, R"({"subscribe":["weather"]})"), 4000},
      {masked(Opcode::text, R"({"subscribe":["blocks"],"after":"x"})"), 4000},
      {masked(Opcode::text, R"({"subscribe":["blocks"],"more":1})"), 4000},
      {masked(Opcode::text, R"({"subscribe":["blocks"]})") +
           masked(Opcode::text, R"({"subscribe":["blocks"]})"),
       4000},
      {masked(Opcode::binary, "x"), 1003},
      {masked(Opcode::text, "\xff"), 1007},
      {std::string("\x81\x01x"), 1002},
  };
  for (const auto& [bytes, code] : cases) {
    TestGateway gateway;
    Client client(gateway);
    open_websocket(client);
    client.send(bytes);
    const auto frames = frames_in(client.take());
    REQUIRE(!frames.empty());
    CHECK(close_code(frames.back()) == code);
    CHECK(client.wire->server_ended);
  }
}

TEST_CASE("Server-Sent Events replay, honour Last-Event-ID, and end with the last id") {
  TestGateway gateway;
  gateway.commit();
  gateway.commit();
  Client client(gateway);
  client.send("GET /api/v1/events?topics=blocks HTTP/1.1\r\nHost: localhost\r\nLast-Event-ID: 1-0\r\n\r\n");
  gateway.commit();
  auto text = client.take();
  CHECK(text.find("Content-Type: text/event-stream\r\n") != std::string::npos);
  CHECK(text.find("Transfer-Encoding: chunked\r\n") != std::string::npos);
  CHECK(text.find("id: 1-0\n") == std::string::npos);
  CHECK(text.find("id: 2-0\nevent: blocks\ndata: {\"height\":2,") != std::string::npos);
  CHECK(text.find("id: 3-0\n") != std::string::npos);
  for (const auto& session : std::vector(gateway.context.sessions.begin(), gateway.context.sessions.end()))
    session->drain();
  gateway.loop->run();
  text = client.take();
  CHECK(text.find("event: closed\ndata: {\"code\":\"going_away\"") != std::string::npos);
  CHECK(text.find("\"last_id\":\"3-0\"") != std::string::npos);
  CHECK(text.ends_with("0\r\n\r\n"));
  CHECK(client.wire->server_ended);
}

TEST_CASE("a block of many transactions is told in parts that join") {
  TestGateway gateway;
  for (int i = 0; i < 60; ++i) {
    REQUIRE(gateway.chain.admit(gateway.chain.sign("alice", policies::Notarise{{{7}}, {}})) ==
            policies::Refusal::none);
  }
  const auto block = gateway.chain.commit();
  runtime::TopicSet topics;
  topics.add(runtime::Topic::transactions);
  topics.add(runtime::Topic::notarizations);
  std::vector<runtime::EventPlace> places;
  std::optional<std::uint32_t> next = 0;
  while (next) {
    const auto part = runtime::events_of(*block, topics, *next, 7);
    for (const auto& event : part.events) places.push_back(event.place);
    CHECK(part.events.size() <= 7);
    next = part.next;
  }
  REQUIRE(places.size() == 120);
  for (std::size_t i = 0; i < places.size(); ++i) CHECK(places[i].ordinal == i + 1);
}
