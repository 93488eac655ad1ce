#include <array>

#include "policies/limits.hpp"
#include "policies/notary/base64.hpp"
#include "runtime/gateway/answers.hpp"
#include "runtime/gateway/values.hpp"

namespace mnrt::runtime {
namespace {

namespace limits = policies::limits;
using namespace actors::api;

void crash(Backend& backend, const Exchange& exchange, Answer answer) {
  const auto json = json_body(*exchange.request);
  if (!json) return answer(json.error());
  ObjectReader reader(*json);
  const auto role = reader.text("role");
  if (auto error = reader.error()) return answer(bad_request(*error));
  backend.note({.level = policies::Note::Level::warning, .code = "crash_asked", .fields = {{"role", role}}});
  backend.call(CrashRole{role}, {}, [role, answer = std::move(answer)](const Reply& reply) {
    if (!std::holds_alternative<Done>(reply)) return answer(one_report(reply).error());
    answer(json_response(200, {{"crashed", role}}));
  });
}

void set_log_level(Backend& backend, const Exchange& exchange, Answer answer) {
  const auto json = json_body(*exchange.request);
  if (!json) return answer(json.error());
  ObjectReader reader(*json);
  const auto name = reader.text("level");
  if (auto error = reader.error()) return answer(bad_request(*error));
  using policies::LogLevel;
  constexpr std::array<std::pair<std::string_view, LogLevel>, 4> levels{{{"debug", LogLevel::debug},
                                                                         {"info", LogLevel::info},
                                                                         {"warning", LogLevel::warning},
                                                                         {"error", LogLevel::error}}};
  for (const auto& [known, level] : levels)
    if (name == known) {
      if (!backend.set_log_level(level))
        return answer(
            problem(Problem::unavailable, "log_level_fixed", "This node's log has no level to change."));
      return answer(json_response(200, {{"level", name}}));
    }
  answer(bad_request("`level` is one of debug, info, warning, error."));
}

void new_token(Backend& backend, const Exchange&, Answer answer) {
  if (!backend.rotate_token())
    return answer(problem(Problem::unavailable, "token_not_written",
                          "The file api-token in the data directory can't be written; the old token stays."));
  backend.note({.code = "token_rotated", .fields = {}});
  answer(json_response(200, {{"token_file", (backend.settings().data_dir / "api-token").string()}}));
}

/// Hands frames to the proposer and waits for the block that holds them.
void propose(Backend& backend, const Exchange& exchange, Answer answer) {
  const auto json = json_body(*exchange.request);
  if (!json) return answer(json.error());
  ObjectReader reader(*json);
  Submit submit;
  for (const auto& text : reader.texts("frames", limits::operations_max)) {
    auto bytes = policies::from_base64(text);
    if (!bytes || bytes->empty() || bytes->size() > limits::transaction_bytes_max) {
      reader.fail("`frames` holds transactions' frames in standard base64.");
      break;
    }
    submit.frames.push_back(std::make_shared<const policies::Bytes>(std::move(*bytes)));
  }
  if (auto error = reader.error()) return answer(bad_request(*error));
  if (submit.frames.empty()) return answer(bad_request("`frames` holds at least one frame."));
  constexpr auto wait = std::chrono::seconds(30);
  submit.wait = wait;
  backend.call(std::move(submit), wait, [answer = std::move(answer)](const Reply& reply) {
    const auto* submitted = std::get_if<Submitted>(&reply);
    if (submitted == nullptr) return answer(one_report(reply).error());
    auto items = Json::array();
    Json height = nullptr;
    for (const auto& report : submitted->reports) {
      if (report.height) height = report.height->value;
      items.push_back(json_of(report));
    }
    answer(json_response(200, {{"height", height}, {"items", std::move(items)}}));
  });
}

constexpr std::array table{
    Route{.method = Method::post,
          .path = "/api/v1/admin/crash",
          .operation = "crash_role",
          .access = Access::admin_socket,
          .body = Body::json,
          .request = "CrashOrder",
          .response = "Crashed",
          .handler = crash},
    Route{.method = Method::put,
          .path = "/api/v1/admin/log-level",
          .operation = "set_log_level",
          .access = Access::admin_socket,
          .body = Body::json,
          .request = "LogLevel",
          .response = "LogLevel",
          .handler = set_log_level},
    Route{.method = Method::post,
          .path = "/api/v1/admin/token",
          .operation = "rotate_token",
          .access = Access::admin_socket,
          .response = "TokenFile",
          .handler = new_token},
    Route{.method = Method::post,
          .path = "/api/v1/consensus/propose",
          .operation = "propose",
          .access = Access::admin_socket,
          .body = Body::json,
          .request = "Proposal",
          .response = "Proposed",
          .sheds = true,
          .handler = propose},
};

}  // namespace

std::span<const Route> admin_routes() {
  return table;
}

}  // namespace mnrt::runtime
