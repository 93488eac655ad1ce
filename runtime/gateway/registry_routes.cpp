#include <algorithm>
#include <array>

#include "policies/limits.hpp"
#include "policies/registry/service_rules.hpp"
#include "runtime/gateway/answers.hpp"
#include "runtime/gateway/values.hpp"

namespace mnrt::runtime {
namespace {

using namespace actors::api;
using actors::NamedService;

constexpr std::size_t scan_rows = 256;
constexpr std::string_view node_kind = "node";

Json health_json(const ServiceHealth* health, const std::string& id) {
  Json json{{"state", "unknown"}, {"failures", 0}, {"checked", nullptr}};
  if (health == nullptr) return json;
  const auto found = health->services.find(id);
  if (found == health->services.end()) return json;
  json["state"] = found->second.state;
  json["failures"] = found->second.failures;
  if (found->second.checked) json["checked"] = policies::to_rfc3339(*found->second.checked);
  return json;
}

Json service_json(const NamedService& service, const ServiceHealth* health) {
  const auto& row = service.row;
  return {{"id", service.id},
          {"kind", row.kind},
          {"version", row.version},
          {"endpoints", row.endpoints},
          {"labels", row.labels},
          {"owner", policies::to_bech32m(row.owner)},
          {"ttl_seconds", row.ttl_seconds},
          {"registered", row.registered.value},
          {"expires", policies::to_rfc3339(row.expires)},
          {"deposit", policies::to_string(row.deposit)},
          {"health", health_json(health, service.id)}};
}

bool is_service_id(std::string_view text) {
  const auto fits = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '-';
  };
  return !text.empty() && text.size() <= 64 && std::ranges::all_of(text, fits);
}

HttpResponse no_such_service() {
  return problem(Problem::not_found, "service_unknown", "No service is registered under this id.");
}

// --- reading
// ---------------------------------------------------------------------------------------------------------

struct Filter {
  std::optional<std::string> kind;
  std::optional<std::string> label;
  std::optional<std::string> owner;
  std::optional<std::string> health;

