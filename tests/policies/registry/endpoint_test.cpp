#include "policies/registry/endpoint.hpp"

#include <catch2/catch.hpp>
#include <vector>

#include "policies/registry/service_rules.hpp"

using namespace mnrt::policies;

namespace {

RegisterService sound() {
  return {.id = "notary.eu-1",
          .kind = "notary",
          .version = "1.2.3",
          .endpoints = {"tcp://example.org:8081", "https://example.org/health"},
          .labels = {"region=eu", "tier="},
          .ttl_seconds = 30};
}

}  // namespace

TEST_CASE("endpoints are taken apart") {
  struct Row {
    const char* text;
    Endpoint endpoint;
  };
  const std::vector<Row> table{
      {"tcp://example.org:1", {EndpointScheme::tcp, "example.org", 1, ""}},
      {"tcp://192.0.2.7:65535", {EndpointScheme::tcp, "192.0.2.7", 65'535, ""}},
      {"tcp://[2001:db8::1]:443", {EndpointScheme::tcp, "2001:db8::1", 443, ""}},
      {"http://localhost", {EndpointScheme::http, "localhost", 80, "/"}},
      {"https://a-b.c", {EndpointScheme::https, "a-b.c", 443, "/"}},
      {"https://example.org:8443/a/b%20c;d=1", {EndpointScheme::https, "example.org", 8'443, "/a/b%20c;d=1"}},
      {"http://[::1]/x", {EndpointScheme::http, "::1", 80, "/x"}},
      {"http://3com.net/", {EndpointScheme::http, "3com.net", 80, "/"}},
  };
  for (const auto& row : table) {
    INFO(row.text);
    CHECK(endpoint_from_text(row.text) == row.endpoint);
  }
}

TEST_CASE("what isn't exactly an endpoint is refused") {
  for (const std::string text : {"",
                                 "tcp://",
                                 "tcp://host",
                                 "tcp://host:",
                                 "tcp://host:0",
                                 "tcp://host:080",
                                 "tcp://host:65536",
                                 "tcp://host:1/",
                                 "tcp://host:1x",
                                 "ftp://host:1",
                                 "TCP://host:1",
                                 "http://",
                                 "http:///path",
                                 "http://Host",
                                 "http://ho st",
                                 "http://h_h",
                                 "http://-a.b",
                                 "http://a-.b",
                                 "http://a..b",
                                 "http://.a",
                                 "http://a.",
                                 "http://user@host",
                                 "http://host?x",
                                 "http://host/?x",
                                 "http://host/#x",
                                 "http://host/a b",
                                 "http://host/\x7f",
                                 "http://host/\n",
                                 "http://host:80:80",
                                 "http://1.2.3",
                                 "http://127.1",
                                 "http://2130706433",
                                 "http://0x7f.1",
                                 "http://0x7f000001",
                                 "http://1.2.3.256",
                                 "http://[::1",
                                 "http://::1",
                                 "http://[1.2.3.4]",
                                 "http://[fe80::1%25eth0]",
                                 "http://[::1]x",
                                 "http://\xc3\xa9.org",
                                 "http://host\\@evil"}) {
    INFO(text);
    CHECK_FALSE(endpoint_from_text(text));
  }
  CHECK(endpoint_from_text("http://host/" + std::string(244, 'x')));
  CHECK_FALSE(endpoint_from_text("http://host/" + std::string(245, 'x')));
  CHECK(endpoint_from_text("http://" + std::string(63, 'a') + ".b"));
  CHECK_FALSE(endpoint_from_text("http://" + std::string(64, 'a') + ".b"));
}

TEST_CASE("a service within its rules is taken, and each rule is held") {
  REQUIRE(is_well_formed(sound()));
  const std::vector<void (*)(RegisterService&)> spoilt{
      [](RegisterService& s) { s.id.clear(); },
      [](RegisterService& s) { s.id.assign(65, 'a'); },
      [](RegisterService& s) { s.id = "UPPER"; },
      [](RegisterService& s) { s.id = "a/b"; },
      [](RegisterService& s) { s.kind.clear(); },
      [](RegisterService& s) { s.kind.assign(33, 'a'); },
      [](RegisterService& s) { s.version.assign(33, '1'); },
      [](RegisterService& s) { s.version = "1\n2"; },
      [](RegisterService& s) { s.endpoints.clear(); },
      [](RegisterService& s) {
        s.endpoints = {"tcp://a:1", "tcp://a:2", "tcp://a:3", "tcp://a:4", "tcp://a:5"};
      },
      [](RegisterService& s) { s.endpoints = {"tcp://a:1", "tcp://a:1"}; },
      [](RegisterService& s) { s.endpoints = {"gopher://a"}; },
      [](RegisterService& s) { s.labels = {"novalue"}; },
      [](RegisterService& s) { s.labels = {"=x"}; },
      [](RegisterService& s) { s.labels = {"a=1", "a=2"}; },
      [](RegisterService& s) { s.labels = {"A=1"}; },
      [](RegisterService& s) { s.labels = {"a=\x01"}; },
      [](RegisterService& s) { s.labels = {"a=" + std::string(127, 'x')}; },
      [](RegisterService& s) {
        for (int i = 0; i < 15; ++i) s.labels.push_back("k" + std::to_string(i) + "=v");
      },
      [](RegisterService& s) { s.ttl_seconds = 29; },
  };
  for (const auto& spoil : spoilt) {
    auto service = sound();
    spoil(service);
    CHECK_FALSE(is_well_formed(service));
  }
}
