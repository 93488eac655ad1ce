#pragma once

#include <memory>

#include "runtime/gateway/backend.hpp"
#include "runtime/gateway/http.hpp"
#include "runtime/gateway/idempotency.hpp"
#include "runtime/gateway/route.hpp"

namespace mnrt::runtime {

/// From a whole request to its answer: host, rate, route, access, body's type, idempotency, handler; then
/// CORS and the count in the metrics.
class Dispatcher {
 public:
  explicit Dispatcher(Backend& backend) : backend_(backend), idempotency_(backend) {}

  /// What a request may be refused for before its body is read; `body_bytes_max` otherwise.
  std::expected<std::size_t, HttpResponse> admit(HttpRequest& head);

  /// A request that was admitted, with its body.
  void serve(std::shared_ptr<const HttpRequest> request, Answer answer);

  /// Housekeeping, now and then.
  void sweep() { idempotency_.sweep(); }

 private:
  Answer counted(const HttpRequest& request, std::string_view operation, Answer answer);

  Backend& backend_;
  Idempotency idempotency_;
};

}  // namespace mnrt::runtime
