#include "runtime/gateway/idempotency.hpp"

#include <algorithm>

#include "messages/keys.hpp"
#include "policies/crypto/hash.hpp"
#include "policies/notary/base64.hpp"
#include "runtime/gateway/answers.hpp"

namespace mnrt::runtime {
namespace {

using actors::api::Done;
using actors::api::Remember;
using actors::api::Reply;

constexpr std::int64_t kept_ms = 24 * 3'600 * 1'000;
constexpr std::size_t key_bytes_max = 128;
constexpr std::size_t answer_bytes_max = 1 << 20;
constexpr std::size_t sweep_rows_max = 1'000;
constexpr std::size_t running_max = 1'024;

policies::ByteView view_of(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

/// One key means one thing for each route; who sends it is not part of it, so that a retry may come another
/// way.
policies::Bytes row_key(const HttpRequest& request, std::string_view key) {
  const auto digest = policies::Blake3{}
                          .update(view_of(request.path))
                          .update(view_of(std::string_view{"\0", 1}))
                          .update(view_of(key))
                          .finish();
  return messages::local_key(messages::LocalKind::idempotency, digest.bytes);
}

bool is_kept(const HttpResponse& response) {
  return response.status < 500 && response.status != 429;
}

HttpResponse still_running() {
  return problem(
      Problem::conflict, "idempotency_key_running",
      "A request with this key is running, or the node stopped while it ran. Look for what it made before "
      "you send it under a new key.");
}

}  // namespace

policies::Bytes encode(const IdempotencyRow& row) {
  Json json{{"made_ms", row.made_ms}, {"body", policies::to_hex(row.body.bytes)}};
  if (row.answer) {
    auto headers = Json::array();
    for (const auto& [name, value] : row.answer->headers) headers.push_back({name, value});
    json["status"] = row.answer->status;
    json["content_type"] = row.answer->content_type;
    json["headers"] = std::move(headers);
    json["text"] = policies::to_base64(view_of(row.answer->body));
  }
  const auto text = dump(json);
  return {text.begin(), text.end()};
}

std::optional<IdempotencyRow> idempotency_row_from(policies::ByteView bytes) {
  const auto json = parse_json({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
  if (!json) return std::nullopt;
  ObjectReader reader(*json);
  IdempotencyRow row;
  row.made_ms = static_cast<std::int64_t>(reader.number("made_ms", INT64_MAX));
  row.body = policies::digest_from_hex(reader.text("body")).value_or(policies::Digest{});
  if (reader.has("status")) {
    HttpResponse response;
    response.status = static_cast<unsigned>(reader.number("status", 599));
    response.content_type = reader.text("content_type");
    const auto text = reader.base64("text", answer_bytes_max);
    response.body.assign(text.begin(), text.end());
    if (reader.has("headers"))
      for (const auto& header : json->at("headers"))
        if (header.is_array() && header.size() == 2 && header[0].is_string() && header[1].is_string())
          response.headers.emplace_back(header[0].get<std::string>(), header[1].get<std::string>());
    row.answer = std::move(response);
  }
  if (reader.has("headers")) reader.list("headers", 64);
  return row;
}

void Idempotency::run(const HttpRequest& request, std::function<void(Answer)> handle, Answer answer) {
  const auto key = request.header("idempotency-key");
  const auto printable = [](char c) { return c >= 0x20 && c < 0x7f; };
  if (key.empty() || key.size() > key_bytes_max || !std::ranges::all_of(key, printable))
    return answer(
        bad_request("`Idempotency-Key` has 1 to 128 printable characters.", "malformed_idempotency_key"));
  auto row = row_key(request, key);
  const auto body = policies::blake3(view_of(request.body));
  const auto stored = backend_.view().local(row);
  if (!stored) return answer(problem_of(stored.error()));
  const auto seen = *stored ? idempotency_row_from(**stored) : std::nullopt;
  if (seen && backend_.now().ms - seen->made_ms < kept_ms) {
    if (seen->body != body)
      return answer(problem(Problem::refused, "idempotency_key_reused",
                            "This key was used with another body. A new request needs a new key."));
    return answer(seen->answer ? *seen->answer : still_running());
  }
  if (running_.contains(row)) return answer(still_running());
  if (running_.size() >= running_max)
    return answer(problem(Problem::unavailable, "busy", "Too many requests with keys are running."));
  start(std::move(row), body, std::move(handle), std::move(answer));
}

void Idempotency::start(policies::Bytes row, policies::Digest body, std::function<void(Answer)> handle,
                        Answer answer) {
  running_.insert(row);
  const IdempotencyRow opened{backend_.now().ms, body, std::nullopt};
  backend_.call(
      Remember{row, encode(opened)}, {},
      [this, row, body, handle = std::move(handle), answer = std::move(answer)](const Reply& reply) mutable {
        if (!std::holds_alternative<Done>(reply)) {
          running_.erase(row);
          return answer(one_report(reply).error());
        }
        handle([this, row, body, answer = std::move(answer)](const HttpResponse& response) mutable {
          finish(row, body, response, std::move(answer));
        });
      });
}

void Idempotency::finish(const policies::Bytes& row, const policies::Digest& body,
                         const HttpResponse& response, Answer answer) {
  std::optional<policies::Bytes> value;
  if (is_kept(response) && response.body.size() < answer_bytes_max)
    value = encode({backend_.now().ms, body, response});
  backend_.call(Remember{row, std::move(value)}, {},
                [this, row, response, answer = std::move(answer)](const Reply&) {
                  running_.erase(row);
                  answer(response);
                });
}

void Idempotency::sweep() {
  const auto prefix = messages::local_key(messages::LocalKind::idempotency, {});
  const auto rows = backend_.view().snapshot().scan(messages::Table::local, prefix,
                                                    messages::after_prefix(prefix), sweep_rows_max);
  if (!rows) return;
  for (const auto& found : *rows) {
    const auto row = idempotency_row_from(found.value);
    if (row && backend_.now().ms - row->made_ms < kept_ms) continue;
    if (!running_.contains(found.key))
      backend_.call(Remember{found.key, std::nullopt}, {}, [](const Reply&) {});
  }
}

}  // namespace mnrt::runtime
