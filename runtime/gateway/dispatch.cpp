#include "runtime/gateway/dispatch.hpp"

#include <chrono>

#include "runtime/gateway/answers.hpp"
#include "runtime/gateway/host_check.hpp"
#include "runtime/metrics/metrics.hpp"

namespace mnrt::runtime {
namespace {

/// The pool empties by blocks, so memory comes back in their rhythm.
constexpr unsigned memory_retry_seconds = 5;

/// The operator, by socket or token; a token that isn't ours is refused rather than overlooked.
std::optional<HttpResponse> identify(const Backend& backend, HttpRequest& head) {
  head.operator_ = head.door == Door::admin;
  const auto authorization = head.header("authorization");
  if (authorization.empty() || head.operator_) return std::nullopt;
  constexpr std::string_view scheme = "Bearer ";
  if (authorization.size() <= scheme.size() ||
      !equal_ignoring_case(authorization.substr(0, scheme.size()), scheme) ||
      !backend.is_token(authorization.substr(scheme.size())))
    return problem(Problem::unauthenticated, "bad_token",
                   "This is not the operator's token; it lies in the file api-token of the data directory.");
  head.operator_ = true;
  return std::nullopt;
}

std::optional<HttpResponse> access_problem(const Route& route, const HttpRequest& head) {
  switch (route.access) {
    case Access::open:
      return std::nullopt;
    case Access::operator_:
      if (head.operator_) return std::nullopt;
      return problem(
          Problem::unauthenticated, "token_needed",
          "This is the operator's: send `Authorization: Bearer` and the token from the file api-token of "
          "the data directory.");
    case Access::local:
      if (head.operator_ || head.loopback || head.door == Door::metrics) return std::nullopt;
      return problem(Problem::forbidden, "local_only",
                     "Only from this machine, or with the operator's token.");
    case Access::admin_socket:
      if (head.door == Door::admin) return std::nullopt;
      return problem(Problem::forbidden, "admin_socket_only",
                     "Only through the administration socket, admin.sock in the data directory.");
  }
  return std::nullopt;
}

bool has_type(const HttpRequest& request, std::string_view wanted) {
  const auto type = request.header("content-type");
  auto bare = type.substr(0, type.find(';'));
  while (bare.ends_with(' ')) bare.remove_suffix(1);
  return equal_ignoring_case(bare, wanted);
}

std::optional<HttpResponse> type_problem(const Route& route, const HttpRequest& head) {
  const bool json = has_type(head, "application/json");
  const bool octets = has_type(head, "application/octet-stream");
  if (route.body == Body::json && !json)
    return problem(Problem::unsupported_media_type, "json_expected",
                   "Send `Content-Type: application/json`.");
  if (route.body == Body::frame && !json && !octets)
    return problem(Problem::unsupported_media_type, "frame_expected",
                   "Send `Content-Type: application/octet-stream` or `application/json`.");
  if (route.body == Body::frames && !octets)
    return problem(Problem::unsupported_media_type, "frames_expected",
                   "Send `Content-Type: application/octet-stream`.");
  return std::nullopt;
}

void add_cors(const HttpRequest& request, const ServerSettings& settings, HttpResponse& response) {
  const auto origin = request.header("origin");
  if (origin.empty() || !is_cors_origin(origin, settings)) return;
  response.headers.emplace_back("Access-Control-Allow-Origin", std::string{origin});
  response.headers.emplace_back("Access-Control-Expose-Headers", "ETag, Link, Location, Retry-After");
  response.headers.emplace_back("Vary", "Origin");
}

/// The answer to OPTIONS: what a path takes, and for a page of `cors_origins` that it may ask.
HttpResponse options(const std::string& allow) {
  HttpResponse response;
  response.status = 204;
  response.content_type.clear();
  response.headers = {
      {"Allow", allow},
      {"Access-Control-Allow-Methods", allow},
      {"Access-Control-Allow-Headers", "Authorization, Content-Type, Idempotency-Key, If-None-Match, Prefer"},
      {"Access-Control-Max-Age", "600"}};
  return response;
}

}  // namespace

std::expected<std::size_t, HttpResponse> Dispatcher::admit(HttpRequest& head) {
  const auto refuse = [&](HttpResponse response, std::string_view operation) {
    add_cors(head, backend_.settings(), response);
    backend_.metrics().count_request(operation, response.status, {});
    return std::unexpected(std::move(response));
  };
  if (head.door == Door::api && !is_allowed_host(head.header("host"), backend_.settings()))
    return refuse(problem(Problem::misdirected, "unknown_host",
                          "This node doesn't answer to that name; `allowed_hosts` in the config can add it."),
                  "none");
  if (auto wrong = identify(backend_, head)) return refuse(std::move(*wrong), "none");
  if (!head.operator_ && !head.loopback && head.door == Door::api)
    if (const auto seconds = backend_.requests.take(head.peer, 1, backend_.loop().now()))
      return refuse(problem_retry_after(Problem::too_many_requests, "rate_limited",
                                        "This address has used its budget of requests.", seconds),
                    "none");
  const auto match = find_route(head.method, head.path);
  if (match.allow.empty() || (head.door == Door::metrics && head.path != "/metrics"))
    return refuse(problem(Problem::not_found, "no_such_route",
                          "There is no such route; /api/v1/openapi.json lists them all."),
                  "none");
  if (head.method == Method::options) return refuse(options(match.allow), "none");
  if (match.route == nullptr) {
    auto response =
        problem(Problem::method_not_allowed, "method_not_allowed", "This route takes " + match.allow + ".");
    response.headers.emplace_back("Allow", match.allow);
    return refuse(std::move(response), "none");
  }
  const auto& route = *match.route;
  if (auto wrong = access_problem(route, head)) return refuse(std::move(*wrong), route.operation);
  if (route.sheds && backend_.memory_is_short())
    return refuse(
        problem_retry_after(Problem::unavailable, "memory_short",
                            "The node is near its memory budget and takes nothing new; reads go on.",
                            memory_retry_seconds),
        route.operation);
  if (route.notarises && backend_.disk_is_short())
    return refuse(problem_of(policies::Refusal::disk_budget), route.operation);
  if (auto wrong = type_problem(route, head)) return refuse(std::move(*wrong), route.operation);
  return body_bytes_max(route, backend_.settings());
}

Answer Dispatcher::counted(const HttpRequest& request, std::string_view operation, Answer answer) {
  return [this, begun = backend_.loop().now(), origin = std::string{request.header("origin")}, operation,
          answer = std::move(answer)](HttpResponse response) {
    const auto took = std::chrono::duration_cast<std::chrono::microseconds>(backend_.loop().now() - begun);
    backend_.metrics().count_request(operation, response.status, took);
    if (!origin.empty()) {
      HttpRequest from;
      from.headers = {{"origin", origin}};
      add_cors(from, backend_.settings(), response);
    }
    answer(std::move(response));
  };
}

void Dispatcher::serve(std::shared_ptr<const HttpRequest> request, Answer answer) {
  auto match = find_route(request->method, request->path);
  const auto& route = *match.route;
  answer = counted(*request, route.operation, std::move(answer));
  Exchange exchange{request, std::move(match.captured)};
  if (!route.idempotent || request->header("idempotency-key").empty())
    return route.handler(backend_, exchange, std::move(answer));
  idempotency_.run(
      *request, [this, &route, exchange](Answer then) { route.handler(backend_, exchange, std::move(then)); },
      std::move(answer));
}

}  // namespace mnrt::runtime