  bool takes(const Json& service) const {
    if (kind && service["kind"] != *kind) return false;
    if (owner && service["owner"] != *owner) return false;
    if (health && service["health"]["state"] != *health) return false;
    return !label || std::ranges::find(service["labels"], Json(*label)) != service["labels"].end();
  }
};

std::optional<std::string> text_parameter(const HttpRequest& request, std::string_view name) {
  const auto value = request.parameter(name);
  return value ? std::optional<std::string>(*value) : std::nullopt;
}

/// The live services that a filter takes, from an id on.
struct Found {
  Json items = Json::array();
  std::optional<std::string> next;
};
std::expected<Found, HttpResponse> find_services(Backend& backend, const Filter& filter, std::string after,
                                                 std::size_t limit, const ServiceHealth* health) {
  const auto view = backend.view();
  const auto now = backend.now();
  Found found;
  while (true) {
    const auto rows = view.services(after, scan_rows);
    if (!rows) return std::unexpected(problem_of(rows.error()));
    for (const auto& service : *rows) {
      if (service.row.expires > now) {
        auto json = service_json(service, health);
        if (filter.takes(json)) {
          if (found.items.size() == limit) {
            found.next = after;
            return found;
          }
          found.items.push_back(std::move(json));
        }
      }
      after = service.id;
    }
    if (rows->size() < scan_rows) return found;
  }
}

void list_services(Backend& backend, const Exchange& exchange, Answer answer) {
  const auto page = page_of(*exchange.request, {"kind", "label", "owner", "health"});
  if (!page) return answer(page.error());
  const auto& request = *exchange.request;
  Filter filter{text_parameter(request, "kind"), text_parameter(request, "label"),
                text_parameter(request, "owner"), text_parameter(request, "health")};
  backend.call(ServiceHealthQuery{}, {},
               [&backend, filter = std::move(filter), page = *page, exchange,
                answer = std::move(answer)](const Reply& reply) {
                 // Without the registry role the services are still in the state; their health is unknown.
                 auto found = find_services(backend, filter, page.cursor.value_or(""), page.limit,
                                            std::get_if<ServiceHealth>(&reply));
                 if (!found) return answer(found.error());
                 answer(page_response(*exchange.request, std::move(found->items), found->next));
               });
}

void get_service(Backend& backend, const Exchange& exchange, Answer answer) {
  const auto& id = exchange.captured.front();
  if (!is_service_id(id)) return answer(no_such_service());
  const auto row = backend.view().row(policies::service_key(id));
  if (!row) return answer(problem_of(row.error()));
  const auto* service = *row ? std::get_if<policies::ServiceRow>(&**row) : nullptr;
  if (service == nullptr || service->expires <= backend.now()) return answer(no_such_service());
  backend.call(ServiceHealthQuery{}, {},
               [named = NamedService{id, *service}, answer = std::move(answer)](const Reply& reply) {
                 answer(json_response(200, service_json(named, std::get_if<ServiceHealth>(&reply))));
               });
}

// --- writing
// ---------------------------------------------------------------------------------------------------------

/// The node's account signs; the answer is the transaction's.
void order(Backend& backend, const Exchange& exchange, policies::Operation operation, std::string location,
           Answer answer) {
  const auto wait = wait_of(*exchange.request);
  backend.call(ServiceOrder{std::move(operation), wait}, wait,
               [location = std::move(location), answer = std::move(answer)](const Reply& reply) {
                 const auto report = one_report(reply);
                 if (!report) return answer(report.error());
                 auto response = submitted_response(*report);
                 for (auto& [name, value] : response.headers)
                   if (name == "Location" && !location.empty()) value = location;
                 answer(std::move(response));
               });
}

void register_kind(Backend& backend, const Exchange& exchange, std::optional<std::string_view> kind,
                   Answer answer) {
  const auto json = json_body(*exchange.request);
  if (!json) return answer(json.error());
  ObjectReader reader(*json);
  policies::RegisterService service;
  service.id = reader.text("id");
  service.kind = kind ? std::string{*kind} : reader.text("kind");
  service.version = reader.text_if("version").value_or("");
  service.endpoints = reader.texts("endpoints", policies::limits::service_endpoints_max);
  service.labels = reader.texts_if("labels", policies::limits::service_labels_max);
  service.ttl_seconds = static_cast<std::uint32_t>(reader.number_if("ttl_seconds", UINT32_MAX).value_or(300));
  if (auto error = reader.error()) return answer(bad_request(*error));
  if (!policies::is_well_formed(service)) return answer(problem_of(policies::Refusal::service_malformed));
  auto location = "/api/v1/services/" + service.id;
  order(backend, exchange, std::move(service), std::move(location), std::move(answer));
}

void register_service(Backend& backend, const Exchange& exchange, Answer answer) {
  register_kind(backend, exchange, std::nullopt, std::move(answer));
}

void register_node(Backend& backend, const Exchange& exchange, Answer answer) {
  register_kind(backend, exchange, node_kind, std::move(answer));
}

void renew_service(Backend& backend, const Exchange& exchange, Answer answer) {
  const auto& id = exchange.captured.front();
  if (!is_service_id(id)) return answer(no_such_service());
  order(backend, exchange, policies::RenewService{id}, "/api/v1/services/" + id, std::move(answer));
}

void remove_service(Backend& backend, const Exchange& exchange, Answer answer) {
  const auto& id = exchange.captured.front();
  if (!is_service_id(id)) return answer(no_such_service());
  order(backend, exchange, policies::RemoveService{id}, {}, std::move(answer));
}

// --- nodes
// -----------------------------------------------------------------------------------------------------------

void nodes_status(Backend& backend, const Exchange&, Answer answer) {
  with_report(backend, [&backend, answer = std::move(answer)](const NodeReport& report) {
    Filter filter;
    filter.kind = node_kind;
    auto nodes = find_services(backend, filter, "", 100, nullptr);
    if (!nodes) return answer(nodes.error());
    answer(json_response(200, {{"node", json_of(report)}, {"registered", std::move(nodes->items)}}));
  });
}

// --- the table
// -------------------------------------------------------------------------------------------------------

constexpr std::array table{
    Route{.method = Method::get,
          .path = "/api/v1/services",
          .operation = "list_services",
          .response = "ServicePage",
          .handler = list_services},
    Route{.method = Method::post,
          .path = "/api/v1/services",
          .operation = "register_service",
          .access = Access::operator_,
          .body = Body::json,
          .request = "ServiceRegistration",
          .response = "TransactionStatus",
          .idempotent = true,
          .sheds = true,
          .handler = register_service},
    Route{.method = Method::get,
          .path = "/api/v1/services/{id}",
          .operation = "get_service",
          .response = "Service",
          .handler = get_service},
    Route{.method = Method::del,
          .path = "/api/v1/services/{id}",
          .operation = "remove_service",
          .access = Access::operator_,
          .response = "TransactionStatus",
          .sheds = true,
          .handler = remove_service},
    Route{.method = Method::put,
          .path = "/api/v1/services/{id}/lease",
          .operation = "renew_service",
          .access = Access::operator_,
          .response = "TransactionStatus",
          .sheds = true,
          .handler = renew_service},
    Route{.method = Method::get,
          .path = "/api/v1/registry/services",
          .operation = "list_registry_services",
          .response = "ServicePage",
          .handler = list_services},
    Route{.method = Method::post,
          .path = "/api/v1/registry/register",
          .operation = "register_registry_service",
          .access = Access::operator_,
          .body = Body::json,
          .request = "ServiceRegistration",
          .response = "TransactionStatus",
          .idempotent = true,
          .sheds = true,
          .handler = register_service},
    Route{.method = Method::post,
          .path = "/api/v1/nodes/register",
          .operation = "register_node",
          .access = Access::operator_,
          .body = Body::json,
          .request = "NodeRegistration",
          .response = "TransactionStatus",
          .idempotent = true,
          .sheds = true,
          .handler = register_node},
    Route{.method = Method::get,
          .path = "/api/v1/nodes/status",
          .operation = "get_nodes_status",
          .response = "NodesStatus",
          .handler = nodes_status},
};

}  // namespace

std::span<const Route> registry_routes() {
  return table;
}

}  // namespace mnrt::runtime
