#include "runtime/gateway/answers.hpp"

#include <algorithm>
#include <charconv>

#include "policies/notary/base64.hpp"
#include "runtime/gateway/values.hpp"

namespace mnrt::runtime {
namespace {

constexpr std::size_t page_items_max = 100;
constexpr std::uint64_t wait_seconds_max = 30;

std::string escaped(std::string_view text) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  std::string out;
  for (unsigned char c : text) {
    if ((c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' || c == '_' ||
        c == '.' || c == '~' || c == '/') {
      out += static_cast<char>(c);
    } else {
      out += '%';
      out += digits[c >> 4];
      out += digits[c & 15];
    }
  }
  return out;
}

bool holds_tag(std::string_view list, std::string_view tag) {
  if (list == "*") return true;
  for (auto at = list.find(tag); at != std::string_view::npos; at = list.find(tag, at + 1)) {
    const auto end = at + tag.size();
    if (end == list.size() || list[end] == ',' || list[end] == ' ') return true;
  }
  return false;
}

actors::api::NodeReport report_without_actors(Backend& backend) {
  actors::api::NodeReport report;
  report.reasons.push_back("the node's roles do not answer");
  report.immortality = "unarmed";
  report.owner_status = "Unknown";
  const auto view = backend.view();
  const auto tip = view.tip();
  if (!tip || !*tip) return report;
  report.height = **tip;
  if (const auto header = view.header(**tip); header && *header) {
    report.epoch = (*header)->header.owner_epoch;
    report.last_block_age_ms = backend.now().ms - (*header)->header.time.ms;
  }
  if (const auto row = view.row(policies::validators_key()); row && *row)
    if (const auto* set = std::get_if<policies::ValidatorsRow>(&**row)) {
      report.validators = set->validators.size();
      report.failures_tolerated = policies::faulty_max(set->validators.size());
    }
  return report;
}

}  // namespace

HttpResponse json_response(unsigned status, const Json& body) {
  HttpResponse response;
  response.status = status;
  response.body = dump(body);
  return response;
}

HttpResponse final_response(const HttpRequest& request, std::string_view tag, const Json& body) {
  const auto quoted = '"' + std::string{tag} + '"';
  HttpResponse response;
  if (holds_tag(request.header("if-none-match"), quoted)) {
    response.status = 304;
    response.content_type.clear();
  } else {
    response = json_response(200, body);
  }
  response.headers.emplace_back("ETag", quoted);
  response.headers.emplace_back("Cache-Control", "public, max-age=31536000, immutable");
  return response;
}

HttpResponse bad_request(std::string_view detail, std::string_view code) {
  return problem(Problem::invalid_request, code, detail);
}

std::chrono::milliseconds wait_of(const HttpRequest& request) {
  const auto prefer = request.header("prefer");
  const auto at = prefer.find("wait=");
  if (at == std::string_view::npos) return {};
  auto digits = prefer.substr(at + 5);
  digits = digits.substr(0, digits.find_first_not_of("0123456789"));
  const auto seconds = number_from(digits);
  if (!seconds) return {};
  return std::chrono::seconds(std::min(*seconds, wait_seconds_max));
}

std::optional<HttpResponse> unknown_parameter(const HttpRequest& request,
                                              std::initializer_list<std::string_view> known) {
  for (std::size_t i = 0; i < request.query.size(); ++i) {
    const auto& key = request.query[i].first;
    if (std::ranges::find(known, std::string_view{key}) == known.end())
      return bad_request("The parameter `" + key + "` isn't known here.", "unknown_parameter");
    for (std::size_t j = 0; j < i; ++j)
      if (request.query[j].first == key)
        return bad_request("The parameter `" + key + "` stands there twice.", "repeated_parameter");
  }
  return std::nullopt;
}

std::expected<std::optional<std::uint64_t>, HttpResponse> number_parameter(const HttpRequest& request,
                                                                           std::string_view name) {
  const auto text = request.parameter(name);
  if (!text) return std::optional<std::uint64_t>{};
  const auto number = number_from(*text);
  if (!number) return std::unexpected(bad_request("`" + std::string{name} + "` must be a whole number."));
  return number;
}

std::expected<Page, HttpResponse> page_of(const HttpRequest& request,
                                          std::initializer_list<std::string_view> known) {
  std::vector<std::string_view> all{"limit", "cursor"};
  all.insert(all.end(), known.begin(), known.end());
  for (const auto& [key, value] : request.query)
    if (std::ranges::find(all, std::string_view{key}) == all.end())
      return std::unexpected(
          bad_request("The parameter `" + key + "` isn't known here.", "unknown_parameter"));
  Page page;
  const auto limit = number_parameter(request, "limit");
  if (!limit || (*limit && (**limit == 0 || **limit > page_items_max)))
    return std::unexpected(bad_request("`limit` must be from 1 to 100."));
  if (*limit) page.limit = **limit;
  if (const auto cursor = request.parameter("cursor")) {
    page.cursor = from_cursor(*cursor);
    if (!page.cursor)
      return std::unexpected(bad_request("`cursor` isn't one that this route gave.", "bad_cursor"));
  }
  return page;
}

HttpResponse page_response(const HttpRequest& request, Json items, const std::optional<std::string>& next) {
  Json body{{"items", std::move(items)}, {"next", nullptr}};
  if (!next) return json_response(200, body);
  const auto cursor = cursor_of(*next);
  body["next"] = cursor;
  auto response = json_response(200, body);
  auto target = escaped(request.path) + "?";
  for (const auto& [key, value] : request.query)
    if (key != "cursor") target += escaped(key) + "=" + escaped(value) + "&";
  response.headers.emplace_back("Link", "<" + target + "cursor=" + cursor + ">; rel=\"next\"");
  return response;
}

std::string cursor_of(std::string_view what) {
  auto text = policies::to_base64({reinterpret_cast<const std::uint8_t*>(what.data()), what.size()});
  std::ranges::replace(text, '+', '-');
  std::ranges::replace(text, '/', '_');
  std::erase(text, '=');
  return text;
}

std::optional<std::string> from_cursor(std::string_view cursor) {
  if (cursor.size() > 256) return std::nullopt;
  std::string text{cursor};
  std::ranges::replace(text, '-', '+');
  std::ranges::replace(text, '_', '/');
  while (text.size() % 4 != 0) text += '=';
  const auto bytes = policies::from_base64(text);
  if (!bytes) return std::nullopt;
  return std::string{bytes->begin(), bytes->end()};
}

std::optional<std::vector<std::uint64_t>> numbers_from_cursor(std::string_view cursor, std::size_t count) {
  std::vector<std::uint64_t> numbers;
  while (true) {
    const auto slash = cursor.find('/');
    const auto number = number_from(cursor.substr(0, slash));
    if (!number) return std::nullopt;
    numbers.push_back(*number);
    if (slash == std::string_view::npos) break;
    cursor.remove_prefix(slash + 1);
  }
  if (numbers.size() != count) return std::nullopt;
  return numbers;
}

std::expected<Json, HttpResponse> json_body(const HttpRequest& request) {
  auto parsed = parse_json(request.body);
  if (!parsed) return std::unexpected(bad_request(parsed.error(), "bad_json"));
  return std::move(*parsed);
}

std::optional<std::uint64_t> number_from(std::string_view text) {
  std::uint64_t number{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return number;
}

std::expected<policies::Address, HttpResponse> address_from(std::string_view text) {
  const auto address = policies::address_from_bech32m(text);
  if (!address)
    return std::unexpected(
        bad_request("An address is bech32m with the prefix mn, checksum and all.", "malformed_address"));
  return *address;
}

std::expected<policies::Height, HttpResponse> tip_of(const actors::LedgerView& view) {
  const auto tip = view.tip();
  if (!tip) return std::unexpected(problem_of(tip.error()));
  if (!*tip)
    return std::unexpected(
        problem(Problem::unavailable, "no_chain_yet", "The node has no chain yet. Try again soon."));
  return **tip;
}

HttpResponse submitted_response(const actors::api::StatusReport& report) {
  using enum actors::api::TransactionStatus;
  const auto known = report.refusal == policies::Refusal::already_known;
  if (!report.height && (report.status == refused || report.status == expired) && !known)
    return problem_of(report.refusal == policies::Refusal::none ? policies::Refusal::expired
                                                                : report.refusal);
  auto response = json_response(report.height ? 200 : 202, json_of(report));
  response.headers.emplace_back("Location", "/api/v1/transactions/" + policies::to_hex(report.id.bytes));
  return response;
}

std::expected<actors::api::StatusReport, HttpResponse> one_report(const actors::api::Reply& reply) {
  using namespace actors::api;
  if (const auto* one = std::get_if<StatusReport>(&reply)) return *one;
  if (const auto* many = std::get_if<Submitted>(&reply); many != nullptr && many->reports.size() == 1)
    return many->reports.front();
  if (const auto* unavailable = std::get_if<Unavailable>(&reply))
    return std::unexpected(problem_of(*unavailable));
  return std::unexpected(
      problem(Problem::internal, "internal", "The node gave an answer of an unknown kind."));
}

void with_report(Backend& backend, std::function<void(const actors::api::NodeReport&)> then) {
  using namespace actors::api;
  backend.call(StatusOfNode{}, {}, [&backend, then = std::move(then)](const Reply& reply) {
    const auto* given = std::get_if<NodeReport>(&reply);
    auto report = given != nullptr ? *given : report_without_actors(backend);
    if (backend.memory_is_short()) {
      report.healthy = false;
      report.reasons.push_back("memory is short: what would make the node hold more is refused");
    }
    if (backend.disk_is_short()) {
      report.healthy = false;
      report.reasons.push_back(
          "disk_budget: the data directory is near storage_gb; notarisations are refused");
    }
    then(report);
  });
}

}  // namespace mnrt::runtime
