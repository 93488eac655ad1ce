#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/gateway/backend.hpp"
#include "runtime/gateway/http.hpp"

namespace mnrt::runtime {

/// A request with what its path named.
struct Exchange {
  std::shared_ptr<const HttpRequest> request;
  std::vector<std::string> captured;  ///< the segments that stand in braces, in order
};

/// Answers at once or later, exactly once, on the server's thread.
using Handler = void (*)(Backend& backend, const Exchange& exchange, Answer answer);

/// Who may use a route.
enum class Access : std::uint8_t {
  open,
  operator_,     ///< the operator's token, or the administration socket; else 401
  local,         ///< loopback, the token, or the administration socket; else 403
  admin_socket,  ///< else 403
};

/// What a route's body is.
enum class Body : std::uint8_t {
  none,
  json,
  frame,   ///< octets, or JSON
  frames,  ///< octets, up to `max_request_body_bytes`
};

struct Route {
  Method method{};
  std::string_view path{};       ///< segments in braces capture
  std::string_view operation{};  ///< operationId in openapi.json
  Access access{Access::open};
  Body body{Body::none};
  std::string_view request{};   ///< schema of a JSON body; empty: none
  std::string_view response{};  ///< schema of a JSON answer; empty: not JSON
  bool idempotent{};            ///< honours Idempotency-Key
  bool sheds{};                 ///< makes the node hold more: refused while memory is short
  bool notarises{};             ///< refused while the disk budget is short
  Handler handler{};
};

// A table for each noun, in its own source.
std::span<const Route> system_routes();
std::span<const Route> chain_routes();
std::span<const Route> transaction_routes();
std::span<const Route> account_routes();
std::span<const Route> notary_routes();
std::span<const Route> registry_routes();
std::span<const Route> admin_routes();
std::span<const Route> stream_routes();

/// All of them; paths are unique for a method.
const std::vector<Route>& routes();

struct RouteMatch {
  const Route* route{};  ///< nothing: the path has no such method, or isn't there
  std::vector<std::string> captured;
  std::string allow;  ///< methods of the path, for a 405; empty: no such path
};
/// HEAD finds the route of GET. A literal segment goes before one in braces.
RouteMatch find_route(Method method, std::string_view path);

/// The largest body that a route takes, in bytes.
std::size_t body_bytes_max(const Route& route, const ServerSettings& settings);

}  // namespace mnrt::runtime
