#include "runtime/cli/api_client.hpp"

#include <catch2/catch.hpp>

#include "tests/runtime/cli/canned_server.hpp"
#include "tests/runtime/keys/scratch_folder.hpp"

namespace {

using namespace mnrt::runtime;
using namespace mnrt::tests;
using Kind = ApiError::Kind;
using Scheme = ApiAddress::Scheme;

std::expected<ApiResponse, ApiError> answer_to(const std::string& bytes, ApiRequest request = {}) {
  ScratchFolder scratch;
  auto file = scratch.path() / "socket";
  CannedServer server(file, bytes);
  request.target = "/";
  return ApiClient({Scheme::unix_socket, file.string(), ""}, "").call(request);
}

TEST_CASE("addresses of an API are understood, with and without a port") {
  auto v4 = api_address_from("https://127.0.0.1:8080/");
  REQUIRE(v4.has_value());
  CHECK((v4->scheme == Scheme::https && v4->host == "127.0.0.1" && v4->port == "8080"));
  auto v6 = api_address_from("https://[::1]:9000");
  REQUIRE(v6.has_value());
  CHECK((v6->host == "::1" && v6->port == "9000"));
  CHECK(api_address_from("https://node.example")->port == "443");
  CHECK(api_address_from("http://node.example")->port == "80");
  CHECK(api_address_from("unix:/run/admin.sock")->host == "/run/admin.sock");
}

TEST_CASE("what is no address of an API is refused") {
  for (auto wrong : {"", "127.0.0.1:8080", "https://", "ftp://a", "https://a:0", "https://a:65536",
                     "https://a:x", "https://a/path", "https://user@a", "unix:", "https://a b"})
    CHECK_FALSE(api_address_from(wrong).has_value());
}

TEST_CASE("an answer with a length is read to that length") {
  auto answer = answer_to("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nX-Thing:  a b \r\n\r\nhello and more");
  REQUIRE(answer.has_value());
  CHECK(answer->status == 200);
  CHECK(answer->body == "hello");
  CHECK(answer->headers.at("x-thing") == "a b");
}

TEST_CASE("an answer in chunks is put together") {
  auto answer = answer_to(
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n6;x=y\r\n world\r\n0\r\nTrailer: "
      "1\r\n\r\n");
  REQUIRE(answer.has_value());
  CHECK(answer->body == "hello world");
}

TEST_CASE("an answer without a length ends with its connection") {
  auto answer = answer_to("HTTP/1.1 404 Not Found\r\n\r\nnothing here");
  REQUIRE(answer.has_value());
  CHECK(answer->status == 404);
  CHECK(answer->body == "nothing here");
}

TEST_CASE("a hundred-something comes before the answer") {
  auto answer = answer_to("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n");
  REQUIRE(answer.has_value());
  CHECK(answer->status == 204);
}

TEST_CASE("an answer that breaks off is an error whose effect is unknown") {
  for (auto bytes : {"HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nhello", "HTTP/1.1 200 OK\r\nContent-Le",
                     "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhel"}) {
    auto answer = answer_to(bytes);
    REQUIRE_FALSE(answer.has_value());
    CHECK(answer.error().kind == Kind::broken);
    CHECK(answer.error().may_have_run);
  }
}

TEST_CASE("what doesn't speak HTTP is refused") {
  for (const auto& bytes : {std::string("SSH-2.0-OpenSSH_9.2\r\n\r\n"), std::string("HTTP/1.1 abc\r\n\r\n"),
                            std::string("HTTP/1.1 200 OK\r\nno colon\r\n\r\n"),
                            std::string("HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n"),
                            std::string("HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\n"),
                            std::string("HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n"),
                            std::string("HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n"),
                            std::string("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"),
                            "HTTP/1.1 200 OK\r\n" + std::string(100'000, 'x')}) {
    auto answer = answer_to(bytes);
    REQUIRE_FALSE(answer.has_value());
    CHECK(answer.error().kind == Kind::broken);
  }
}

TEST_CASE("a server that says nothing is given up at the deadline") {
  ApiRequest request;
  request.deadline = std::chrono::milliseconds(30);
  auto answer = answer_to("", request);
  REQUIRE_FALSE(answer.has_value());
  CHECK(answer.error().kind == Kind::timed_out);
}

TEST_CASE("no server is unreachable, and the error says what to do") {
  ScratchFolder scratch;
  auto answer = ApiClient({Scheme::unix_socket, (scratch.path() / "none").string(), ""}, "").call({});
  REQUIRE_FALSE(answer.has_value());
  CHECK(answer.error().kind == Kind::unreachable);
  CHECK_FALSE(answer.error().may_have_run);
}

TEST_CASE("a request carries its method, host, headers and length") {
  ScratchFolder scratch;
  auto file = scratch.path() / "socket";
  CannedServer server(file, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
  ApiRequest request{.method = "POST", .target = "/a?b=c", .headers = {{"X-Thing", "1"}}, .body = "xyz"};
  REQUIRE(ApiClient({Scheme::unix_socket, file.string(), ""}, "").call(request).has_value());
  auto sent = server.request();
  CHECK(sent.starts_with("POST /a?b=c HTTP/1.1\r\nHost: localhost\r\n"));
  CHECK(sent.find("\r\nX-Thing: 1\r\n") != std::string::npos);
  CHECK(sent.find("\r\nContent-Length: 3\r\n") != std::string::npos);
}

}  // namespace
