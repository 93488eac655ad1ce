#include <algorithm>
#include <array>

#include "runtime/gateway/answers.hpp"
#include "runtime/gateway/events.hpp"
#include "runtime/gateway/host_check.hpp"
#include "runtime/gateway/websocket_frames.hpp"

namespace mnrt::runtime {
namespace {

constexpr std::size_t subscribers_max = 256;

HttpResponse too_many() {
  return problem(Problem::unavailable, "too_many_streams", "This node serves as many streams as it takes.");
}

/// `topics=a,b`: all without it.
std::optional<TopicSet> topics_from(const HttpRequest& request) {
  TopicSet topics;
  const auto text = request.parameter("topics");
  if (!text) {
    for (std::size_t i = 0; i < topic_count; ++i) topics.add(static_cast<Topic>(i));
    return topics;
  }
  auto rest = *text;
  while (true) {
    const auto comma = rest.find(',');
    const auto topic = topic_from(rest.substr(0, comma));
    if (!topic) return std::nullopt;
    topics.add(*topic);
    if (comma == std::string_view::npos) return topics;
    rest.remove_prefix(comma + 1);
  }
}

HttpResponse events(Backend& backend, const HttpRequest& request) {
  if (auto unknown = unknown_parameter(request, {"topics", "from_height"})) return std::move(*unknown);
  const auto topics = topics_from(request);
  if (!topics)
    return bad_request("`topics` is a list of blocks, transactions, notarizations, registry, governance.");
  const auto from = number_parameter(request, "from_height");
  if (!from) return from.error();
  if (backend.events().subscribers() >= subscribers_max) return too_many();
  const auto tip = tip_of(backend.view());
  if (!tip) return tip.error();
  backend.events().raise_tip(*tip);
  EventPlace place{policies::next(backend.events().tip()), 0};
  if (*from) place = {{**from}, 0};
  if (const auto last = request.header("last-event-id"); !last.empty()) {
    const auto seen = event_place_from(last);
    if (!seen) return bad_request("`Last-Event-ID` isn't the id of an event.");
    place = {seen->height, seen->ordinal + 1};
  }
  HttpResponse response;
  response.content_type = "text/event-stream";
  response.then = HttpResponse::Then::events;
  response.feed = std::make_shared<EventFeed>(backend, *topics, place);
  return response;
}

bool names(std::string_view list, std::string_view wanted) {
  while (!list.empty()) {
    const auto comma = list.find(',');
    auto one = list.substr(0, comma);
    one = one.substr(std::min(one.find_first_not_of(" \t"), one.size()));
    one = one.substr(0, one.find_last_not_of(" \t") + 1);
    if (equal_ignoring_case(one, wanted)) return true;
    if (comma == std::string_view::npos) return false;
    list.remove_prefix(comma + 1);
  }
  return false;
}

HttpResponse websocket(Backend& backend, const HttpRequest& request) {
  const auto key = request.header("sec-websocket-key");
  if (!names(request.header("upgrade"), "websocket") || !names(request.header("connection"), "upgrade") ||
      request.header("sec-websocket-version") != "13" || !is_websocket_key(key)) {
    auto response = bad_request("This route speaks WebSocket, version 13.", "websocket_expected");
    response.headers.emplace_back("Upgrade", "websocket");
    response.headers.emplace_back("Sec-WebSocket-Version", "13");
    return response;
  }
  if (!is_allowed_origin(request, backend.settings()))
    return problem(
        Problem::forbidden, "foreign_origin",
        "A page of another origin may not open a stream here; `cors_origins` in the config can allow it.");
  if (backend.events().subscribers() >= subscribers_max) return too_many();
  const auto tip = tip_of(backend.view());
  if (!tip) return tip.error();
  backend.events().raise_tip(*tip);
  HttpResponse response;
  response.status = 101;
  response.content_type.clear();
  response.then = HttpResponse::Then::websocket;
  response.headers = {
      {"Upgrade", "websocket"}, {"Connection", "Upgrade"}, {"Sec-WebSocket-Accept", websocket_accept(key)}};
  return response;
}

constexpr std::array table{
    Route{.method = Method::get,
          .path = "/api/v1/events",
          .operation = "stream_events",
          .sheds = true,
          .handler = [](Backend& b, const Exchange& e, Answer answer) { answer(events(b, *e.request)); }},
    Route{.method = Method::get,
          .path = "/api/v1/ws",
          .operation = "open_websocket",
          .sheds = true,
          .handler = [](Backend& b, const Exchange& e, Answer answer) { answer(websocket(b, *e.request)); }},
};

}  // namespace

std::span<const Route> stream_routes() {
  return table;
}

}  // namespace mnrt::runtime
