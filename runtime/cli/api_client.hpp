#pragma once

#include <chrono>
#include <cstdint>
#include <expected>
#include <map>
#include <string>
#include <vector>

namespace mnrt::runtime {

struct ApiRequest {
  std::string method{"GET"};
  std::string target;  ///< path and query
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
  std::chrono::milliseconds deadline{30'000};  ///< for everything: connect, send, answer
};

struct ApiResponse {
  int status{};
  std::map<std::string, std::string> headers;  ///< names in lower case
  std::string body;
};

struct ApiError {
  enum class Kind : std::uint8_t {
    unreachable,  ///< nothing listens there
    untrusted,    ///< its certificate isn't one of the authority's, or names another host
    broken,       ///< what answers doesn't speak HTTP, or broke off
    timed_out,
  };
  Kind kind{Kind::unreachable};
  std::string text;     ///< one line: what, where, and what to do next
  bool may_have_run{};  ///< the request was sent: its effect is unknown
};

/// Where a node's API answers.
struct ApiAddress {
  enum class Scheme : std::uint8_t { https, http, unix_socket };
  Scheme scheme{Scheme::https};
  std::string host;  ///< or the socket's file
  std::string port;
};

/// `https://host[:port]`, `http://host[:port]` or `unix:FILE`. The error says what is wrong with it.
std::expected<ApiAddress, std::string> api_address_from(const std::string& url);

/// Speaks HTTP/1.1 to one node, one connection a request. No proxy, no redirect, no cookie: nothing but this
/// request leaves, to this address.
class ApiClient {
 public:
  /// `ca_file`: the only authority that is trusted for https; TLS 1.3, and the certificate must name the
  /// host.
  ApiClient(ApiAddress address, std::string ca_file)
      : address_(std::move(address)), ca_file_(std::move(ca_file)) {}

  /// The answer, whatever its status. At most 64 MiB of body.
  std::expected<ApiResponse, ApiError> call(const ApiRequest& request) const;

  const ApiAddress& address() const { return address_; }

 private:
  ApiAddress address_;
  std::string ca_file_;
};

}  // namespace mnrt::runtime
