#include <array>
#include <memory>

#include "messages/keys.hpp"
#include "runtime/gateway/answers.hpp"
#include "runtime/gateway/events.hpp"
#include "runtime/gateway/openapi.hpp"
#include "runtime/gateway/values.hpp"
#include "runtime/metrics/metrics.hpp"

namespace mnrt::runtime {
namespace {

using namespace actors::api;

// --- health
// ----------------------------------------------------------------------------------------------------------

void livez(Backend&, const Exchange&, Answer answer) {
  answer(json_response(200, {{"alive", true}}));
}

void readyz(Backend& backend, const Exchange&, Answer answer) {
  with_report(backend, [answer = std::move(answer)](const NodeReport& report) {
    const Json body{{"ready", report.healthy}, {"reasons", report.reasons}};
    auto response = json_response(report.healthy ? 200 : 503, body);
    if (!report.healthy) response.headers.emplace_back("Retry-After", "1");
    answer(std::move(response));
  });
}

void health(Backend& backend, const Exchange&, Answer answer) {
  with_report(backend, [answer = std::move(answer)](const NodeReport& report) {
    answer(json_response(200, json_of(report)));
  });
}

void consensus_state(Backend& backend, const Exchange&, Answer answer) {
  with_report(backend, [answer = std::move(answer)](const NodeReport& report) {
    answer(json_response(200, {{"consensus_type", "IBFT"},
                               {"height", report.height.value},
                               {"round", report.round.value},
                               {"owner_epoch", report.epoch.value},
                               {"validators", report.validators},
                               {"quorum", policies::quorum(report.validators)},
                               {"faulty_max", policies::faulty_max(report.validators)},
                               {"last_block_age_ms", report.last_block_age_ms},
                               {"owner_status", report.owner_status},
                               {"immortality", report.immortality}}));
  });
}

void treasury(Backend& backend, const Exchange&, Answer answer) {
  backend.call(TreasuryQuery{}, {}, [answer = std::move(answer)](const Reply& reply) {
    const auto* report = std::get_if<TreasuryReport>(&reply);
    if (report == nullptr) return answer(one_report(reply).error());
    answer(json_response(200, {{"balances", report->balances},
                               {"collected_today", report->collected_today},
                               {"transactions_today", report->transactions_today},
                               {"decision", report->decision}}));
  });
}

// --- version and description
// -----------------------------------------------------------------------------------------

void version(Backend& backend, const Exchange&, Answer answer) {
  answer(json_response(200, {{"name", "mnrt"},
                             {"version", MNRT_VERSION},
                             {"api", "v1"},
                             {"protocol_version", 1},
                             {"disk_format", messages::disk_format_version},
                             {"node", backend.settings().name}}));
}

void openapi(Backend&, const Exchange&, Answer answer) {
  HttpResponse response;
  response.body = std::string{openapi_document()};
  answer(std::move(response));
}

// --- metrics
// ---------------------------------------------------------------------------------------------------------

void set_gauges(Backend& backend, const NodeReport& report) {
  auto& metrics = backend.metrics();
  const auto set = [&](std::string_view name, auto value) { metrics.set(name, static_cast<double>(value)); };
  set("healthy", report.healthy ? 1 : 0);
  set("block_height", report.height.value);
  set("consensus_round", report.round.value);
  set("owner_epoch", report.epoch.value);
  set("validators", report.validators);
  metrics.set("last_block_age_seconds", static_cast<double>(report.last_block_age_ms) / 1e3);
  set("pool_transactions", report.pool_transactions);
  set("pool_bytes", report.pool_bytes);
  set("stream_subscribers", backend.events().subscribers());
  set("disk_short", backend.disk_is_short() ? 1 : 0);
  set("memory_short", backend.memory_is_short() ? 1 : 0);
}

void metrics(Backend& backend, const Exchange& exchange, Answer answer) {
  with_report(backend, [&backend, exchange, answer = std::move(answer)](const NodeReport& report) {
    set_gauges(backend, report);
    if (exchange.request->accepts("application/json")) {
      auto items = Json::array();
      for (const auto& sample : backend.metrics().samples())
        items.push_back({{"name", sample.name}, {"labels", sample.labels}, {"value", sample.value}});
      return answer(json_response(200, {{"items", std::move(items)}}));
    }
    HttpResponse response;
    response.content_type = "text/plain; version=0.0.4; charset=utf-8";
    response.body = backend.metrics().to_text();
    answer(std::move(response));
  });
}

// --- the table
// -------------------------------------------------------------------------------------------------------

constexpr Route get(std::string_view path, std::string_view operation, std::string_view response,
                    Handler handler) {
  return {
      .method = Method::get, .path = path, .operation = operation, .response = response, .handler = handler};
}

constexpr Route local(Route route) {
  route.access = Access::local;
  return route;
}

constexpr std::array table{
    get("/livez", "get_root_livez", "Alive", livez),
    get("/api/v1/livez", "get_livez", "Alive", livez),
    get("/readyz", "get_root_readyz", "Readiness", readyz),
    get("/api/v1/readyz", "get_readyz", "Readiness", readyz),
    get("/health", "get_root_health", "NodeReport", health),
    get("/api/v1/health", "get_health", "NodeReport", health),
    get("/api/v1/version", "get_version", "Version", version),
    get("/api/v1/openapi.json", "get_openapi", "", openapi),
    get("/api/v1/consensus/state", "get_consensus_state", "ConsensusState", consensus_state),
    get("/api/v1/treasury", "get_treasury", "Treasury", treasury),
    local(get("/metrics", "get_root_metrics", "Metrics", metrics)),
    local(get("/api/v1/metrics", "get_metrics", "Metrics", metrics)),
};

}  // namespace

std::span<const Route> system_routes() {
  return table;
}

}  // namespace mnrt::runtime
