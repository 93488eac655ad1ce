#include "runtime/gateway/http.hpp"

#include <algorithm>
#include <array>

namespace mnrt::runtime {
namespace {

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

std::optional<unsigned> nibble(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  c = lower(c);
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return std::nullopt;
}

std::optional<std::string> unescape(std::string_view text, bool plus_is_space) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '+' && plus_is_space) {
      out += ' ';
    } else if (text[i] != '%') {
      out += text[i];
    } else {
      if (i + 2 >= text.size()) return std::nullopt;
      const auto high = nibble(text[i + 1]);
      const auto low = nibble(text[i + 2]);
      if (!high || !low || (*high == 0 && *low == 0)) return std::nullopt;
      out += static_cast<char>(*high << 4 | *low);
      i += 2;
    }
  }
  return out;
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

}  // namespace

std::string_view name_of(Method method) {
  constexpr std::array<std::string_view, 7> names{"GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "?"};
  return names[static_cast<std::size_t>(method)];
}

bool equal_ignoring_case(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, {}, lower, lower);
}

std::string_view HttpRequest::header(std::string_view name) const {
  for (const auto& [key, value] : headers)
    if (key == name) return value;
  return {};
}

std::optional<std::string_view> HttpRequest::parameter(std::string_view name) const {
  for (const auto& [key, value] : query)
    if (key == name) return value;
  return std::nullopt;
}

bool HttpRequest::accepts(std::string_view media_type) const {
  auto rest = header("accept");
  while (!rest.empty()) {
    const auto comma = rest.find(',');
    auto one = rest.substr(0, comma);
    one = trimmed(one.substr(0, one.find(';')));
    if (equal_ignoring_case(one, media_type)) return true;
    if (equal_ignoring_case(one, "application/json")) return false;
    rest = comma == std::string_view::npos ? std::string_view{} : rest.substr(comma + 1);
  }
  return false;
}

std::optional<Target> target_from(std::string_view text) {
  if (text.empty() || text.front() != '/') return std::nullopt;
  text = text.substr(0, text.find('#'));
  const auto mark = text.find('?');
  auto path = unescape(text.substr(0, mark), false);
  if (!path) return std::nullopt;
  Target target{std::move(*path), {}};
  auto rest = mark == std::string_view::npos ? std::string_view{} : text.substr(mark + 1);
  while (!rest.empty()) {
    const auto end = rest.find('&');
    const auto one = rest.substr(0, end);
    rest = end == std::string_view::npos ? std::string_view{} : rest.substr(end + 1);
    if (one.empty()) continue;
    const auto equals = one.find('=');
    auto key = unescape(one.substr(0, equals), true);
    auto value = equals == std::string_view::npos ? std::string{} : unescape(one.substr(equals + 1), true);
    if (!key || !value) return std::nullopt;
    target.query.emplace_back(std::move(*key), std::move(*value));
  }
  return target;
}

std::string_view reason_of(unsigned status) {
  switch (status) {
    case 101:
      return "Switching Protocols";
    case 200:
      return "OK";
    case 201:
      return "Created";
    case 202:
      return "Accepted";
    case 204:
      return "No Content";
    case 304:
      return "Not Modified";
    case 400:
      return "Bad Request";
    case 401:
      return "Unauthorized";
    case 403:
      return "Forbidden";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 408:
      return "Request Timeout";
    case 409:
      return "Conflict";
    case 410:
      return "Gone";
    case 413:
      return "Content Too Large";
    case 414:
      return "URI Too Long";
    case 415:
      return "Unsupported Media Type";
    case 421:
      return "Misdirected Request";
    case 422:
      return "Unprocessable Content";
    case 426:
      return "Upgrade Required";
    case 429:
      return "Too Many Requests";
    case 431:
      return "Request Header Fields Too Large";
    case 500:
      return "Internal Server Error";
    case 503:
      return "Service Unavailable";
    default:
      return "Status";
  }
}

std::string head_of(const HttpResponse& response, const HeadFacts& facts) {
  std::string head;
  head.reserve(256);
  head += facts.http_1_0 ? "HTTP/1.0 " : "HTTP/1.1 ";
  head += std::to_string(response.status);
  head += ' ';
  head += reason_of(response.status);
  head += "\r\n";
  const auto line = [&](std::string_view name, std::string_view value) {
    head += name;
    head += ": ";
    // A line break in a value would be a second header or a second answer.
    for (char c : value)
      if (c != '\r' && c != '\n') head += c;
    head += "\r\n";
  };
  if (!response.content_type.empty()) line("Content-Type", response.content_type);
  bool cached = false;
  for (const auto& [name, value] : response.headers) {
    line(name, value);
    cached = cached || equal_ignoring_case(name, "Cache-Control");
  }
  if (response.status != 101) {
    if (!cached) line("Cache-Control", "no-store");
    line("X-Content-Type-Options", "nosniff");
    if (facts.body_bytes) {
      if (response.status != 204 && response.status != 304)
        line("Content-Length", std::to_string(*facts.body_bytes));
    } else if (!facts.http_1_0) {
      line("Transfer-Encoding", "chunked");
    }
    line("Connection", facts.keep_alive ? "keep-alive" : "close");
  }
  head += "\r\n";
  return head;
}

}  // namespace mnrt::runtime
