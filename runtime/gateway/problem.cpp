#include "runtime/gateway/problem.hpp"

#include <algorithm>
#include <array>

#include "runtime/gateway/json.hpp"

namespace mnrt::runtime {
namespace {

struct Facts {
  std::string_view name;
  std::string_view title;
  unsigned status;
  bool retryable;
};

constexpr std::array<Facts, 17> table{{
    {"invalid_request", "The request is not valid", 400, false},
    {"unauthenticated", "A token is needed", 401, false},
    {"forbidden", "Not allowed here", 403, false},
    {"not_found", "There is no such thing", 404, false},
    {"method_not_allowed", "The route has other methods", 405, false},
    {"request_timeout", "The request did not arrive in time", 408, true},
    {"conflict", "Something else stands in the way", 409, false},
    {"pruned", "The node no longer keeps this", 410, false},
    {"too_large", "The body is too large", 413, false},
    {"uri_too_long", "The path is too long", 414, false},
    {"unsupported_media_type", "The body's type is not one that the route takes", 415, false},
    {"misdirected", "The request is for another host", 421, false},
    {"refused", "Understood, and refused", 422, false},
    {"too_many_requests", "Too many requests", 429, true},
    {"headers_too_large", "The headers are too large", 431, false},
    {"internal", "The node failed", 500, false},
    {"unavailable", "Not available now", 503, true},
}};

const Facts& facts_of(Problem type) {
  return table[static_cast<std::size_t>(type)];
}

}  // namespace

std::string_view name_of(Problem type) {
  return facts_of(type).name;
}
unsigned status_of(Problem type) {
  return facts_of(type).status;
}

HttpResponse problem(Problem type, std::string_view code, std::string_view detail) {
  return problem_retry_after(type, code, detail, 1);
}

HttpResponse problem_retry_after(Problem type, std::string_view code, std::string_view detail,
                                 unsigned seconds) {
  const auto& facts = facts_of(type);
  HttpResponse response;
  response.status = facts.status;
  response.content_type = "application/problem+json";
  response.body = dump(Json{{"type", "urn:mnrt:problem:" + std::string{facts.name}},
                            {"title", facts.title},
                            {"status", facts.status},
                            {"code", code},
                            {"detail", detail},
                            {"retryable", facts.retryable}});
  if (facts.status == 429 || facts.status == 503)
    response.headers.emplace_back("Retry-After", std::to_string(std::max(1U, seconds)));
  if (facts.status == 401) response.headers.emplace_back("WWW-Authenticate", "Bearer realm=\"mnrt\"");
  return response;
}

/// Space comes from an operator or from old blocks that are dropped: not within seconds.
constexpr unsigned disk_retry_seconds = 60;

HttpResponse problem_of(policies::Refusal refusal) {
  using enum policies::Refusal;
  auto type = Problem::refused;
  switch (refusal) {
    case malformed:
    case unsupported_version:
      type = Problem::invalid_request;
      break;
    case too_large:
      type = Problem::too_large;
      break;
    case nonce_already_used:
    case replacement_underpriced:
    case service_exists:
    case already_known:
      type = Problem::conflict;
      break;
    case sender_queue_full:
      type = Problem::too_many_requests;
      break;
    case pool_full:
    case disk_budget:
      return problem_retry_after(Problem::unavailable, policies::name_of(refusal),
                                 policies::advice_on(refusal), disk_retry_seconds);
    case busy:
      type = Problem::unavailable;
      break;
    default:
      break;
  }
  return problem(type, policies::name_of(refusal), policies::advice_on(refusal));
}

HttpResponse problem_of(const actors::api::Unavailable& unavailable) {
  using Why = actors::api::Unavailable::Why;
  const auto seconds = static_cast<unsigned>((unavailable.retry_after.count() + 999) / 1000);
  const auto detail = [&](std::string_view otherwise) {
    return unavailable.text.empty() ? otherwise : std::string_view{unavailable.text};
  };
  switch (unavailable.why) {
    case Why::busy:
      return problem_retry_after(Problem::unavailable, "busy",
                                 detail("The node has as much to do as it takes."), seconds);
    case Why::role_down:
      return problem_retry_after(Problem::unavailable, "role_down",
                                 detail("A role of the node restarts. Send the request again."), seconds);
    case Why::timed_out:
      return problem_retry_after(Problem::unavailable, "timed_out",
                                 detail("The node did not answer in time. Send the request again."), seconds);
    case Why::unknown_role:
      return problem(Problem::not_found, "unknown_role", detail("The node has no role of that name."));
    case Why::not_found:
      return problem(Problem::not_found, "not_found", detail("There is no such thing."));
  }
  return problem(Problem::internal, "internal", "The node gave an answer of an unknown kind.");
}

HttpResponse problem_of(const actors::StoreError& error) {
  switch (error.kind) {
    case actors::StoreError::Kind::io:
      return problem(Problem::unavailable, "store_failed", error.text);
    case actors::StoreError::Kind::full:
      return problem(Problem::unavailable, "store_full", error.text);
    case actors::StoreError::Kind::corrupted:
      break;
  }
  return problem(Problem::internal, "store_corrupted", error.text);
}

}  // namespace mnrt::runtime
