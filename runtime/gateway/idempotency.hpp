#pragma once

#include <memory>
#include <set>
#include <string>

#include "runtime/gateway/backend.hpp"
#include "runtime/gateway/http.hpp"

namespace mnrt::runtime {

/// Idempotency-Key: the first answer to a key is kept 24 hours, over restarts, in this node's own rows.
///
/// A row `running` is synced before the request goes on, and its answer after it came back and before the
/// client sees it. So a node that dies in between answers 409 to the key later: it can't know what became of
/// the request.
class Idempotency {
 public:
  explicit Idempotency(Backend& backend) : backend_(backend) {}

  /// Runs `handle` unless the key was seen. Exactly one answer either way.
  void run(const HttpRequest& request, std::function<void(Answer)> handle, Answer answer);

  /// Deletes rows older than 24 hours, at most 1,000 a call.
  void sweep();

 private:
  void start(policies::Bytes row, policies::Digest body, std::function<void(Answer)> handle, Answer answer);
  void finish(const policies::Bytes& row, const policies::Digest& body, const HttpResponse& response,
              Answer answer);

  Backend& backend_;
  std::set<policies::Bytes> running_;
};

/// What a row holds: when, for which body, and the answer once there is one.
struct IdempotencyRow {
  std::int64_t made_ms{};
  policies::Digest body;
  std::optional<HttpResponse> answer;
};
policies::Bytes encode(const IdempotencyRow& row);
std::optional<IdempotencyRow> idempotency_row_from(policies::ByteView bytes);

}  // namespace mnrt::runtime
