#pragma once

#include <string>
#include <string_view>

#include "actors/api_calls.hpp"
#include "policies/ledger/outcome.hpp"
#include "runtime/gateway/http.hpp"

// Errors as RFC 9457 problems, application/problem+json.
namespace mnrt::runtime {

/// The fixed list of types; the API's schema names them.
enum class Problem : std::uint8_t {
  invalid_request,
  unauthenticated,
  forbidden,
  not_found,
  method_not_allowed,
  request_timeout,
  conflict,
  pruned,
  too_large,
  uri_too_long,
  unsupported_media_type,
  misdirected,
  refused,
  too_many_requests,
  headers_too_large,
  internal,
  unavailable,
};

/// The last part of the type URN.
std::string_view name_of(Problem problem);
unsigned status_of(Problem problem);

/// `code` is the reason in snake_case, `detail` a sentence for people. 429 and 503 get `Retry-After: 1`; set
/// the header anew for another.
HttpResponse problem(Problem type, std::string_view code, std::string_view detail);
HttpResponse problem_retry_after(Problem type, std::string_view code, std::string_view detail,
                                 unsigned seconds);

/// A transaction that was refused: code and detail are the refusal's.
HttpResponse problem_of(policies::Refusal refusal);

/// The actors have no answer.
HttpResponse problem_of(const actors::api::Unavailable& unavailable);

/// The store can't be read.
HttpResponse problem_of(const actors::StoreError& error);

}  // namespace mnrt::runtime
