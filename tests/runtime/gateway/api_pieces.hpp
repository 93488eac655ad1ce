#pragma once

#include <string>
#include <string_view>

#include "tests/runtime/gateway/scripted_node.hpp"

// What tests of several nouns send, and read in the answers.
namespace mnrt::tests {

inline const std::string digest_a = "sha256:" + std::string(64, 'a');

inline runtime::Json transfer_to_bob(const char* amount = "1500000000") {
  return {{"type", "transfer"},
          {"to", policies::to_bech32m(TestChain::address("bob"))},
          {"token", "FLX"},
          {"amount", amount}};
}

inline policies::Operation transfer() {
  return policies::Transfer{TestChain::address("bob"), policies::Token::flx, {1'500'000'000}};
}

inline std::string octets(const policies::Bytes& bytes) {
  return {bytes.begin(), bytes.end()};
}

/// Posts the frame.
inline runtime::HttpResponse send(TestGateway& gateway, const policies::SignedTransaction& transaction,
                                  std::string prefer = "") {
  std::vector<std::pair<std::string, std::string>> headers{{"content-type", "application/octet-stream"}};
  if (!prefer.empty()) headers.emplace_back("prefer", prefer);
  return gateway.ask({.method = runtime::Method::post,
                      .target = "/api/v1/transactions",
                      .body = octets(*transaction.frame),
                      .headers = std::move(headers)});
}

/// A header of the answer, or nothing.
inline std::string header(const runtime::HttpResponse& response, std::string_view name) {
  for (const auto& [key, value] : response.headers)
    if (key == name) return value;
  return {};
}

/// A frame as the batch route takes it: its length in little-endian, then its bytes.
inline std::string batched(const policies::Bytes& frame) {
  std::string body;
  for (int i = 0; i < 4; ++i) body += static_cast<char>(frame.size() >> (8 * i) & 0xff);
  return body + octets(frame);
}

inline runtime::Json service(const std::string& id) {
  return {{"id", id}, {"kind", "web"}, {"endpoints", {"tcp://example.org:80"}}, {"labels", {"zone=a"}}};
}

}  // namespace mnrt::tests
